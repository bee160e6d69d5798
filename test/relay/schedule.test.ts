import assert from 'node:assert/strict'
import test from 'node:test'
import { nextAttempt, RETRY_LIMITS } from '../../server/relay/schedule.ts'
import { fc } from '../property.ts'

const HOUR_MS = 3_600_000
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('there are at least ten tries, over about a day on average', () => {
  let sumMs = 0
  let tries = 1
  for (;;) {
    const next = nextAttempt({ attempt: tries, random: () => 0.5 })
    if ('giveUp' in next) break
    sumMs += next.delayMs
    tries++
  }
  assert.equal(tries, RETRY_LIMITS.maxAttempts)
  assert.ok(tries >= 10)
  assert.ok(sumMs > 18 * HOUR_MS && sumMs < 30 * HOUR_MS, `${sumMs / HOUR_MS} hours`)
})

test('a delay never exceeds the cap and never falls below what the other side asked for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: RETRY_LIMITS.maxAttempts - 1 }),
      fc.integer({ min: 0, max: 86_400 }),
      random,
      (attempt, retryAfterSeconds, chance) => {
        const next = nextAttempt({ attempt, retryAfterSeconds, random: () => chance })
        assert.ok('delayMs' in next)
        assert.ok(next.delayMs >= retryAfterSeconds * 1000)
        assert.ok(next.delayMs <= Math.max(RETRY_LIMITS.capMs, retryAfterSeconds * 1000))
        assert.ok(Number.isInteger(next.delayMs))
      },
    ),
  )
})

test('with the same chance a later try waits at least as long', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: RETRY_LIMITS.maxAttempts - 2 }), random, (attempt, chance) => {
      const delayOf = (n: number) => (nextAttempt({ attempt: n, random: () => chance }) as { delayMs: number }).delayMs
      assert.ok(delayOf(attempt + 1) >= delayOf(attempt))
    }),
  )
})

test('the last try is the last, whatever was asked for', () => {
  const last = { attempt: RETRY_LIMITS.maxAttempts, retryAfterSeconds: 5, random: () => 0 }
  assert.deepEqual(nextAttempt(last), { giveUp: true })
})
