// The clock that a sandbox's user moves: kept over restarts, taken by timers, and moved from the page.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { createMovableClock } from '../../server/sandbox/clock.ts'
import { clockShown, moveClock } from '../../server/sandbox/shell-clock.ts'
import { PATIENCE_MS } from '../patience.ts'
import { temporaryFolder } from '../process.ts'

const REAL = new Date('2026-03-02T12:00:00.000Z')
const DAY_MS = 86_400_000
const options = { onError: (error: unknown) => assert.fail(String(error)), real: () => REAL }

test('it goes ahead only, by a year at most, and a new start finds it there', async (t) => {
  const file = join(await temporaryFolder(t), 'sandbox', 'clock.json')
  const clock = createMovableClock({ ...options, file })
  assert.deepEqual(clock.now(), REAL)
  assert.match(await moveClock(clock, { step: 'three-days' }), /on its way/)
  assert.equal(
    createMovableClock({ ...options, file })
      .now()
      .toISOString(),
    '2026-03-05T12:00:00.000Z',
  )
  assert.deepEqual([clockShown(clock).ahead, clock.aheadMs()], ['3 days', 3 * DAY_MS])
  await assert.rejects(clock.move(-DAY_MS), RangeError)
  assert.match(await moveClock(clock, { step: 'a century' }), /no such step/)
  await clock.move(360 * DAY_MS)
  assert.match(await moveClock(clock, { step: 'thirty-days' }), /year ahead is the most/)
})

test('timers of its own are due by it, and what listens is told in turn, also after one that fails', async () => {
  const errors: unknown[] = []
  const clock = createMovableClock({ ...options, onError: (error) => errors.push(error) })
  const said: string[] = []
  const fired = new Promise<void>((resolve) =>
    clock.after(DAY_MS, () => {
      said.push('a day is over')
      resolve()
    }),
  )
  const cancel = clock.after(DAY_MS, () => assert.fail('it was cancelled'))
  cancel()
  clock.after(3 * DAY_MS, () => assert.fail('it is not due'))
  clock.onMoved(async () => {
    throw new Error('broken')
  })
  clock.onMoved(() => void said.push('moved'))
  await clock.move(2 * DAY_MS)
  // Its timers keep no process alive: something else must, or the runner sees an end and sets a timer of its own.
  const awake = setTimeout(() => {}, PATIENCE_MS)
  await fired
  clearTimeout(awake)
  assert.deepEqual(said, ['moved', 'a day is over'])
  assert.equal(errors.length, 1)
})
