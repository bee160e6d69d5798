import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { createActivityReader } from '../../server/relay/activity.ts'
import { createRelay } from '../../server/relay/relay.ts'
import { createActivity } from '../../server/store/activity.ts'
import { createClock, openDatabase } from '../relay/kit.ts'
import { startCrm } from '../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, LOCATION, MAYA } from './kit.ts'

const db = await openDatabase(after)

const setUp = async (t: TestContext) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken } = await startCrm(t, { now: clock.now })
  const sync = createSync({ db, crmUrl: url, token: await locationToken(), clock })
  t.after(sync.close)
  await sync.enableCustomers()
  const relay = createRelay({ db, mailboxes: sync.mailboxes, deadLetters: sync.deadLetters, now: clock.now })
  const activity = createActivityReader({
    activity: createActivity({ db }),
    runs: sync.runs,
    workflows: sync.workflows,
    relay,
  })
  const send = async (...event: Parameters<typeof customerEvent>) => {
    const { eventId } = await sync.accept.accept(customerEvent(...event))
    await sync.drainAll()
    return eventId
  }
  const open = async () => (await sync.deadLetters.list(LOCATION))[0]!
  const contacts = () => [...crm.state.contacts.all()].filter(({ email }) => email === MAYA.email)
  const outcomes = async () =>
    (await activity.list(LOCATION, { limit: 10 })).entries.map(({ type, outcome }) => [type, outcome])
  return { ...sync, crm, clock, relay, activity, send, open, contacts, outcomes }
}

test('a replayed dead letter goes on from the step that failed and is then settled', async (t) => {
  const { send, open, relay, crm, drainAll, contacts, deadLetters, outcomes, activity } = await setUp(t)
  crm.control.failNext({ path: '/contacts/*/tags', status: 422, body: { message: ['tags must be an array'] } })
  const eventId = await send('created')
  const letter = await open()
  assert.equal(letter.stepId, 'tags')
  assert.deepEqual(await outcomes(), [['customer.created', 'dead']])
  assert.equal(await activity.openFailures(LOCATION), 1)
  const detail = await activity.detail(LOCATION, eventId)
  assert.equal(detail?.deadLetterId, letter.id)
  assert.deepEqual(
    detail?.runs[0]?.attempts.map(({ stepId, outcome }) => [stepId, outcome]),
    [
      ['contact', 'ok'],
      ['tags', 'failed'],
    ],
  )

  crm.control.clearCalls()
  const recorded: string[] = []
  await relay.replay(LOCATION, letter.id, async (_tx, { id }) => void recorded.push(id))
  assert.deepEqual(recorded, [letter.id])
  assert.equal(await drainAll(), 'idle')
  assert.equal(crm.control.calls().filter(({ path }) => path === '/contacts/upsert').length, 0)
  assert.deepEqual(contacts()[0]?.tags.toSorted(), ['growth', 'rankr'])
  assert.deepEqual(await deadLetters.list(LOCATION), [])
  assert.deepEqual(await outcomes(), [['customer.created', 'replayed']])
  await assert.rejects(relay.replay(LOCATION, letter.id), { code: 'conflict' })
  assert.equal(await activity.replay(LOCATION, letter.id), false)
})

test('a replay that fails again opens the same dead letter', async (t) => {
  const { send, open, relay, drainAll, deadLetters } = await setUp(t)
  await send('created', { id: 'cus_9', name: 'Nobody' })
  const first = await open()
  await relay.replay(LOCATION, first.id)
  await drainAll()
  const again = await open()
  assert.equal(again.id, first.id)
  assert.equal(again.code, 'customer_unmatchable')
  assert.equal((await deadLetters.list(LOCATION)).length, 1)
})

test('a replay runs the workflow as it is now', async (t) => {
  const { send, open, relay, drainAll, workflows, contacts, registry } = await setUp(t)
  await send('created', { ...MAYA, phone: undefined, email: undefined, mail: MAYA.email })
  const letter = await open()
  const [row] = await workflows.list(LOCATION)
  const text = JSON.stringify(row!.published).replaceAll('trigger.data.email', 'trigger.data.mail')
  await db.transaction((tx) =>
    workflows.publish(
      LOCATION,
      { id: row!.id, name: row!.name, templateId: 'customers', document: JSON.parse(text) },
      tx,
    ),
  )
  registry.forget(LOCATION)
  await relay.replay(LOCATION, letter.id)
  assert.equal(await drainAll(), 'idle')
  assert.equal(contacts().length, 1)
})

test('a discarded dead letter is settled with its reason and cannot be replayed', async (t) => {
  const { send, open, relay, deadLetters, outcomes } = await setUp(t)
  await send('created', { id: 'cus_9', name: 'Nobody' })
  const { id } = await open()
  await relay.discard(LOCATION, id, { reason: 'a test record' })
  const letter = await deadLetters.get(LOCATION, id)
  assert.equal(letter?.status, 'discarded')
  assert.equal(letter?.reason, 'a test record')
  assert.deepEqual(await outcomes(), [['customer.created', 'discarded']])
  await assert.rejects(relay.replay(LOCATION, id), { code: 'conflict' })
  await assert.rejects(relay.discard(LOCATION, id, { reason: 'again' }), { code: 'conflict' })
})

test('a dead letter of another account is not found', async (t) => {
  const { send, open, relay } = await setUp(t)
  await send('created', { id: 'cus_9', name: 'Nobody' })
  const { id } = await open()
  await assert.rejects(relay.replay('loc_other', id), { code: 'not_found' })
  await assert.rejects(relay.discard('loc_other', id, { reason: 'mine now' }), { code: 'not_found' })
  assert.equal((await open()).status, 'open')
})

test('a dead letter whose event is no longer kept cannot be replayed', async (t) => {
  const { send, open, relay } = await setUp(t)
  await send('created', { id: 'cus_9', name: 'Nobody' })
  const { id } = await open()
  await db.pool.query('delete from events')
  await assert.rejects(relay.replay(LOCATION, id), { code: 'not_found' })
  assert.equal((await open()).status, 'open')
})

test('a change that cannot be recorded is not made', async (t) => {
  const { send, open, relay } = await setUp(t)
  await send('created', { id: 'cus_9', name: 'Nobody' })
  const { id } = await open()
  const refuse = () => Promise.reject(new Error('no record'))
  await assert.rejects(relay.replay(LOCATION, id, refuse), /no record/)
  await assert.rejects(relay.discard(LOCATION, id, { reason: 'x', record: refuse }), /no record/)
  assert.equal((await open()).status, 'open')
  const { rows } = await db.pool.query('select from parked_events')
  assert.equal(rows.length, 0)
})

test('every event of an account is listed with what became of it, page by page', async (t) => {
  const { send, crm, activity, outcomes, accept, clock, mailboxes } = await setUp(t)
  await send('created')
  clock.advance(1_000)
  await send('created', { id: 'cus_9', name: 'Nobody' })
  clock.advance(1_000)
  crm.control.failNext({ path: '/contacts/*', method: 'PUT', status: 503 })
  await send('updated', { ...MAYA, name: 'Maya Lind' })
  // Sooner than the next try.
  clock.advance(100)
  await send('updated', { ...MAYA, name: 'Maya Berg' })
  clock.advance(1_000)
  await accept.accept(customerEvent('created', { id: 'cus_5', email: 'five@example.com' }, { type: 'order.created' }))
  assert.deepEqual(await outcomes(), [
    ['order.created', 'queued'],
    ['customer.updated', 'waiting'],
    ['customer.updated', 'retrying'],
    ['customer.created', 'dead'],
    ['customer.created', 'done'],
  ])
  const [, , retrying] = (await activity.list(LOCATION, { limit: 10 })).entries
  assert.equal(retrying?.code, 'crm_unavailable')
  assert.ok(retrying.nextAt instanceof Date)

  const first = await activity.list(LOCATION, { limit: 2 })
  const second = await activity.list(LOCATION, { limit: 2, before: first.next! })
  const third = await activity.list(LOCATION, { limit: 2, before: second.next! })
  assert.equal(third.next, null)
  assert.equal(new Set([first, second, third].flatMap(({ entries }) => entries.map((e) => e.eventId))).size, 5)
  assert.equal((await activity.list(LOCATION, { limit: 10, outcome: 'dead' })).entries.length, 1)
  // Numbers are given out at the commit: what arrived earlier on another node may come later.
  await db.pool.query(`update events set received_at = received_at - interval '1 minute' where type = 'order.created'`)
  const seen: string[] = []
  for (let before: string | undefined, isLast = false; !isLast; ) {
    const page = await activity.list(LOCATION, { limit: 1, before })
    seen.push(...page.entries.map(({ eventId }) => eventId))
    before = page.next ?? undefined
    isLast = page.next === null
  }
  assert.equal(new Set(seen).size, 5)
  assert.equal(seen.length, 5)
  assert.deepEqual((await activity.list('loc_other', { limit: 10 })).entries, [])
  for (const [search, count] of [
    ['cus_5', 1],
    ['FIVE@example.com', 1],
    [MAYA.email, 3],
    [first.entries[0]!.eventId, 1],
    ['us_5', 0],
    ['%', 0],
  ] as const) {
    assert.deepEqual([search, (await activity.list(LOCATION, { limit: 10, search })).entries.length], [search, count])
  }
  assert.equal(
    (await activity.list(LOCATION, { limit: 10, type: 'customer.updated', search: MAYA.id })).entries.length,
    2,
  )

  await mailboxes.pause(LOCATION, { code: 'reconnect_needed', until: new Date(Date.now() + 3_600_000) })
  assert.deepEqual((await outcomes())[0], ['order.created', 'paused'])

  await db.pool.query(
    `with last as (update mailboxes set tail = tail + 4500, cursor = tail + 4500 where location_id = $1 and lane = 'live'
       returning tail - 4500 as seq)
     insert into events (location_id, lane, seq, id, received_on, received_at, source, type, record_key, payload, hops)
     select $1, 'live', last.seq + n, gen_random_uuid(), e.received_on, e.received_at, 'rankr', 'customer.updated', 'customer:cus_6', '{}', 0
     from last, generate_series(1, 4500) n, (select received_on, received_at from events where location_id = $1 limit 1) e`,
    [LOCATION],
  )
  const far = await activity.list(LOCATION, { limit: 10, outcome: 'dead' })
  assert.deepEqual([far.entries.length, far.next], [1, null], 'beyond what one look goes through')
  assert.equal((await activity.list(LOCATION, { limit: 3, search: 'cus_6' })).entries.length, 3)
})
