import assert from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import { AppError } from '../../server/errors.ts'
import { newId } from '../../server/ids.ts'
import type { DrainDeps } from '../../server/relay/drain.ts'
import type { Outcome } from '../../server/relay/outcome.ts'
import { RETRY_LIMITS } from '../../server/relay/schedule.ts'
import { createActivity } from '../../server/store/activity.ts'
import type { Tx } from '../../server/store/db.ts'
import { createNudge } from '../../server/store/nudging.ts'
import type { ParkedChanges } from '../../server/store/parked.ts'
import { ensurePartitions, keepPartitions } from '../../server/store/partitions.ts'
import type { DeadLetterWrite } from '../../server/store/progress.ts'
import type { Run } from '../../server/store/runs.ts'
import { workflowDocument } from '../../server/workflows/document.ts'
import type { RunnableWorkflow } from '../../server/workflows/run.ts'
import { createRunWorkflows } from '../../server/workflows/run-workflows.ts'
import { fc, runs } from '../property.ts'
import {
  createClock,
  createKit,
  drainAll,
  empty,
  handIn,
  NODE,
  newEvent,
  openDatabase,
  recordingHandler,
} from './kit.ts'

const db = await openDatabase(after)
const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS

const rows = async <Row extends object>(text: string, values: unknown[] = []) =>
  (await db.pool.query<Row>(text, values)).rows

const parkedRows = () =>
  rows<{ seq: number; state: string; attempts: number }>('select seq, state, attempts from parked_events order by seq')

const mailbox = async () => (await rows<Record<string, unknown>>('select * from mailboxes'))[0]!

beforeEach(() => empty(db, 'events', 'mailboxes', 'parked_events', 'dead_letters', 'nodes'))

const done = (): Outcome => ({ kind: 'done' })
const isUp = new Map<string, boolean>()

test('every event is handled once, in the order of its record, and the mailbox comes to rest', async () => {
  const { accept, drainWith } = createKit(db)
  await handIn(accept, 500, (n) => ({ recordKey: `customer:${n % 7}` }))
  const { seen, handle } = recordingHandler(done)
  assert.equal(await drainAll(drainWith(handle)), 'idle')
  assert.equal(new Set(seen.map(({ id }) => id)).size, 500)
  assert.equal(seen.length, 500)
  for (const [, ofRecord] of Map.groupBy(seen, ({ recordKey }) => recordKey)) {
    const numbers = ofRecord.map(({ seq }) => seq)
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    )
  }
  const { cursor, tail, state } = await mailbox()
  assert.deepEqual({ cursor, tail, state }, { cursor: 500, tail: 500, state: 'idle' })
})

test('duplicates leave gaps in the numbers that nothing waits for', async () => {
  const { accept, drainWith } = createKit(db)
  for (let n = 0; n < 3; n++) await accept.accept(newEvent({ sourceEventId: 'same' }))
  const { seen, handle } = recordingHandler(done)
  assert.equal(await drainAll(drainWith(handle)), 'idle')
  assert.equal(seen.length, 1)
  assert.equal((await mailbox()).cursor, 3)
})

test('a slice ends after so many events, and the mailbox goes to the end of the line', async () => {
  const { accept, drainWith } = createKit(db)
  await handIn(accept, 5)
  const { seen, handle } = recordingHandler(done)
  const { drain } = drainWith(handle, { limits: { sliceEvents: 2 } })
  assert.equal(await drain({ locationId: 'loc_1', lane: 'live' }), 'queued')
  assert.equal(seen.length, 2)
  assert.deepEqual(await rows('select key, priority from graphile_worker.jobs'), [
    { key: 'drain:live:loc_1', priority: 5 },
  ])
})

test('a slice ends after some time, after the events under way', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await handIn(accept, 20)
  const { seen, handle } = recordingHandler(() => {
    clock.advance(100)
    return done()
  })
  const { drain } = drainWith(handle, { limits: { sliceMs: 1_000, concurrency: 1 } })
  assert.equal(await drain({ locationId: 'loc_1', lane: 'live' }), 'queued')
  assert.equal(seen.length, 10)
  assert.equal((await mailbox()).cursor, 10)
})

test('the first slice of a mailbox is short and does little at once, and its next one is told that it is none', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await handIn(accept, 20)
  const jobs = () => rows<{ payload: unknown }>('select payload from graphile_worker._private_jobs')
  let [atWork, most] = [0, 0]
  const { seen, handle } = recordingHandler(async () => {
    most = Math.max(most, ++atWork)
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(50)
    atWork--
    return done()
  })
  const { drain } = drainWith(handle, {
    limits: { sliceMs: 1_000, firstSliceMs: 200, concurrency: 4, firstConcurrency: 2 },
  })
  const mailbox = { locationId: 'loc_1', lane: 'live' } as const
  assert.deepEqual(await jobs(), [{ payload: { ...mailbox, isFirst: true } }])
  assert.equal(await drain({ ...mailbox, isFirst: true }), 'queued')
  assert.equal(most, 2)
  assert.ok(seen.length >= 4 && seen.length <= 5)
  assert.deepEqual(await jobs(), [{ payload: { ...mailbox, isFirst: false } }])
  assert.equal(await drain({ ...mailbox, isFirst: false }), 'idle')
  assert.equal(most, 4)
})

test('events that arrive during the slice are not forgotten', async () => {
  const { accept, drainWith } = createKit(db)
  await accept.accept(newEvent())
  const { seen, handle } = recordingHandler(async ({ seq }) => {
    if (seq === 1) await accept.accept(newEvent())
    return done()
  })
  assert.equal(await drainAll(drainWith(handle)), 'idle')
  assert.equal(seen.length, 2)
})

test('a passing failure is tried again when it is due; other records go on, later events of the record wait in order', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await handIn(accept, 6, (n) => ({ recordKey: `customer:${n % 2 ? 'b' : 'a'}` }))
  isUp.set('a', false)
  const { seen, handle } = recordingHandler(({ recordKey }) =>
    recordKey === 'customer:a' && !isUp.get('a') ? { kind: 'retry', code: 'crm_unavailable' } : done(),
  )
  const drain = drainWith(handle)
  assert.equal(await drainAll(drain), 'sleeping')
  assert.deepEqual(
    seen.map(({ seq }) => seq).toSorted((x, y) => x - y),
    [1, 2, 4, 6],
  )
  assert.deepEqual(await parkedRows(), [
    { seq: 1, state: 'retry', attempts: 1 },
    { seq: 3, state: 'behind', attempts: 0 },
    { seq: 5, state: 'behind', attempts: 0 },
  ])
  const { wake_at } = await mailbox()
  assert.deepEqual(wake_at, new Date(clock.now().getTime() + RETRY_LIMITS.baseMs / 2))
  const [job] = await rows<{ run_at: Date }>('select run_at from graphile_worker.jobs')
  assert.deepEqual(job?.run_at, wake_at)

  // Asked too early: nothing is due.
  const before = seen.length
  assert.equal(await drainAll(drain), 'sleeping')
  assert.equal(seen.length, before)

  // A new event of the record that waits stays behind it, whoever wakes the mailbox.
  await accept.accept(newEvent({ recordKey: 'customer:a' }))
  await accept.accept(newEvent({ recordKey: 'customer:c' }))
  assert.equal(await drainAll(drain), 'sleeping')
  assert.deepEqual(seen.at(-1)?.recordKey, 'customer:c')

  clock.advance(MINUTE_MS)
  isUp.set('a', true)
  const since = seen.length
  assert.equal(await drainAll(drain), 'idle')
  assert.deepEqual(
    seen.slice(since).map(({ seq, attempt }) => [seq, attempt]),
    [
      [1, 2],
      [3, 1],
      [5, 1],
      [7, 1],
    ],
  )
  assert.deepEqual(await parkedRows(), [])
})

test('a record that is never quiet does not keep its failed event from being tried again', async () => {
  const { accept, drainWith, clock } = createKit(db)
  let isUp = false
  const { seen, handle } = recordingHandler(({ seq }) =>
    seq === 1 && !isUp ? { kind: 'retry', code: 'crm_unavailable' } : done(),
  )
  const { drain } = drainWith(handle)
  await accept.accept(newEvent())
  await drain({ locationId: 'loc_1', lane: 'live' })
  isUp = true
  clock.advance(MINUTE_MS)
  await accept.accept(newEvent())
  await drain({ locationId: 'loc_1', lane: 'live' })
  assert.deepEqual(
    seen.map(({ seq, attempt }) => [seq, attempt]),
    [
      [1, 1],
      [1, 2],
      [2, 1],
    ],
  )
  await accept.accept(newEvent())
  assert.equal(await drainAll({ drain }), 'idle')
  assert.deepEqual(
    seen.slice(3).map(({ seq }) => seq),
    [3],
  )
})

test('tries end in a dead letter, and the next event of the record goes on', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await accept.accept(newEvent({ type: 'bad' }))
  await accept.accept(newEvent({ type: 'good' }))
  const { seen, handle } = recordingHandler(({ type }) =>
    type === 'bad' ? { kind: 'retry', code: 'crm_unreachable', detail: 'no answer' } : done(),
  )
  const drain = drainWith(handle)
  while ((await drainAll(drain)) === 'sleeping') clock.advance(6 * 60 * MINUTE_MS)
  assert.equal(seen.filter(({ seq }) => seq === 1).length, RETRY_LIMITS.maxAttempts)
  assert.deepEqual(
    seen.filter(({ seq }) => seq === 2).map(({ attempt }) => attempt),
    [1],
  )
  const letters = await rows('select event_id, lane, code, detail, attempts, status from dead_letters')
  assert.deepEqual(letters, [
    {
      event_id: seen[0]?.id,
      lane: 'live',
      code: 'crm_unreachable',
      detail: 'no answer',
      attempts: RETRY_LIMITS.maxAttempts,
      status: 'open',
    },
  ])
})

test('the handler is told which try is the last', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await accept.accept(newEvent())
  const lasts: boolean[] = []
  const drain = drainWith(async (_event, { isLast }) => {
    lasts.push(isLast)
    return { kind: 'retry', code: 'crm_unavailable' }
  })
  while ((await drainAll(drain)) === 'sleeping') clock.advance(6 * 60 * MINUTE_MS)
  assert.deepEqual(lasts, [...Array(RETRY_LIMITS.maxAttempts - 1).fill(false), true])
})

test('a permanent failure is a dead letter at once, with the answer kept', async () => {
  const { accept, drainWith } = createKit(db)
  await accept.accept(newEvent())
  const drain = drainWith(async () => ({ kind: 'dead', code: 'crm_rejected', answer: { message: 'email invalid' } }))
  assert.equal(await drainAll(drain), 'idle')
  const [letter] = await rows<Record<string, unknown>>('select code, answer, attempts from dead_letters')
  assert.deepEqual(letter, { code: 'crm_rejected', answer: { message: 'email invalid' }, attempts: 1 })
})

test('a fault of ours is tried again like a passing failure and blocks nobody', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await accept.accept(newEvent({ recordKey: 'customer:poison' }))
  await accept.accept(newEvent({ recordKey: 'customer:fine' }))
  const { seen, handle } = recordingHandler(({ recordKey }) => {
    if (recordKey === 'customer:poison') throw new TypeError('undefined is not a function')
    return done()
  })
  const drain = drainWith(handle)
  assert.equal(await drainAll(drain), 'sleeping')
  assert.deepEqual(seen.map(({ recordKey }) => recordKey).sort(), ['customer:fine', 'customer:poison'])
  clock.advance(MINUTE_MS)
  await drainAll(drain)
  assert.equal(seen.filter(({ recordKey }) => recordKey === 'customer:poison').length, 2)
})

test('when a person is needed the mailbox pauses, keeps everything, and goes on where it was when resumed', async () => {
  const { accept, drainWith, mailboxes } = createKit(db)
  await handIn(accept, 5)
  isUp.set('person', false)
  const paused: string[] = []
  const { seen, handle } = recordingHandler(() =>
    isUp.get('person') ? done() : { kind: 'person', code: 'reconnect_needed' },
  )
  const drain = drainWith(handle, {
    limits: { concurrency: 1 },
    onPaused: async (locationId, code) => void paused.push(`${locationId} ${code}`),
  })
  assert.equal(await drainAll(drain), 'paused')
  assert.equal(seen.length, 1)
  assert.deepEqual(paused, ['loc_1 reconnect_needed'])
  assert.equal((await mailbox()).pause_code, 'reconnect_needed')

  await accept.accept(newEvent({ recordKey: 'customer:new' }))
  assert.equal(await drain.drain({ locationId: 'loc_1', lane: 'live' }), undefined)
  assert.equal(seen.length, 1)

  isUp.set('person', true)
  assert.equal(await mailboxes.resume('loc_1'), 1)
  assert.equal(await drainAll(drain), 'idle')
  assert.equal(seen.length, 7)
  assert.equal(seen.filter(({ attempt }) => attempt > 1).length, 0)
  assert.equal((await mailbox()).pause_code, null)
})

test('a missing permission holds up the records that need it and no others, until it is granted', async () => {
  const { accept, drainWith, mailboxes, clock } = createKit(db)
  // One after the other: needs it, does not, the first record again.
  await handIn(accept, 40, (n) => ({ recordKey: `customer:${n % 20}`, type: n % 2 === 0 ? 'order.created' : 'note' }))
  isUp.set('scope', false)
  const { seen, handle } = recordingHandler(({ type }) =>
    type === 'note' || isUp.get('scope') ? done() : { kind: 'held', code: 'crm_scope_missing' },
  )
  const paused: string[] = []
  // Those that are held do not fill the mailbox, so that it stays open for the others.
  const limits = { sliceEvents: 8, maxParked: 8 }
  const drain = drainWith(handle, { limits, onPaused: async (id) => void paused.push(id) })
  assert.equal(await drainAll(drain), 'sleeping')
  assert.equal(seen.filter(({ recordKey }) => Number(recordKey.slice(9)) % 2 === 1).length, 20)
  assert.equal(seen.length, 30, 'of each record that needs it only the first was tried')
  assert.deepEqual(paused, [])
  const parked = async () =>
    (await db.pool.query(`select state, code, count(*)::int as count from parked_events group by 1, 2 order by 1`)).rows
  assert.deepEqual(await parked(), [
    { state: 'behind', code: null, count: 10 },
    { state: 'retry', code: 'crm_scope_missing', count: 10 },
  ])

  clock.advance(61 * MINUTE_MS)
  await mailboxes.wake('loc_1', 'live')
  assert.equal(await drainAll(drain), 'sleeping')
  assert.equal(seen.length, 40, 'each was looked at again after an hour')

  isUp.set('scope', true)
  assert.equal(await mailboxes.resume('loc_1'), 1)
  assert.equal(await drainAll(drain), 'idle')
  assert.deepEqual(await parked(), [])
  assert.equal(seen.length, 60)
  assert.equal(seen.filter(({ attempt }) => attempt > 1).length, 0, 'no try was counted')
})

test('a paused mailbox tries again by itself now and then', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await accept.accept(newEvent())
  isUp.set('probe', false)
  const { seen, handle } = recordingHandler(() =>
    isUp.get('probe') ? done() : { kind: 'person', code: 'crm_scope_missing' },
  )
  const drain = drainWith(handle)
  assert.equal(await drainAll(drain), 'paused')
  clock.advance(14 * MINUTE_MS)
  assert.equal(await drainAll(drain), undefined)
  clock.advance(MINUTE_MS)
  assert.equal(await drainAll(drain), 'paused')
  isUp.set('probe', true)
  clock.advance(15 * MINUTE_MS)
  assert.equal(await drainAll(drain), 'idle')
  assert.equal(seen.length, 3)
})

test('a resume that comes while the drain still runs into the old trouble is not lost', async () => {
  const { accept, drainWith, mailboxes } = createKit(db)
  await accept.accept(newEvent())
  let tries = 0
  const drain = drainWith(async () => {
    if (tries++ > 0) return done()
    await mailboxes.resume('loc_1')
    return { kind: 'person', code: 'crm_unauthorized' }
  })
  assert.equal(await drainAll(drain), 'idle')
  assert.equal(tries, 2)
})

test('work that is parked from outside while the last slice ends is not forgotten', async () => {
  const { accept, drainWith, mailboxes } = createKit(db)
  const { eventId } = await accept.accept(newEvent())
  let isFirst = true
  const { seen, handle } = recordingHandler(async () => {
    if (!isFirst) return done()
    isFirst = false
    await db.pool.query(
      `insert into parked_events (location_id, lane, seq, event_id, received_on, record_key, state, next_at, code)
       select location_id, lane, seq, id, received_on, record_key, 'retry', now() - interval '1 minute', 'crm_rejected'
       from events where id = $1`,
      [eventId],
    )
    await mailboxes.wake('loc_1', 'live')
    return done()
  })
  assert.equal(await drainAll(drainWith(handle)), 'idle')
  assert.equal(seen.length, 2)
})

test('pausing a location stops its mailboxes, the one being drained at the end of its slice, but not lifecycle', async () => {
  const { accept, drainWith, mailboxes } = createKit(db)
  await handIn(accept, 4)
  await accept.accept(newEvent({ lane: 'bulk' }))
  await accept.accept(newEvent({ lane: 'lifecycle', type: 'INSTALL' }))
  const { seen, handle } = recordingHandler(async () => {
    await mailboxes.pause('loc_1', { code: 'crm_suspended', until: new Date(Date.now() + 3_600_000) })
    return done()
  })
  const drain = drainWith(handle, { limits: { sliceEvents: 2 } })
  assert.equal(await drain.drain({ locationId: 'loc_1', lane: 'live' }), 'paused')
  assert.equal(seen.length, 2)
  assert.equal(await drain.drain({ locationId: 'loc_1', lane: 'bulk' }), undefined)
  assert.equal(await drain.drain({ locationId: 'loc_1', lane: 'lifecycle' }), 'idle')
  assert.deepEqual(
    (await mailboxes.of('loc_1')).map(({ lane, state, pauseCode }) => [lane, state, pauseCode]),
    [
      ['bulk', 'paused', 'crm_suspended'],
      ['lifecycle', 'idle', null],
      ['live', 'paused', 'crm_suspended'],
    ],
  )
})

test('a lifecycle event never waits for a person: it is tried again', async () => {
  const { accept, drainWith } = createKit(db)
  await accept.accept(newEvent({ lane: 'lifecycle', type: 'INSTALL' }))
  const drain = drainWith(async () => ({ kind: 'person', code: 'reconnect_needed' }))
  assert.equal(await drainAll(drain, 'loc_1', 'lifecycle'), 'sleeping')
  assert.deepEqual(await parkedRows(), [{ seq: 1, state: 'retry', attempts: 1 }])
})

test('without budget the mailbox sleeps until there is some; new events do not wake it, and no try is counted', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await handIn(accept, 10)
  let budget = 3
  const { seen, handle } = recordingHandler(() =>
    budget-- > 0 ? done() : { kind: 'wait', code: 'crm_rate_limited', afterSeconds: 9 },
  )
  const drain = drainWith(handle, { limits: { concurrency: 1 } })
  assert.equal(await drainAll(drain), 'throttled')
  assert.equal(seen.length, 4)
  assert.deepEqual((await mailbox()).wake_at, new Date(clock.now().getTime() + 9_000))
  await accept.accept(newEvent({ recordKey: 'customer:new' }))
  assert.equal((await mailbox()).state, 'throttled')
  clock.advance(9_000)
  budget = 100
  assert.equal(await drainAll(drain), 'idle')
  assert.equal(new Set(seen.map(({ id }) => id)).size, 11)
  assert.ok(seen.every(({ attempt }) => attempt === 1))
})

test('with very many unfinished events the log is left alone until some are due', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await handIn(accept, 12)
  isUp.set('all', false)
  const { seen, handle } = recordingHandler(() =>
    isUp.get('all') ? done() : { kind: 'retry', code: 'crm_unavailable' },
  )
  const drain = drainWith(handle, { limits: { sliceEvents: 4, maxParked: 8 } })
  assert.equal(await drainAll(drain), 'throttled')
  assert.equal(seen.length, 8)
  assert.equal((await mailbox()).cursor, 8)
  isUp.set('all', true)
  clock.advance(MINUTE_MS)
  assert.equal(await drainAll(drain), 'idle')
  assert.equal(new Set(seen.map(({ id }) => id)).size, 12)
})

test('a mailbox comes to rest when a day is dropped whose events it has not finished', async () => {
  const { accept, drainWith, clock } = createKit(db, createClock(new Date(Date.now() - 2 * DAY_MS)))
  await accept.accept(newEvent())
  const drain = drainWith(async () => ({ kind: 'retry', code: 'crm_unavailable' }))
  assert.equal(await drainAll(drain), 'sleeping')
  await keepPartitions(db, { now: new Date(), keepDays: 1 })
  clock.advance(2 * DAY_MS)
  assert.equal(await drainAll(drain), 'idle')
  assert.deepEqual(await parkedRows(), [])
})

test('an event is not passed over when it is committed after others of the next day', async () => {
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const [before, after] = [midnight - 1, midnight + 1].map((ms) => createKit(db, createClock(new Date(ms))))
  const late = () => before!.accept.accept(newEvent({ recordKey: 'customer:late' }))
  // Once between two slices' reads, once between a slice's claim and its read.
  const { seen, handle } = recordingHandler(async ({ seq }) => {
    if (seq === 1) await late()
    return done()
  })
  let claims = 0
  const fault = async (point: string) => {
    if (point === 'drain.acquired' && claims++ === 0) await late()
  }
  await after!.accept.accept(newEvent())
  assert.equal(await drainAll(after!.drainWith(handle, { fault })), 'idle')
  assert.deepEqual(
    seen.map(({ seq }) => seq),
    [1, 2, 3],
  )
})

test('what waits behind an event goes on when the day of that one is dropped', async () => {
  const { accept, drainWith, clock } = createKit(db, createClock(new Date(Date.now() - 2 * DAY_MS)))
  await ensurePartitions(db, { from: clock.now(), days: 1 })
  await accept.accept(newEvent({ sourceEventId: 'old' }))
  const held = recordingHandler(() => ({ kind: 'held', code: 'crm_scope_missing' }))
  assert.equal(await drainAll(drainWith(held.handle)), 'sleeping')
  clock.advance(2 * DAY_MS)
  await accept.accept(newEvent({ sourceEventId: 'new' }))
  await drainAll(drainWith(held.handle))
  assert.deepEqual(
    (await parkedRows()).map(({ state }) => state),
    ['retry', 'behind'],
  )
  await keepPartitions(db, { now: clock.now(), keepDays: 1 })
  clock.advance(60 * MINUTE_MS)
  const { seen, handle } = recordingHandler(done)
  assert.equal(await drainAll(drainWith(handle)), 'idle')
  assert.deepEqual(
    seen.map(({ seq }) => seq),
    [2],
  )
})

test('bulk work lets live events go first, and while they rest asks after them no more than once a minute', async () => {
  const { accept, drainWith, clock } = createKit(db)
  const wait: Outcome = { kind: 'wait', code: 'crm_rate_limited', afterSeconds: 3_600 }
  const { drain } = drainWith(async ({ lane }) => (lane === 'live' ? wait : done()), { limits: { concurrency: 1 } })
  await handIn(accept, 2)
  await accept.accept(newEvent({ lane: 'bulk' }))
  const restMs = async () => {
    assert.equal(await drain({ locationId: 'loc_1', lane: 'bulk' }), 'throttled')
    const [box] = await rows<{ at: Date }>("select wake_at as at from mailboxes where lane = 'bulk'")
    return box!.at.getTime() - clock.now().getTime()
  }
  assert.equal(await restMs(), 500)
  assert.equal(await drain({ locationId: 'loc_1', lane: 'live' }), 'throttled')
  assert.equal(await restMs(), 60_000)
})

test('an event that was relayed too often is stopped', async () => {
  const { accept, drainWith } = createKit(db)
  await accept.accept(newEvent({ hops: 9 }))
  const { seen, handle } = recordingHandler(done)
  assert.equal(await drainAll(drainWith(handle)), 'idle')
  assert.equal(seen.length, 0)
  const [letter] = await rows<{ code: string }>('select code from dead_letters')
  assert.equal(letter?.code, 'loop_stopped')
})

test('only one drain has the mailbox; another one comes too late or leaves it alone', async () => {
  const { accept, drainWith } = createKit(db)
  await handIn(accept, 3)
  await db.pool.query(`insert into nodes (id, lock_key, role, host, pid) values
    ('00000000-0000-4000-8000-000000000001', 1, 'all', 'a', 1), ('00000000-0000-4000-8000-000000000002', 2, 'all', 'b', 2)`)
  let second: unknown = 'not tried'
  const other = drainWith(async () => done(), { nodeId: () => '00000000-0000-4000-8000-000000000002' })
  const { seen, handle } = recordingHandler(async ({ seq }) => {
    if (seq === 1) second = await other.drain({ locationId: 'loc_1', lane: 'live' })
    return done()
  })
  const own = drainWith(handle)
  const [state, again] = await Promise.all([
    own.drain({ locationId: 'loc_1', lane: 'live' }),
    own.drain({ locationId: 'loc_1', lane: 'live' }),
  ])
  assert.deepEqual([state, again].sort(), ['idle', undefined])
  assert.equal(second, undefined)
  assert.equal(seen.length, 3)
})

test('the mailbox of a node that is gone is taken over, and the events are known to be half done perhaps', async () => {
  const { accept, drainWith } = createKit(db)
  await handIn(accept, 2)
  const broken: Partial<DrainDeps> = {
    nodeId: () => '00000000-0000-4000-8000-00000000dead',
    fault: (point) => {
      if (point === 'drain.worked') throw new Error('killed')
    },
  }
  await assert.rejects(drainWith(async () => done(), broken).drain({ locationId: 'loc_1', lane: 'live' }), /killed/)
  assert.equal((await mailbox()).state, 'draining')
  const { seen, handle } = recordingHandler(done)
  assert.equal(await drainAll(drainWith(handle)), 'idle')
  assert.deepEqual(
    seen.map(({ isFresh }) => isFresh),
    [false, false],
  )
})

test('a drain that failed on this very node is taken over by its next job', async () => {
  const { accept, drainWith } = createKit(db)
  await handIn(accept, 2)
  let fails = 1
  const drain = drainWith(async () => done(), {
    fault: (point) => {
      if (point === 'drain.worked' && fails-- > 0) throw new Error('database away')
    },
  })
  await assert.rejects(drain.drain({ locationId: 'loc_1', lane: 'live' }), /database away/)
  assert.equal(await drainAll(drain), 'idle')
})

test('a call that hangs is not made a second time when its slice could not be kept', async () => {
  const { accept, drainWith } = createKit(db)
  await accept.accept(newEvent())
  const { begun, answer, handle } = hanging('customer:cus_1')
  let fails = 1
  const drain = drainWith(handle, {
    limits: { patienceMs: 1 },
    fault: (point) => {
      if (point === 'drain.worked' && fails-- > 0) throw new Error('database away')
    },
  })
  await assert.rejects(drain.drain({ locationId: 'loc_1', lane: 'live' }), /database away/)
  assert.equal(await drainAll(drain), 'sleeping')
  answer('customer:cus_1', done())
  await drain.settled()
  assert.equal(await drainAll(drain), 'idle')
  assert.deepEqual(begun, [[1, true]])
})

test('a drain that lost its mailbox changes nothing any more', async () => {
  const { accept, drainWith } = createKit(db)
  await handIn(accept, 2)
  const late = drainWith(async () => {
    await db.pool.query(`update mailboxes set drain_token = '00000000-0000-4000-8000-000000000009'`)
    return { kind: 'retry', code: 'crm_unavailable' }
  })
  await assert.rejects(late.drain({ locationId: 'loc_1', lane: 'live' }), { code: 'conflict' })
  assert.equal((await mailbox()).cursor, 0)
  assert.deepEqual(await parkedRows(), [])
})

test('a node that has lost its session begins nothing, and makes no further call for what it has begun', async () => {
  const { accept, drainWith } = createKit(db)
  await handIn(accept, 1)
  let isLost = false
  const calls: string[] = []
  const drain = drainWith(
    async (_event, { check }) => {
      for (const call of ['first', 'second']) {
        await check?.()
        calls.push(call)
        isLost = true
      }
      return done()
    },
    { isLost: () => isLost },
  )
  assert.equal(await drain.drain({ locationId: 'loc_1', lane: 'live' }), 'throttled')
  assert.deepEqual(calls, ['first'])
  assert.deepEqual(
    (await parkedRows()).map(({ attempts }) => attempts),
    [0],
    'it counts as no try',
  )
  await assert.rejects(drain.drain({ locationId: 'loc_1', lane: 'live' }), { code: 'cannot_store_now' })
})

test('a stop ends the slice early and leaves the rest queued', async () => {
  const { accept, drainWith } = createKit(db)
  await handIn(accept, 10)
  const controller = new AbortController()
  const { seen, handle } = recordingHandler(({ seq }) => {
    if (seq === 3) controller.abort()
    return done()
  })
  const { drain } = drainWith(handle, { limits: { concurrency: 1 } })
  assert.equal(await drain({ locationId: 'loc_1', lane: 'live' }, { signal: controller.signal }), 'queued')
  assert.equal(seen.length, 3)
})

test('mailboxes that waited long get their job again', async () => {
  const { accept, drainWith, mailboxes } = createKit(db)
  await accept.accept(newEvent())
  await db.pool.query('delete from graphile_worker._private_jobs')
  const jobs = () => rows('select from graphile_worker.jobs')
  const [past, future] = [new Date(Date.now() - MINUTE_MS), new Date(Date.now() + MINUTE_MS)]
  assert.equal(await mailboxes.nudge(past, NODE), 0)
  assert.equal(await mailboxes.nudge(future, NODE), 1)
  assert.equal((await jobs()).length, 1)
  await db.pool.query(
    `insert into nodes (id, lock_key, role, host, pid, worker_ids, started_at) values ($1, 1, 'all', '', 1, '{}', now())`,
    [NODE],
  )
  // A drain that failed, and whose job the queue has put off or given up.
  const drain = drainWith(async () => Promise.reject(new Error('never asked')), {
    fault: () => Promise.reject(new Error('database away')),
  })
  await assert.rejects(drain.drain({ locationId: 'loc_1', lane: 'live' }), /database away/)
  await db.pool.query('delete from graphile_worker._private_jobs')
  assert.equal(await mailboxes.nudge(past, NODE), 0)
  assert.equal(await mailboxes.nudge(future, NODE), 1)
  assert.equal((await jobs()).length, 1)
})

test('a mailbox whose job is late is found by its job at once, one whose job is lost as all are gone through, piece by piece', async () => {
  const { accept } = createKit(db)
  const nudge = createNudge({ db, piece: 2 })
  const locations = ['loc_1', 'loc_2', 'loc_3', 'loc_4', 'tenant:5']
  for (const locationId of locations) await accept.accept(newEvent({ locationId }))
  await db.pool.query(`delete from graphile_worker._private_jobs where key <> 'drain:live:tenant:5'`)
  await db.pool.query(`update graphile_worker._private_jobs set attempts = 3, run_at = now() + interval '1 hour'`)
  const due = async () => (await rows('select from graphile_worker.jobs where run_at < now()')).length
  const future = new Date(Date.now() + MINUTE_MS)
  const found: number[] = []
  for (let n = 0; n < 3; n++) {
    await nudge(future, NODE)
    found.push(await due())
  }
  assert.deepEqual(found, [3, 5, 5])
})

test('the backlog counts what is unread and what is parked', async () => {
  const { accept, drainWith, mailboxes } = createKit(db)
  await handIn(accept, 3)
  await drainAll(drainWith(async ({ seq }) => (seq === 2 ? { kind: 'retry', code: 'crm_unavailable' } : done())))
  await accept.accept(newEvent({ locationId: 'loc_2' }))
  const backlog = await mailboxes.backlog()
  assert.deepEqual(backlog.map(({ lane, state, events }) => [lane, state, events]).sort(), [
    ['live', 'queued', 1],
    ['live', 'sleeping', 1],
  ])
  // The one that is tried again for hours is what an operator is to see.
  await db.pool.query(`update parked_events set parked_at = parked_at - interval '3 hours'`)
  const hours = (await mailboxes.backlog()).map(({ state, oldestSeconds }) => [
    state,
    Math.floor(oldestSeconds / 3_600),
  ])
  assert.deepEqual(hours.sort(), [
    ['queued', 0],
    ['sleeping', 3],
  ])
})

/** A handler whose calls for the named records do not end before they are told to. */
const hanging = (...keys: string[]) => {
  const answers = new Map(keys.map((key) => [key, Promise.withResolvers<Outcome>()]))
  const begun: [seq: number, isFresh: boolean][] = []
  return {
    begun,
    answer(key: string, outcome: Outcome) {
      answers.get(key)!.resolve(outcome)
      answers.delete(key)
    },
    handle: (async ({ recordKey, seq }, { isFresh }) => {
      begun.push([seq, isFresh])
      const answer = answers.get(recordKey)
      return answer ? await answer.promise : done()
    }) satisfies DrainDeps['handlers']['work'],
  }
}

test('a call that hangs holds up its record, and nothing else of the mailbox', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await handIn(accept, 4, (n) => ({ recordKey: ['customer:a', 'customer:b', 'customer:a', 'customer:c'][n]! }))
  const { begun, answer, handle } = hanging('customer:a')
  const drain = drainWith(handle, { limits: { patienceMs: 1 } })
  assert.equal(await drainAll(drain), 'sleeping')
  assert.deepEqual(begun, [
    [1, true],
    [2, true],
    [4, true],
  ])
  assert.deepEqual(await parkedRows(), [
    { seq: 1, state: 'retry', attempts: 0 },
    { seq: 3, state: 'behind', attempts: 0 },
  ])
  const { entries } = await createActivity({ db }).list('loc_1', { limit: 10 })
  assert.deepEqual(
    entries.map(({ outcome, code, nextAt }) => [outcome, code, nextAt]),
    [
      ['skipped', null, null],
      ['waiting', 'record_busy', null],
      ['skipped', null, null],
      ['running', null, null],
    ],
  )
  // Its lease has ended, and it is still at work: it is not begun a second time.
  clock.advance(MINUTE_MS)
  assert.equal(await drainAll(drain), 'sleeping')
  assert.equal(begun.length, 3)
  answer('customer:a', { kind: 'retry', code: 'crm_unreachable' })
  await drain.settled()
  assert.deepEqual(await parkedRows(), [
    { seq: 1, state: 'retry', attempts: 1 },
    { seq: 3, state: 'behind', attempts: 0 },
  ])
  clock.advance(MINUTE_MS)
  assert.equal(await drainAll(drain), 'idle')
  assert.deepEqual(begun.slice(3), [
    [1, false],
    [3, true],
  ])
  assert.deepEqual(await parkedRows(), [])
})

test('what was left at work by a process that died is tried again when its lease ends', async () => {
  const { accept, drainWith, clock } = createKit(db)
  await accept.accept(newEvent())
  assert.equal(await drainAll(drainWith(hanging('customer:cus_1').handle, { limits: { patienceMs: 1 } })), 'sleeping')
  const { begun, handle } = hanging()
  const other = drainWith(handle, { nodeId: () => '00000000-0000-4000-8000-000000000002' })
  assert.equal(await drainAll(other), 'sleeping')
  assert.deepEqual(begun, [])
  clock.advance(MINUTE_MS)
  assert.equal(await drainAll(other), 'idle')
  assert.deepEqual(begun, [[1, false]])
})

test('no more than half of what a mailbox may do at once is left at work, and a person is asked for by what ends late', async () => {
  const { accept, drainWith } = createKit(db)
  await handIn(accept, 3)
  const paused: string[] = []
  const { begun, answer, handle } = hanging('customer:0', 'customer:1')
  const drain = drainWith(handle, {
    limits: { patienceMs: 1, concurrency: 2 },
    onPaused: async (_location, code) => void paused.push(code),
  })
  const slice = drain.drain({ locationId: 'loc_1', lane: 'live' })
  answer('customer:1', { kind: 'retry', code: 'crm_unavailable' })
  await slice
  assert.deepEqual(
    begun.map(([seq]) => seq),
    [1, 2, 3],
  )
  answer('customer:0', { kind: 'person', code: 'reconnect_needed' })
  await drain.settled()
  assert.deepEqual(paused, ['reconnect_needed'])
})

const WORKFLOWS = ['a', 'b', 'c'].map((name): RunnableWorkflow => {
  const steps = [{ id: 'step', type: 'action', action: `test.${name}`, input: { n: { path: 'trigger.n' } } }]
  const triggers = [{ trigger: 'rankr.customer.created' }]
  const document = workflowDocument.parse({ schema: 'rankr-connect/workflow@1', name, triggers, steps })
  const id = `00000000-0000-4000-8000-00000000000${name}`
  return { id, name, version: 1, document, options: {}, leavesAccount: false }
})

/** Runs of the workflows above over one process's memory: `wants` by event number, `act` does what the action would. */
const runWorkflows = ({
  now,
  wants,
  act,
}: {
  now: () => Date
  wants: (n: number) => string
  act: (key: string) => void | Promise<void>
}) => {
  const runs = new Map<string, Run>()
  return createRunWorkflows({
    workflowsFor: async ({ payload }) => WORKFLOWS.filter(({ name }) => wants(payload.n as number).includes(name)),
    versionOf: async () => undefined,
    runs: {
      ofEvent: async (_location, { eventId }) => [...runs.values()].filter((run) => run.eventId === eventId),
      attempts: async () => [],
    },
    runAction: async ({ actionId, input }) => {
      await act(`${input.n}${actionId.at(-1)}`)
      return { output: {} }
    },
    isEcho: async () => false,
    progress: { write: async ({ run }) => void (run && runs.set(run.id, run)) },
    account: async (id) => ({ id }),
    now,
  })
}

/** Of an event: its record, the workflows that want it, and how each fares: tries in vain, then `ok` or given up. */
const fares = fc.record({
  tries: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })),
  end: fc.constantFrom('ok' as const, 'ok' as const, 'dead' as const),
})
const story = fc.record({
  events: fc.array(
    fc.record({ record: fc.nat(2), wanted: fc.subarray(['a', 'b', 'c']), a: fares, b: fares, c: fares }),
    { minLength: 1, maxLength: 14 },
  ),
  sliceEvents: fc.integer({ min: 1, max: 20 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  /** The process dies at the end of this slice, before it is kept. */
  diesAt: fc.integer({ min: 1, max: 12 }),
})
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never

const tell = async ({ events, sliceEvents, concurrency, diesAt }: Story) => {
  await empty(db, 'events', 'mailboxes', 'parked_events', 'dead_letters')
  const { accept, drainWith, clock } = createKit(db)
  const begun: { n: number; name: string }[] = []
  const over: string[] = []
  const left = new Map(events.flatMap((one, n) => (['a', 'b', 'c'] as const).map((w) => [`${n}${w}`, one[w].tries])))
  const act = async (key: string): Promise<void> => {
    const [n, name] = [Number.parseInt(key, 10), key.at(-1) as 'a' | 'b' | 'c']
    begun.push({ n, name })
    await new Promise((resolve) => setImmediate(resolve))
    const inVain = left.get(key)!
    left.set(key, inVain - 1)
    if (inVain > 0) throw new AppError(n % 3 === 0 ? 'crm_scope_missing' : 'crm_unavailable')
    over.push(key)
    if (events[n]![name].end === 'dead') throw new AppError('crm_rejected')
  }
  const handle = runWorkflows({ now: clock.now, wants: (n) => events[n]!.wanted.join(''), act })
  await handIn(accept, events.length, (n) => ({ recordKey: `customer:${events[n]!.record}`, payload: { n } }))
  let slices = 0
  const drain = drainWith(handle, {
    limits: { sliceEvents, concurrency },
    fault: (point) => {
      if (point === 'drain.worked' && ++slices === diesAt) throw new Error('died')
    },
  })
  const untilRest = () => drainAll(drain).catch(() => drainAll(drain))
  let state = await untilRest()
  const atOnce = [...over]
  for (let rounds = 0; state !== 'idle' && rounds < 200; rounds++) {
    clock.advance(90 * MINUTE_MS)
    await db.pool.query(`update mailboxes set state = 'queued'`)
    state = await untilRest()
  }
  assert.equal(state, 'idle')
  return { begun, over, atOnce }
}

test('whatever fails, each workflow has the events of a record once and in order, and waits for no other workflow', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (given) => {
      const { begun, over, atOnce } = await tell(given)
      const wanted = given.events.flatMap(({ wanted }, n) => wanted.map((name) => `${n}${name}`))
      assert.deepEqual(over.toSorted(), wanted.toSorted(), 'each came to its end once')
      const of = (n: number, name: string) => `${given.events[n]!.record} ${name}`
      for (const [place, ofOne] of Map.groupBy(begun, ({ n, name }) => of(n, name))) {
        const numbers = ofOne.map(({ n }) => n)
        assert.deepEqual(
          numbers,
          numbers.toSorted((x, y) => x - y),
          place,
        )
      }
      const free = given.events.flatMap(({ record, wanted }, n) =>
        (wanted as ('a' | 'b' | 'c')[])
          .filter((name) =>
            given.events
              .slice(0, n + 1)
              .every((one) => one.record !== record || !one.wanted.includes(name) || one[name].tries === 0),
          )
          .map((name) => `${n}${name}`),
      )
      assert.deepEqual(
        free.filter((one) => !atOnce.includes(one)),
        [],
        'what nothing of its own held up was not held up',
      )
      assert.deepEqual(await parkedRows(), [])
    }),
    { numRuns: runs(15), endOnFailure: true },
  )
})

test('each workflow has all its tries of an event, at its own times, however long another one has failed', async () => {
  const { accept, drainWith, clock } = createKit(db)
  const runs = new Map<string, Run>()
  const letters: DeadLetterWrite[] = []
  const begun: string[] = []
  let wanted = ['a']
  let inVain = 2
  const drain = drainWith(
    createRunWorkflows({
      workflowsFor: async () => WORKFLOWS.filter(({ name }) => wanted.includes(name)),
      versionOf: async () => undefined,
      runs: { ofEvent: async () => [...runs.values()], attempts: async () => [] },
      runAction: async ({ actionId }) => {
        const name = actionId.at(-1)!
        begun.push(name)
        if (name === 'a' || inVain-- > 0) throw new AppError('crm_unavailable')
        return { output: {} }
      },
      isEcho: async () => false,
      progress: {
        async write({ run, deadLetters = [] }) {
          if (run) runs.set(run.id, run)
          letters.push(...deadLetters)
        },
      },
      account: async (id) => ({ id }),
      now: clock.now,
    }),
  )
  const after = async (ms: number): Promise<string[]> => {
    clock.advance(ms)
    await db.pool.query(`update mailboxes set state = 'queued'`)
    await drainAll(drain)
    return begun.splice(0).toSorted()
  }
  await accept.accept(newEvent())
  for (let tries = 1; tries <= 20; tries++) assert.deepEqual(await after(DAY_MS), ['a'])
  wanted = ['a', 'b']
  // The last try of the one is the first of the other.
  assert.deepEqual(await after(DAY_MS), ['a', 'b'])
  assert.deepEqual(
    letters.map(({ workflowId, attempts }) => [workflowId, attempts]),
    [[WORKFLOWS[0]!.id, RETRY_LIMITS.maxAttempts]],
  )
  assert.deepEqual(await after(5_000), ['b'])
  assert.deepEqual(await after(5_000), ['b'])
  assert.deepEqual(
    [...runs.values()].map(({ status }) => status),
    ['dead', 'done'],
  )
  assert.deepEqual(await parkedRows(), [])
  // Nor does the one that begins use up the tries of the one that waits for hours.
  runs.clear()
  letters.length = 0
  inVain = 5
  wanted = ['a']
  await createKit(db).accept.accept(newEvent())
  for (let tries = 1; tries <= 15; tries++) await after(DAY_MS)
  wanted = ['a', 'b']
  assert.deepEqual(await after(DAY_MS), ['a', 'b'])
  for (let tries = 2; tries <= 6; tries++) assert.deepEqual(await after(MINUTE_MS), ['b'])
  assert.deepEqual(letters, [])
  for (let tries = 17; tries <= 21; tries++) assert.deepEqual(await after(DAY_MS), ['a'])
  assert.equal(letters.length, 1)
})

test('a workflow that waits behind another event goes on when that is through, though others wait for hours or for a permission', async () => {
  const { accept, drainWith, mailboxes, clock } = createKit(db)
  const wanted = ['b', 'ab', 'a', 'abc', 'c']
  const fails = new Map<string, () => AppError>([
    ['0b', () => new AppError('crm_unavailable')],
    ['1a', () => new AppError('crm_unavailable', { retryAfterSeconds: 7_200 })],
    ['3c', () => new AppError('crm_scope_missing')],
  ])
  const begun: string[] = []
  let hanging: PromiseWithResolvers<void> | undefined = Promise.withResolvers<void>()
  const act = async (key: string): Promise<void> => {
    begun.push(key)
    if (key === '0b') await hanging?.promise
    const fail = fails.get(key)
    if (fail) throw fail()
  }
  const drain = drainWith(runWorkflows({ now: clock.now, wants: (n) => wanted[n]!, act }), {
    limits: { patienceMs: 1 },
  })
  const newlyBegun = async (): Promise<string[]> => {
    // On a busy machine others are late as well.
    for (let rounds = 0; rounds < 5; rounds++) {
      await drainAll(drain)
      if (!hanging) await drain.settled()
    }
    return begun.splice(0)
  }
  await handIn(accept, wanted.length, (n) => ({ recordKey: 'customer:a', payload: { n } }))
  assert.deepEqual(await newlyBegun(), ['0b'], 'nobody knows yet whom a call that hangs holds up')
  hanging.resolve()
  hanging = undefined
  await drain.settled()
  assert.deepEqual(await newlyBegun(), ['1a', '3c'], 'it has ended: the others go on without its workflow')
  fails.delete('0b')
  clock.advance(5_000)
  // What waits for a permission is tried whenever its event is.
  assert.deepEqual(await newlyBegun(), ['0b', '1b', '3b', '3c'], 'neither waits for what else its event waits for')
  fails.delete('1a')
  clock.advance(7_200_000)
  assert.deepEqual(await newlyBegun(), ['1a', '2a', '3a', '3c'])
  fails.delete('3c')
  await mailboxes.resume('loc_1')
  assert.deepEqual(await newlyBegun(), ['3c', '4c'])
  assert.deepEqual(await parkedRows(), [])
})

test('a permission wakes what waits for it of an event that waits for another try as well', async () => {
  const { accept, drainWith, mailboxes, clock } = createKit(db)
  const begun: string[] = []
  let isGranted = false
  const act = (key: string): void => {
    begun.push(key)
    if (key === '0a') throw new AppError('crm_unavailable', { retryAfterSeconds: 600 })
    if (!isGranted) throw new AppError('crm_scope_missing')
  }
  const drain = drainWith(runWorkflows({ now: clock.now, wants: () => 'ab', act }))
  await handIn(accept, 1, (n) => ({ payload: { n } }))
  assert.equal(await drainAll(drain), 'sleeping')
  isGranted = true
  await mailboxes.resume('loc_1')
  assert.equal(await drainAll(drain), 'sleeping')
  assert.deepEqual(begun.splice(0), ['0a', '0b', '0b'], 'and the other one keeps its time')
  clock.advance(600_000)
  await drainAll(drain)
  assert.deepEqual(begun, ['0a'])
})

test('an event that is parked while the one ahead of it ends does not stay behind it', async () => {
  const { parked, clock } = createKit(db)
  const at = clock.now()
  const event = (seq: number) => ({ id: newId(), seq, receivedOn: '2026-01-31', recordKey: 'customer:a' })
  const row = { attempts: 0, nextAt: null, code: null, holds: 'all', tries: undefined } as const
  const change = (changes: Partial<ParkedChanges>, tx: Tx) =>
    parked.change('loc_1', 'live', { changes: { put: [], finished: [], ...changes }, at, tx })
  const first = event(1)
  await db.transaction((tx) => change({ put: [{ ...row, event: first, state: 'retry', nextAt: at }] }, tx))
  let parking: Promise<unknown> = Promise.resolve()
  await db.transaction(async (tx) => {
    await change({ finished: [first] }, tx)
    let isOver = false
    parking = db
      .transaction((other) => change({ put: [{ ...row, event: event(2), state: 'behind' }] }, other))
      .finally(() => {
        isOver = true
      })
    while (!isOver && (await rows(`select from pg_locks where not granted and locktype = 'advisory'`)).length === 0);
  })
  await parking
  assert.deepEqual(await parkedRows(), [{ seq: 2, state: 'retry', attempts: 0 }])
})
