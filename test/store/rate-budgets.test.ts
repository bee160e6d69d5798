import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createDatabase } from '../../server/store/db.ts'
import { createRateBudgets, type LeaseWish } from '../../server/store/rate-budgets.ts'
import { createTestDatabase } from '../database.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const budgets = createRateBudgets({ db })

const defaults = { burst: 100, intervalMs: 10_000, daily: 1_000 }
const start = Date.parse('2026-01-31T12:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000)
const lease = (tenant: string, calls: number, seconds: number, over: Partial<LeaseWish> = {}) =>
  budgets.lease(tenant, { calls, reserve: 0, now: at(seconds), defaults, ...over })

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

test('a reserve is left for others', async () => {
  assert.equal((await lease('C', 100, 0, { reserve: 0.2 })).granted, 80)
  assert.equal((await lease('C', 100, 1, { reserve: 0.2 })).granted, 0)
  assert.equal((await lease('C', 100, 2)).granted, 20)
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
  const wishOf = (tenantId: string, calls: number) => ({ tenantId, wish: { calls, reserve: 0, now: at(0), defaults } })
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
  const limits = { dailyLimit: 1_000, burst: 100, intervalMs: 10_000 }
  const used = { usedToday: 30, usedNow: 30, blockedUntil: at(60) }
  assert.deepEqual(await budgets.read('R', at(2)), { ...limits, ...used })
  assert.deepEqual(await budgets.read('R', at(11)), { ...limits, ...used, usedNow: 0 })
  assert.deepEqual(await budgets.read('R', at(86_400)), { ...limits, usedToday: 0, usedNow: 0, blockedUntil: null })
})

test('operators see how much is asked of all accounts together, and how many may not call', async () => {
  const day = new Date('2026-03-01T10:00:00Z')
  const ask = (tenant: string, calls: number) => budgets.lease(tenant, { calls, reserve: 0, now: day, defaults })
  for (const [tenant, calls] of [
    ['P', 90],
    ['Q', 10],
  ] as const)
    assert.equal((await ask(tenant, calls)).granted, calls)
  await budgets.lease('P', { calls: 1, reserve: 0, now: day, defaults, observed: { dailyRemaining: 150 } })
  await budgets.block('Q', { until: new Date(day.getTime() + 5_000), now: day, defaults })
  assert.deepEqual(await budgets.pressure(day), { callsToday: 851 + 10, blocked: 1, nearlySpent: 1 })
  const tomorrow = new Date('2026-03-02T10:00:00Z')
  assert.deepEqual(await budgets.pressure(tomorrow), { callsToday: 0, blocked: 0, nearlySpent: 0 })
})
