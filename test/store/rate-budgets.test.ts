import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createDatabase } from '../../server/store/db.ts'
import type { LeaseWish, Priority } from '../../server/store/rate-budget-lease.ts'
import { createRateBudgets } from '../../server/store/rate-budgets.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const budgets = createRateBudgets({ db })

const defaults = { burst: 100, intervalMs: 10_000, daily: 1_000 }
const start = Date.parse('2026-01-31T12:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000)
const nothingKept = { interactive: { least: 0, most: 0 }, live: { least: 0, most: 0 } }
const anyone = { portion: 1, priority: 'live', shares: nothingKept, defaults } as const
const lease = (tenant: string, calls: number, seconds: number, over: Partial<LeaseWish> = {}) =>
  budgets.lease(tenant, { ...anyone, calls, now: at(seconds), ...over })

const shares = { interactive: { least: 0.1, most: 0.3 }, live: { least: 0.1, most: 0.5 } }
/** How many of these calls each of those who ask gets, in turn, `seconds` after the start. */
const shared = async (tenant: string, seconds: number, ...wishes: [Priority, number][]) => {
  const granted: number[] = []
  for (const [priority, calls] of wishes) {
    granted.push((await lease(tenant, calls, seconds, { priority, shares })).granted)
  }
  return granted
}

test('leases come out of one window until it is empty, and the next window is full again', async () => {
  assert.equal((await lease('A', 70, 0)).granted, 70)
  assert.equal((await lease('A', 70, 1)).granted, 30)
  const empty = await lease('A', 1, 2)
  assert.equal(empty.granted, 0)
  assert.deepEqual(empty.retryAt, new Date(start + 10_250))
  assert.equal((await lease('A', 70, 10)).granted, 0, 'a little after the interval, not before')
  assert.equal((await lease('A', 70, 10.3)).granted, 70)
})

test('a lease is good until its window ends', async () => {
  await lease('B', 1, 0)
  assert.deepEqual((await lease('B', 1, 9)).until, new Date(start + 10_250))
})

test('of a window some calls are kept for people and for live events, and had by them only', async () => {
  assert.deepEqual(await shared('C', 0, ['bulk', 100], ['live', 100], ['interactive', 100]), [80, 10, 10])
  assert.deepEqual(await shared('C1', 0, ['live', 100], ['bulk', 100], ['interactive', 100]), [90, 0, 10])
  assert.deepEqual(await shared('C2', 0, ['interactive', 100], ['bulk', 100], ['live', 100]), [90, 0, 10])
  // Who has had its part has no more kept for it.
  assert.deepEqual(await shared('C3', 0, ['interactive', 10], ['live', 90], ['interactive', 1]), [10, 90, 0])
})

test('who uses what is kept for it has twice as much kept in the next window, up to its share, while it goes on', async () => {
  const flood = async (seconds: number) => shared('S', seconds, ['live', 100], ['interactive', 100])
  assert.deepEqual(await flood(0), [90, 10])
  assert.deepEqual(await flood(11), [80, 20])
  assert.deepEqual(await flood(22), [70, 30])
  assert.deepEqual(await flood(33), [70, 30])
  // The other way round, what live events had is kept for them up to their share.
  assert.deepEqual(await shared('S', 44, ['interactive', 100], ['live', 100]), [50, 50])
  const use = await budgets.read('S', at(45))
  assert.deepEqual([use?.keptInteractive, use?.keptLive], [30, 50])
  assert.deepEqual(await shared('S', 55, ['live', 100]), [70])
  assert.deepEqual(await shared('S', 66, ['live', 100]), [90], 'nobody asked in the window before')
  assert.deepEqual(await shared('S', 600, ['interactive', 100], ['live', 100]), [90, 10], 'long ago')
})

test('calls that only headers know of leave no more kept than there is', async () => {
  await shared('X', 0, ['interactive', 1])
  const over = { priority: 'interactive', shares, observed: { remaining: 7 } } as const
  assert.equal((await lease('X', 100, 1, over)).granted, 7)
})

test('of a day bulk work leaves what is kept, and people and live events share that', async () => {
  const day = { defaults: { burst: 100_000, intervalMs: 10_000, daily: 1_000 }, shares }
  const ask = async (seconds: number, priority: Priority) =>
    (await lease('Y', 1_000, seconds, { ...day, priority })).granted
  assert.equal(await ask(0, 'live'), 900)
  assert.equal(await ask(11, 'bulk'), 0)
  assert.equal(await ask(22, 'live'), 0)
  assert.equal(await ask(33, 'interactive'), 100)
  await lease('Z', 700, 0, { ...day, priority: 'live' })
  assert.equal((await lease('Z', 1_000, 11, { ...day, priority: 'bulk' })).granted, 100)
  assert.equal((await lease('Z', 1_000, 22, { ...day, priority: 'interactive' })).granted, 100)
  const refused = await lease('Z', 1_000, 33, { ...day, priority: 'interactive' })
  assert.deepEqual([refused.granted, refused.retryAt], [0, at(3_633)])
  assert.equal((await lease('Z', 1_000, 44, { ...day, priority: 'live' })).granted, 100)
})

test('no lease is more than its part of what is left, and the last call is given out, too', async () => {
  const granted: number[] = []
  for (let n = 0; n < 5; n++) granted.push((await lease('P1', 100, 0, { portion: 0.75 })).granted)
  assert.deepEqual(granted, [75, 19, 5, 1, 0])
})

test('however many ask at once, no more than the limit is given out', async () => {
  const got = await Promise.all(Array.from({ length: 40 }, () => lease('D', 7, 0)))
  assert.equal(
    got.reduce((sum, { granted }) => sum + granted, 0),
    100,
  )
  const { rows } = await db.pool.query(`select window_used, day_used from rate_budgets where location_id = 'D'`)
  assert.deepEqual(rows, [{ window_used: 100, day_used: 100 }])
})

test('wishes of many tenants are one statement; those of one tenant come one after the other', async () => {
  const wishOf = (tenantId: string, calls: number) => ({ tenantId, wish: { ...anyone, calls, now: at(0) } })
  const leases = await budgets.leaseAll([wishOf('N', 60), wishOf('M', 5), wishOf('N', 60), wishOf('L', 7)])
  assert.deepEqual(
    leases.map(({ granted }) => granted),
    [60, 5, 40, 7],
  )
})

test('what headers say is taken over where it is less, never where it is more', async () => {
  await lease('E', 10, 0)
  assert.equal((await lease('E', 100, 1, { observed: { remaining: 30 } })).granted, 30)
  assert.equal((await lease('E', 100, 2, { observed: { remaining: 90 } })).granted, 0)
})

test('a smaller limit in the headers is the limit from then on', async () => {
  await lease('F', 1, 0)
  const observed = { burst: 25, intervalMs: 5_000, remaining: 24, daily: 500, dailyRemaining: 400 }
  assert.equal((await lease('F', 100, 1, { observed })).granted, 24)
  assert.equal((await lease('F', 100, 5.3)).granted, 25, 'the interval is shorter, too')
  const { rows } = await db.pool.query(`select day_limit, day_used from rate_budgets where location_id = 'F'`)
  assert.deepEqual(rows, [{ day_limit: 500, day_used: 149 }])
})

test('what was observed in a window that is over does not count in the next', async () => {
  await lease('G', 90, 0)
  assert.equal((await lease('G', 100, 11, { observed: { remaining: 2 } })).granted, 100)
})

test('an empty day is empty until the next, and looked at again within the hour', async () => {
  await lease('H', 1, 0)
  const empty = await lease('H', 10, 1, { observed: { dailyRemaining: 0 } })
  assert.equal(empty.granted, 0)
  assert.deepEqual(empty.retryAt, at(3_601))
  assert.equal((await lease('H', 10, 12 * 3_600)).granted, 10)
})

test('after a block nobody gets anything before its end, and a shorter one does not cut it', async () => {
  await budgets.block('I', { until: at(30), now: at(0), defaults })
  await budgets.block('I', { until: at(5), now: at(1), defaults })
  const blocked = await lease('I', 10, 20)
  assert.deepEqual([blocked.granted, blocked.retryAt], [0, at(30)])
  assert.equal((await lease('I', 10, 30)).granted, 10)
})

test('a clock that went back does not stop the calls', async () => {
  await lease('J', 100, 100)
  assert.equal((await lease('J', 10, 0)).granted, 10)
})

test('tenants do not share', async () => {
  await lease('K', 100, 0)
  assert.equal((await lease('K2', 100, 0)).granted, 100)
})

test('what was used today and just now is read, and a new day begins at nothing', async () => {
  assert.equal(await budgets.read('R', at(0)), undefined)
  await lease('R', 30, 0)
  await budgets.block('R', { until: at(60), now: at(1), defaults })
  const limits = { dailyLimit: 1_000, burst: 100, intervalMs: 10_000, keptInteractive: 0, keptLive: 0 }
  const used = { usedToday: 30, usedNow: 30, blockedUntil: at(60) }
  assert.deepEqual(await budgets.read('R', at(2)), { ...limits, ...used })
  assert.deepEqual(await budgets.read('R', at(11)), { ...limits, ...used, usedNow: 0 })
  assert.deepEqual(await budgets.read('R', at(86_400)), { ...limits, usedToday: 0, usedNow: 0, blockedUntil: null })
})

test('operators see how much is asked of all accounts together, and how many may not call', async () => {
  const day = new Date('2026-03-01T10:00:00Z')
  const ask = (tenant: string, calls: number) => budgets.lease(tenant, { ...anyone, calls, now: day })
  for (const [tenant, calls] of [
    ['P', 90],
    ['Q', 10],
  ] as const)
    assert.equal((await ask(tenant, calls)).granted, calls)
  await budgets.lease('P', { ...anyone, calls: 1, now: day, observed: { dailyRemaining: 150 } })
  await budgets.block('Q', { until: new Date(day.getTime() + 5_000), now: day, defaults })
  assert.deepEqual(await budgets.pressure(day), { callsToday: 851 + 10, blocked: 1, nearlySpent: 1 })
  const tomorrow = new Date('2026-03-02T10:00:00Z')
  assert.deepEqual(await budgets.pressure(tomorrow), { callsToday: 0, blocked: 0, nearlySpent: 0 })
})
