import assert from 'node:assert/strict'
import test from 'node:test'
import type { BackfillKind, BackfillPart } from '../../../server/store/backfills.ts'
import { needsPerson, nextStep } from '../../../server/sync/backfill/backfill-plan.ts'
import {
  countsOf,
  forecastEnd,
  type Sample,
  speedOf,
  withSample,
} from '../../../server/sync/backfill/backfill-progress.ts'

const AT = new Date('2026-03-04T12:00:00Z')
const minutes = (count: number): Date => new Date(AT.getTime() + count * 60_000)

const part = (kind: BackfillKind, over: Partial<BackfillPart> = {}): BackfillPart => ({
  ...{ kind, cursor: null, readAt: null, total: null, read: 0, done: 0, skipped: 0, failed: 0 },
  ...over,
})
const over = { cursor: null, readAt: minutes(-1), read: 300, done: 290, skipped: 4, failed: 6 }

const STEPS: [string, { parts: BackfillPart[]; unread?: number }, ReturnType<typeof nextStep>][] = [
  ['begins with the first kind', { parts: [part('customers'), part('orders')] }, { do: 'read', kind: 'customers' }],
  [
    'goes on with the kind under way though some of it is open',
    { parts: [part('customers', { cursor: 'a', read: 300, done: 10 }), part('orders')], unread: 290 },
    { do: 'read', kind: 'customers' },
  ],
  [
    'reads no further than there is room for',
    { parts: [part('customers', { cursor: 'a', read: 600, done: 100 })], unread: 401 },
    { do: 'wait' },
  ],
  [
    'waits for the customers before it begins with their orders',
    { parts: [part('customers', { ...over, done: 286 }), part('orders')], unread: 0 },
    { do: 'wait' },
  ],
  [
    'leaves a few stragglers to those who try them again',
    { parts: [part('customers', { ...over, done: 287 }), part('orders')] },
    { do: 'read', kind: 'orders' },
  ],
  [
    'begins with the next kind when that is over',
    { parts: [part('customers', over), part('orders')] },
    { do: 'read', kind: 'orders' },
  ],
  [
    'does not wait for ever for customers that keep failing',
    { parts: [part('customers', { ...over, done: 200, readAt: minutes(-10) }), part('orders')] },
    { do: 'read', kind: 'orders' },
  ],
  [
    'does not stop in the middle of a kind for the one before',
    { parts: [part('customers', { ...over, done: 200 }), part('orders', { cursor: 'b', read: 100 })] },
    { do: 'read', kind: 'orders' },
  ],
  ['waits for the last ones', { parts: [part('customers', { ...over, done: 0 })] }, { do: 'wait' }],
  [
    'waits for what nobody has begun, however long',
    { parts: [part('customers', { ...over, done: 0, readAt: minutes(-90) })], unread: 1 },
    { do: 'wait' },
  ],
  [
    'ends though some are still being tried again',
    { parts: [part('customers', { ...over, done: 289, readAt: minutes(-30) })] },
    { do: 'end' },
  ],
  ['ends when all is over', { parts: [part('customers', over), part('orders', over)] }, { do: 'end' }],
]

for (const [name, { parts, unread = 0 }, step] of STEPS) {
  test(`a backfill ${name}`, () => assert.deepEqual(nextStep({ parts, unread, at: AT }), step))
}

test('counts add up, and the total follows what was really there', () => {
  const parts = [
    part('customers', { ...over, total: 250 }),
    part('orders', { total: 500, read: 100, done: 60, failed: 1 }),
  ]
  assert.deepEqual(countsOf(parts), { total: 800, over: 361, done: 350, skipped: 4, failed: 7 })
  // More came than was said; and of one kind nothing was said at all.
  assert.equal(countsOf([part('orders', { total: 50, read: 100 })]).total, 100)
  assert.equal(countsOf([...parts, part('invoices', { read: 20 })]).total, null)
})

test('the speed is that of the last two minutes, and unknown before the first ten seconds are over', () => {
  let samples: Sample[] = []
  for (let seconds = 0; seconds <= 600; seconds += 2) {
    const at = new Date(AT.getTime() + seconds * 1_000)
    // Five minutes at 10 a second, then at 2.
    const done = seconds <= 300 ? seconds * 10 : 3_000 + (seconds - 300) * 2
    const latest = { at, over: done, calls: done * 3 }
    if (seconds < 10) assert.equal(speedOf(samples, latest), undefined)
    samples = withSample(samples, latest)
    if (seconds === 60) assert.deepEqual(speedOf(samples, latest), { perSecond: 10, callsPerRecord: 3 })
    if (seconds === 600) assert.deepEqual(speedOf(samples, latest), { perSecond: 2, callsPerRecord: 3 })
  }
  assert.ok(samples.length <= 13)
  assert.equal(speedOf([{ at: AT, over: 5, calls: 9 }], { at: minutes(5), over: 5, calls: 9 }), undefined)
  // Midnight: calls count from zero again.
  const speed = speedOf([{ at: AT, over: 0, calls: 900 }], { at: minutes(1), over: 60, calls: 30 })
  assert.deepEqual(speed, { perSecond: 1, callsPerRecord: 0 })
})

test('the end is as far away as the records at this speed, or as the calls of the coming days', () => {
  const end = (left: number, leftToday: number) =>
    forecastEnd({ left, speed: { perSecond: 2, callsPerRecord: 2 }, calls: { leftToday, daily: 10_000 }, at: AT })
  assert.deepEqual(end(1_200, 10_000), minutes(10))
  assert.deepEqual(end(0, 10_000), AT)
  // 4,000 of 6,000 calls are left for tomorrow: 2,000 records, from midnight on.
  assert.deepEqual(end(3_000, 2_000), new Date('2026-03-05T00:16:40Z'))
  // Today, two whole days, and 2,000 calls of the third.
  assert.deepEqual(end(11_500, 1_000), new Date('2026-03-07T00:08:20Z'))
  assert.deepEqual(end(2_500, -50), new Date('2026-03-05T00:20:50Z'))
})

test('what only a person can put right is told from what passes', () => {
  const stuck = ['reconnect_needed', 'rankr_unauthorized', 'rankr_not_connected', 'rankr_not_found', 'crm_suspended']
  assert.deepEqual(
    stuck.filter((code) => !needsPerson(code)),
    [],
  )
  assert.deepEqual(
    ['rankr_unreachable', 'rankr_rate_limited', 'cannot_store_now', 'server_error', 'odd'].filter(needsPerson),
    [],
  )
})
