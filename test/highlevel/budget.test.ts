import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '../../server/errors.ts'
import { BULK_SHARE, createBudget } from '../../server/highlevel/budget.ts'
import { createDatabase } from '../../server/store/db.ts'
import type { LeaseWish, Priority } from '../../server/store/rate-budget-lease.ts'
import { createRateBudgets, type RateBudgets } from '../../server/store/rate-budgets.ts'
import { createTestDatabase } from '../database.ts'
import { createClock } from './surroundings.ts'

/** Grants what is left of a window of ten seconds, whoever asks, at most `most` calls at a time. */
const createFakeBudgets = (burst: number, most: number) => {
  const asked: { tenantId: string; wish: LeaseWish }[] = []
  const blocks: { tenantId: string; until: Date }[] = []
  let left = burst
  let endsAt = 0
  const budgets: Pick<RateBudgets, 'lease' | 'block'> = {
    lease: async (tenantId, wish) => {
      asked.push({ tenantId, wish })
      if (wish.now.getTime() >= endsAt) [left, endsAt] = [burst, wish.now.getTime() + 10_000]
      const granted = Math.max(0, Math.min(wish.calls, left, most))
      left -= granted
      return { granted, burst, until: new Date(endsAt), retryAt: new Date(endsAt) }
    },
    block: async (tenantId, { until }) => void blocks.push({ tenantId, until }),
  }
  return { budgets, asked, blocks }
}

const setUp = ({ burst = 100, most = 100 } = {}) => {
  const clock = createClock()
  const fake = createFakeBudgets(burst, most)
  return { ...fake, clock, budget: createBudget({ budgets: fake.budgets, now: clock.now }) }
}

const isLimited = (promise: Promise<unknown>, seconds: number) =>
  assert.rejects(
    promise,
    (error) => error instanceof AppError && error.code === 'crm_rate_limited' && error.retryAfterSeconds === seconds,
  )

test('the database is asked once in many calls', async () => {
  const { budget, asked } = setUp()
  for (let call = 0; call < 40; call++) await budget.take('L1', 'bulk')
  assert.equal(asked.length, 2)
})

test('calls at the same moment share a lease', async () => {
  const { budget, asked } = setUp()
  await Promise.all(Array.from({ length: 10 }, () => budget.take('L1', 'live')))
  assert.equal(asked.length, 1)
  await Promise.all(Array.from({ length: 25 }, () => budget.take('L1', 'live')))
  assert.equal(asked.length, 4)
})

test('who makes calls one after the other gets larger and larger leases, and small ones again in the next window', async () => {
  const { budget, asked, clock } = setUp()
  for (let call = 0; call < 33; call++) await budget.take('L1', 'interactive')
  clock.advance({ seconds: 10 })
  await budget.take('L1', 'interactive')
  assert.deepEqual(
    asked.map(({ wish }) => wish.calls),
    [3, 6, 12, 12, 3],
  )
})

test('when nothing is left the caller is told when to come back, without asking again before', async () => {
  const { budget, asked, clock } = setUp({ burst: 10 })
  for (let call = 0; call < 10; call++) await budget.take('L1', 'live')
  clock.advance({ seconds: 4 })
  await isLimited(budget.take('L1', 'live'), 6)
  await isLimited(budget.take('L1', 'live'), 6)
  assert.equal(asked.length, 2)
  clock.advance({ seconds: 6 })
  await budget.take('L1', 'live')
})

/** Two processes over one database, as an account's calls meet them. */
test('of live events, people and bulk work none is shut out by another, in however many processes they are', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = createDatabase({ url })
  t.after(() => db.close())
  const clock = createClock()
  const refused: Priority[] = []
  const onRefused = (priority: Priority) => void refused.push(priority)
  const processes = [1, 2].map(() => createBudget({ budgets: createRateBudgets({ db }), now: clock.now, onRefused }))
  /** Calls that were made of so many, in turn by each process. */
  const made = async (tenant: string, priority: Priority, calls: number) => {
    let count = 0
    for (let n = 0; n < calls; n++) {
      await processes[n % 2]!.take(tenant, priority).then(
        () => count++,
        () => {},
      )
    }
    return count
  }

  assert.equal(await made('L1', 'live', 240), 90)
  assert.deepEqual([refused.length, refused[0]], [150, 'live'])
  assert.equal(await made('L1', 'interactive', 6), 6)
  clock.advance({ seconds: 10, ms: 250 })
  const live = await made('L1', 'live', 240)
  const people = await made('L1', 'interactive', 40)
  assert.ok(live >= 80 && people >= 12 && live + people === 100, `${live} and ${people}: twice what they had before`)

  assert.equal(await made('L2', 'interactive', 240), 90)
  assert.equal(await made('L2', 'live', 10), 10)

  assert.equal(await made('L3', 'bulk', 240), 100 * BULK_SHARE)
  assert.equal(await made('L3', 'live', 10), 10)
  assert.equal(await made('L3', 'interactive', 6), 6)
})

test('a lease that is left over when its window ends is not used any more', async () => {
  const { budget, asked, clock } = setUp()
  await budget.take('L1', 'live')
  clock.advance({ seconds: 11 })
  await budget.take('L1', 'live')
  assert.equal(asked.length, 2)
})

test('what headers say goes along with the next lease, once', async () => {
  const { budget, asked, clock } = setUp({ most: 1 })
  await budget.take('L1', 'interactive')
  budget.observe('L1', {
    'x-ratelimit-max': '100',
    'x-ratelimit-remaining': '40',
    'x-ratelimit-interval-milliseconds': '10000',
    'x-ratelimit-limit-daily': '200000',
    'x-ratelimit-daily-remaining': '199000',
  })
  await budget.take('L1', 'interactive')
  assert.deepEqual(asked[1]!.wish.observed, {
    burst: 100,
    remaining: 40,
    intervalMs: 10_000,
    daily: 200_000,
    dailyRemaining: 199_000,
  })
  clock.advance({ seconds: 11 })
  await budget.take('L1', 'interactive')
  assert.equal(asked[2]!.wish.observed, undefined)
})

test('headers that make no sense are not believed', async () => {
  const { budget, asked } = setUp({ most: 1 })
  await budget.take('L1', 'live')
  budget.observe('L1', { 'x-ratelimit-max': '0', 'x-ratelimit-remaining': '-1', 'x-ratelimit-limit-daily': 'many' })
  await budget.take('L1', 'live')
  assert.equal(asked[1]!.wish.observed, undefined)
})

test('after a refusal nobody calls, and the other processes learn of it', async () => {
  const { budget, blocks, clock } = setUp()
  await budget.take('L1', 'live')
  await budget.limited('L1', 30)
  for (const priority of ['interactive', 'live', 'bulk'] as const) await isLimited(budget.take('L1', priority), 30)
  await budget.take('L2', 'live')
  // Of two calls at once one is refused while the other still waits for its lease.
  const late = budget.take('L3', 'live')
  await budget.limited('L3', 30)
  await isLimited(late, 30)
  assert.deepEqual(blocks.slice(0, 1), [{ tenantId: 'L1', until: new Date(clock.now().getTime() + 30_000) }])
})

test('a database that fails is the error of that call; the next one asks again', async () => {
  const { budgets, clock } = setUp()
  let failures = 1
  const budget = createBudget({
    budgets: {
      ...budgets,
      lease: (...wish) => (failures-- > 0 ? Promise.reject(new Error('gone')) : budgets.lease(...wish)),
    },
    now: clock.now,
  })
  await assert.rejects(budget.take('L1', 'live'), /gone/)
  await budget.take('L1', 'live')
})
