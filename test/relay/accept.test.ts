import assert from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import type { AppError } from '../../server/errors.ts'
import { createAccept } from '../../server/relay/accept.ts'
import type { Events } from '../../server/store/events.ts'
import { createClock, createKit, empty, newEvent, openDatabase, silent } from './kit.ts'

const db = await openDatabase(after)
const { accept, clock } = createKit(db)

const rows = async <Row extends object>(text: string, values: unknown[] = []) =>
  (await db.pool.query<Row>(text, values)).rows

beforeEach(() => empty(db, 'events', 'mailboxes'))

test('an event is kept with everything it came with, and its mailbox is queued with one job', async () => {
  const occurredAt = new Date('2026-01-31T11:59:58.123Z')
  const payload = { type: 'customer.created', data: { id: 'cus_1', unknown: { deep: [1, 'two', null] } } }
  const { outcome, eventId } = await accept.accept(
    newEvent({ sourceEventId: 'con_1:msg_1', connectionId: 'con_1', occurredAt, hops: 1, payload }),
  )
  assert.equal(outcome, 'stored')
  const [row] = await rows<Record<string, unknown>>('select * from events')
  assert.deepEqual(row, {
    id: eventId,
    received_on: clock.now().toISOString().slice(0, 10),
    received_at: clock.now(),
    location_id: 'loc_1',
    lane: 'live',
    seq: 1,
    source: 'rankr',
    type: 'customer.created',
    record_key: 'customer:cus_1',
    source_event_id: 'con_1:msg_1',
    connection_id: 'con_1',
    occurred_at: occurredAt,
    hops: 1,
    payload,
  })
  const mailboxes = await rows('select tail, cursor, state, waiting_since from mailboxes')
  assert.deepEqual(mailboxes, [{ tail: 1, cursor: 0, state: 'queued', waiting_since: clock.now() }])
  const jobs = await rows('select key, priority from graphile_worker.jobs')
  assert.deepEqual(jobs, [{ key: 'drain:live:loc_1', priority: 0 }])
})

/** An accept whose commits end when they are told to; `batches` are their sizes. */
const createHeld = (limits: { commitsAtOnce: number; maxBatch?: number }) => {
  const batches: number[] = []
  const held: (() => void)[] = []
  const events: Pick<Events, 'store'> = {
    store: async (rows) => {
      batches.push(rows.length)
      await new Promise<void>((resolve) => held.push(resolve))
      return new Set(rows.map(({ id }) => id))
    },
  }
  const { accept, stats } = createAccept({ events, now: clock.now, log: silent, limits })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const answers: Promise<unknown>[] = []
  return {
    batches,
    stats,
    async add(count: number): Promise<void> {
      for (let n = 0; n < count; n++) answers.push(accept(newEvent()))
      await turn()
    },
    async finishAll(): Promise<void> {
      while (held.length > 0) {
        for (const end of held.splice(0)) end()
        await turn()
        await turn()
      }
      await Promise.all(answers)
    },
  }
}

test('events that come while a commit is under way share the next one', async () => {
  const { add, batches, finishAll, stats } = createHeld({ commitsAtOnce: 1, maxBatch: 5 })
  await add(1)
  await add(7)
  assert.deepEqual(batches, [1])
  assert.equal(stats().waiting, 8)
  await finishAll()
  assert.deepEqual(batches, [1, 5, 2])
  assert.deepEqual(stats(), { waiting: 0, bytes: 0 })
})

test('a second commit begins beside the first when it has as many events', async () => {
  const { add, batches, finishAll } = createHeld({ commitsAtOnce: 2 })
  await add(3)
  await add(2)
  assert.deepEqual(batches, [3])
  await add(1)
  assert.deepEqual(batches, [3, 3])
  await add(9)
  assert.deepEqual(batches, [3, 3])
  await finishAll()
  assert.deepEqual(batches, [3, 3, 9])
})

test('numbers in a mailbox are given in the order of commits, without a number twice, from several processes', async () => {
  const second = createAccept({ events: createKit(db).events, now: clock.now, log: silent })
  await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      (n % 2 ? accept : second).accept(newEvent({ locationId: `loc_${n % 3}`, lane: n % 5 ? 'live' : 'bulk' })),
    ),
  )
  const [counted] = await rows('select count(*) as all, count(distinct (location_id, lane, seq)) as places from events')
  assert.deepEqual(counted, { all: 200, places: 200 })
  const [gaps] = await rows(
    `select count(*) as wrong from mailboxes m where tail <>
       (select max(seq) from events e where e.location_id = m.location_id and e.lane = m.lane)`,
  )
  assert.deepEqual(gaps, { wrong: 0 })
})

test('the same event of the same sender is stored once, and the second answer names the first', async () => {
  const first = await accept.accept(newEvent({ sourceEventId: 'same' }))
  const second = await accept.accept(newEvent({ sourceEventId: 'same' }))
  assert.deepEqual([first.outcome, second.outcome], ['stored', 'duplicate'])
  assert.equal(second.eventId, first.eventId)
  const both = await Promise.all([1, 2, 3].map(() => accept.accept(newEvent({ sourceEventId: 'at once' }))))
  assert.deepEqual(both.map(({ outcome }) => outcome).sort(), ['duplicate', 'duplicate', 'stored'])
  assert.equal((await rows('select from events')).length, 2)
})

test('the same id from another source or for another account is another event', async () => {
  const outcomes = await Promise.all([
    accept.accept(newEvent({ sourceEventId: 'x' })),
    accept.accept(newEvent({ sourceEventId: 'x', source: 'crm' })),
    accept.accept(newEvent({ sourceEventId: 'x', locationId: 'loc_2' })),
  ])
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['stored', 'stored', 'stored'],
  )
})

test('an event repeated after midnight is recognised when it says that it is old, or says nothing', async () => {
  const own = createClock(new Date(`${clock.now().toISOString().slice(0, 10)}T23:59:50Z`))
  own.advance(-86_400_000)
  const late = createAccept({ events: createKit(db).events, now: own.now, log: silent })
  const old = newEvent({ sourceEventId: 'old', occurredAt: own.now() })
  const silentOne = newEvent({ sourceEventId: 'silent' })
  await late.accept(old)
  await late.accept(silentOne)
  own.advance(60_000)
  assert.equal((await late.accept(old)).outcome, 'duplicate')
  assert.equal((await late.accept(silentOne)).outcome, 'duplicate')
})

test('a mailbox that is queued or being drained gets no further job', async () => {
  await accept.accept(newEvent())
  await db.pool.query(`update mailboxes set state = 'draining'`)
  await db.pool.query(`select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))`)
  await accept.accept(newEvent())
  assert.deepEqual(await rows('select from graphile_worker.jobs'), [])
  assert.deepEqual(await rows('select state, tail from mailboxes'), [{ state: 'draining', tail: 2 }])
})

test('a paused or throttled mailbox takes events and stays as it is; a sleeping one is woken', async () => {
  for (const state of ['paused', 'throttled', 'sleeping']) {
    await empty(db, 'mailboxes')
    await accept.accept(newEvent())
    await db.pool.query('update mailboxes set state = $1', [state])
    await accept.accept(newEvent())
    const [mailbox] = await rows<{ state: string }>('select state from mailboxes')
    assert.equal(mailbox?.state, state === 'sleeping' ? 'queued' : state)
  }
})

test('characters that the database refuses are replaced, and the event is kept', async () => {
  const payload = { 'na\0me': 'a\0b', half: 'x\ud800y', fine: '\\u0000 as text', smile: '😀' }
  await accept.accept(newEvent({ payload }))
  const [row] = await rows<{ payload: unknown }>('select payload from events')
  assert.deepEqual(row?.payload, { 'na\ufffdme': 'a\ufffdb', half: 'x\ufffdy', fine: '\\u0000 as text', smile: '😀' })
})

test('an event that can never be stored is refused by itself; those beside it are kept', async () => {
  const results = await Promise.allSettled([
    accept.accept(newEvent()),
    accept.accept(newEvent({ recordKey: 'customer:\0' })),
    accept.accept(newEvent({ hops: 100_000 })),
    accept.accept(newEvent()),
  ])
  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? result.value.outcome : result.reason.code)),
    ['stored', 'stored', 'invalid_body', 'stored'],
  )
})

test('when the database fails the sender is asked to come again', async () => {
  const events = { store: () => Promise.reject(Object.assign(new Error('gone'), { code: '57P01' })) }
  const own = createAccept({ events, now: clock.now, log: silent })
  await assert.rejects(own.accept(newEvent()), (error: AppError) => {
    assert.equal(error.code, 'cannot_store_now')
    assert.equal(error.status, 429)
    assert.equal(error.retryAfterSeconds, 10)
    return true
  })
})

test('a day without a partition is a failure of ours, not of the event', async () => {
  const own = createAccept({ events: createKit(db).events, now: () => new Date('2031-01-01'), log: silent })
  await assert.rejects(own.accept(newEvent()), { code: 'cannot_store_now' })
})

test('beyond the bound nothing more is held in memory, and what is held is still stored', async () => {
  const own = createAccept({ events: createKit(db).events, now: clock.now, log: silent, limits: { maxWaiting: 3 } })
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map(() => own.accept(newEvent())))
  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? result.value.outcome : result.reason.code)),
    ['stored', 'stored', 'stored', 'cannot_store_now', 'cannot_store_now'],
  )
  assert.equal((await own.accept(newEvent())).outcome, 'stored')
})

test('closing waits for what was handed in', async () => {
  const own = createAccept({ events: createKit(db).events, now: clock.now, log: silent })
  const results: string[] = []
  for (let n = 0; n < 20; n++) void own.accept(newEvent()).then(({ outcome }) => results.push(outcome))
  await own.close()
  assert.equal(results.length, 20)
  await own.close()
})
