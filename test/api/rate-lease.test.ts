import assert from 'node:assert/strict'
import test from 'node:test'
import { createRateLease } from '../../server/api/rate-lease.ts'
import { fc, runs } from '../property.ts'
import { createClock, MINUTE, SECOND } from './clock.ts'

/** The window that nodes share, as the database keeps it. */
const createSharedWindow = () => {
  let window = { startedAt: new Date(0), used: 0 }
  const asked = { count: 0 }
  return {
    asked,
    take: async (_locationId: string, { calls, windowMs, at }: { calls: number; windowMs: number; at: Date }) => {
      asked.count += 1
      await Promise.resolve()
      const isOver = window.startedAt.getTime() + windowMs <= at.getTime()
      window = isOver ? { startedAt: at, used: calls } : { ...window, used: window.used + calls }
      return window
    },
  }
}

const nodesOn = (count: number, limit: number) => {
  const clock = createClock()
  const shared = createSharedWindow()
  const nodes = Array.from({ length: count }, () =>
    createRateLease({ take: shared.take, limit, windowMs: MINUTE, now: clock.now }),
  )
  return { clock, shared, nodes }
}

test('one node counts exactly, with few questions', async () => {
  const { nodes, shared } = nodesOn(1, 600)
  const numbers: number[] = []
  for (let i = 0; i < 600; i++) numbers.push((await nodes[0]!('loc_1', 'client')).number)
  assert.deepEqual(
    numbers,
    Array.from({ length: 600 }, (_, i) => i + 1),
  )
  assert.ok(shared.asked.count < 90, `${shared.asked.count} questions`)
  assert.ok((await nodes[0]!('loc_1', 'client')).number > 600)
})

test('beyond the limit nobody is asked until the window ends', async () => {
  const { nodes, shared, clock } = nodesOn(1, 10)
  for (let i = 0; i < 10; i++) await nodes[0]!('loc_1', 'client')
  const asked = shared.asked.count
  for (let i = 0; i < 100; i++) assert.equal((await nodes[0]!('loc_1', 'client')).number, 11)
  assert.equal(shared.asked.count, asked)
  const { resetsAt } = await nodes[0]!('loc_1', 'client')
  assert.equal(resetsAt.getTime(), clock.now().getTime() + MINUTE)
  clock.forward(MINUTE)
  assert.equal((await nodes[0]!('loc_1', 'client')).number, 1)
})

test('calls that come at once wait for one answer', async () => {
  const { nodes, shared } = nodesOn(1, 600)
  const hits = await Promise.all(Array.from({ length: 30 }, () => nodes[0]!('loc_1', 'client')))
  assert.equal(new Set(hits.map(({ number }) => number)).size, 30)
  assert.equal(shared.asked.count, 1)
})

test('a window of another tenant or name is another window', async () => {
  const clock = createClock()
  const asked: string[] = []
  const hit = createRateLease({
    take: async (locationId, { name, calls, at }) => {
      asked.push(`${locationId} ${name}`)
      return { startedAt: at, used: calls }
    },
    limit: 100,
    windowMs: MINUTE,
    now: clock.now,
  })
  for (const [location, name] of [
    ['a', 'x'],
    ['a', 'y'],
    ['b', 'x'],
    ['a', 'x'],
  ] as const)
    await hit(location, name)
  assert.deepEqual(asked, ['a x', 'a y', 'b x'])
})

test('a failure reaches all who wait, and the next call asks again', async () => {
  const clock = createClock()
  let isDown = true
  const hit = createRateLease({
    take: async (_locationId, { calls, at }) => {
      if (isDown) throw new Error('no database')
      return { startedAt: at, used: calls }
    },
    limit: 100,
    windowMs: MINUTE,
    now: clock.now,
  })
  const results = await Promise.allSettled([hit('a', 'x'), hit('a', 'x')])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  isDown = false
  assert.equal((await hit('a', 'x')).number, 1)
})

test('however many nodes share a limit: never more than it gets through, and most of it does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 20, max: 400 }),
      fc.array(fc.nat(3), { minLength: 50, maxLength: 900 }),
      async (count, limit, turns) => {
        const { nodes, clock } = nodesOn(count, limit)
        let passed = 0
        let refused = 0
        for (const [i, turn] of turns.entries()) {
          const { number } = await nodes[turn % count]!('loc_1', 'client')
          if (number <= limit) passed += 1
          else refused += 1
          if (i % 100 === 0) clock.forward(SECOND)
        }
        assert.ok(passed <= limit)
        // What each other node may have taken and not used.
        const lost = (count - 1) * Math.ceil(limit / 16)
        assert.ok(refused === 0 || passed >= limit - lost, `${passed} of ${limit} with ${count} nodes`)
      },
    ),
    { numRuns: runs(50) },
  )
})
