// Failed events: listed, rehearsed, sent again one by one or all at a rate, put aside.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { action } from '../../server/catalog/index.ts'
import { AppError } from '../../server/errors.ts'
import { derivedId } from '../../server/ids.ts'
import { createReplayAll } from '../../server/relay/replay-all.ts'
import { createDeadLetterSearch } from '../../server/store/dead-letter-search.ts'
import { createDeadLetters } from '../../server/store/dead-letters.ts'
import { createReplays, REPLAY_TASK } from '../../server/store/replays.ts'
import { checkedInput } from '../../server/sync/checked-input.ts'
import { WORKFLOW_SCHEMA, type WorkflowDocument } from '../../server/workflows/document.ts'
import { createRehearse } from '../../server/workflows/rehearse.ts'
import { empty, newEvent, openDatabase, silent } from '../relay/kit.ts'
import { createTenants } from './tenants.ts'

const db = await openDatabase(after)

const document = (input: Record<string, { path: string } | { value: string }>): WorkflowDocument => ({
  schema: WORKFLOW_SCHEMA,
  name: 'Customers',
  triggers: [{ trigger: 'rankr.customer.created' }, { trigger: 'rankr.order.created' }],
  steps: [
    { id: 'contact', type: 'action', action: 'app.customers.upsert-contact', input },
    {
      id: 'note',
      type: 'action',
      action: 'app.customers.add-note',
      input: {
        rankrId: { path: 'trigger.data.id' },
        contactId: { path: 'steps.contact.contactId' },
        body: { value: 'Hello' },
      },
    },
  ],
})

const FIRST = document({ rankrId: { path: 'trigger.data.id' }, email: { path: 'trigger.data.mail' } })
const LATER = document({ rankrId: { path: 'trigger.data.id' }, email: { path: 'trigger.data.email' } })

let locations = 0

const arrange = async () => {
  const tenants = createTenants(db)
  const { now, workflows, registry, runs, account, relay, audit, own, work, accept, events } = tenants
  const locationId = `loc_f${++locations}`
  const workflowId = derivedId('test', locationId)
  const publish = (shape: WorkflowDocument) =>
    db.transaction(async (tx) => {
      await workflows.publish(locationId, { id: workflowId, name: shape.name, document: shape }, tx)
      await workflows.change(locationId, workflowId, { enabled: true }, tx)
      registry.forget(locationId)
    })
  await publish(FIRST)
  const state = { isFixed: false, code: 'crm_rejected' as 'crm_rejected' | 'crm_duplicate' }
  const calls: Record<string, unknown>[] = []
  own['app.customers.upsert-contact'] = async ({ input }) => {
    calls.push(input)
    if (!state.isFixed) throw new AppError(state.code, { extra: { answer: { status: 422, message: 'no e-mail' } } })
    return { output: { contactId: 'con_1', outcome: 'created' } }
  }
  own['app.customers.add-note'] = async () => ({ output: { noteId: 'note_1' } })
  const search = createDeadLetterSearch({ db })
  const replays = createReplays({ db })
  const replayAll = createReplayAll({ db, replays, search, relay, audit, now, log: silent })
  const rehearse = createRehearse({
    workflowsFor: registry.workflowsFor,
    versionOf: registry.versionOf,
    runs,
    account,
    now,
    action,
    check: checkedInput,
  })
  const fail = async (count: number, over: (n: number) => object = () => ({})) => {
    for (let n = 0; n < count; n++) {
      await accept.accept(
        newEvent({
          locationId,
          recordKey: `customer:${n}`,
          payload: { type: 'customer.created', data: { id: `cus_${n}`, email: 'ana@example.com' } },
          ...over(n),
        }),
      )
    }
    await work(locationId)
  }
  const turn = () =>
    replayAll
      .latest(locationId)
      .then((replay) =>
        replayAll.task.handler({ locationId, id: replay?.id }, { signal: new AbortController().signal, log: silent }),
      )
  const eventOf = async (failure: { eventId: string; receivedOn: string }) =>
    (await events.get(locationId, failure.eventId, failure.receivedOn))!
  return { ...tenants, locationId, publish, state, calls, search, replayAll, rehearse, fail, turn, eventOf }
}

const record = async () => {}

test('failed events are found by reason, kind and time, newest first, page by page', async () => {
  const { fail, search, locationId, state, clock } = await arrange()
  await fail(3)
  state.code = 'crm_duplicate'
  clock.advance(60_000)
  const since = clock.now()
  await fail(2, () => ({ type: 'order.created', recordKey: 'order:1' }))

  const all = await search.page(locationId, { filter: {}, limit: 2 })
  assert.equal(all.entries.length, 2)
  assert.ok(all.entries.every(({ type, workflowName }) => type === 'order.created' && workflowName === 'Customers'))
  const older = await search.page(locationId, { filter: {}, limit: 5, before: all.next! })
  assert.deepEqual([older.entries.length, older.next, older.entries[0]?.code], [3, null, 'crm_rejected'])
  assert.equal(await search.count(locationId, { code: 'crm_rejected' }), 3)
  assert.equal(await search.count(locationId, { type: 'order.created' }), 2)
  assert.equal(await search.count(locationId, { since }), 2)
  assert.deepEqual(await search.kinds(locationId), {
    codes: ['crm_duplicate', 'crm_rejected'],
    types: ['customer.created', 'order.created'],
  })
  assert.match(JSON.stringify((await search.get(locationId, all.entries[0]!.id))?.answer), /no e-mail/)
})

test('another account finds nothing of it', async () => {
  const { fail, search, locationId, relay } = await arrange()
  await fail(1)
  const [failure] = (await search.page(locationId, { filter: {}, limit: 1 })).entries
  assert.deepEqual(await search.page('loc_stranger', { filter: {}, limit: 5 }), { entries: [], next: null })
  assert.equal(await search.get('loc_stranger', failure!.id), undefined)
  await assert.rejects(relay.replay('loc_stranger', failure!.id), { code: 'not_found' })
  await assert.rejects(relay.discard('loc_stranger', failure!.id, { reason: 'x' }), { code: 'not_found' })
})

test('a dry run shows the calls of today and makes none', async () => {
  const { fail, search, rehearse, locationId, publish, calls, eventOf, runs } = await arrange()
  await fail(1)
  const [failure] = (await search.page(locationId, { filter: {}, limit: 1 })).entries
  await publish(LATER)
  const made = calls.length
  const event = await eventOf(failure!)
  const [workflow] = await rehearse(event, { workflowId: failure!.workflowId })
  assert.deepEqual(
    workflow?.calls.map(({ label, input, changes, isAssumed, fault }) => ({ label, input, changes, isAssumed, fault })),
    [
      {
        label: action('app.customers.upsert-contact')?.label,
        input: { rankrId: 'cus_0', email: '••••' },
        changes: [{ field: 'email', before: undefined, after: '••••' }],
        isAssumed: false,
        fault: null,
      },
      {
        label: action('app.customers.add-note')?.label,
        input: { rankrId: 'cus_0', contactId: 'Qm8dXw2LrT5vBn9KcY1p', body: 'Hello' },
        changes: [],
        isAssumed: true,
        fault: null,
      },
    ],
  )
  assert.equal(calls.length, made, 'nothing was called')
  const [run] = await runs.ofEvent(locationId, { eventId: event.id, receivedOn: event.receivedOn })
  assert.equal(run?.status, 'dead', 'nothing was kept')
})

test('a dry run says what would be refused before anything is sent', async () => {
  const { fail, search, rehearse, locationId, publish, eventOf } = await arrange()
  await fail(1)
  const [failure] = (await search.page(locationId, { filter: {}, limit: 1 })).entries
  await publish(document({ email: { path: 'trigger.data.email' } }))
  const [workflow] = await rehearse(await eventOf(failure!))
  assert.match(workflow?.calls[0]?.fault ?? '', /rankrId is required/)
  assert.equal(workflow?.calls.length, 1)
})

test('an event that nothing wants any more would do nothing', async () => {
  const { fail, search, rehearse, locationId, workflows, registry, eventOf } = await arrange()
  await fail(1)
  const [failure] = (await search.page(locationId, { filter: {}, limit: 1 })).entries
  await db.transaction((tx) => workflows.change(locationId, failure!.workflowId!, { enabled: false }, tx))
  registry.forget(locationId)
  assert.deepEqual(await rehearse(await eventOf(failure!)), [])
})

test('all that match are sent again at a rate, each recorded, and the others stay', async () => {
  const { fail, replayAll, turn, search, locationId, state, work, audit } = await arrange()
  await fail(7)
  state.code = 'crm_duplicate'
  await fail(1, () => ({ type: 'order.created', recordKey: 'order:1' }))
  state.isFixed = true
  const started = await replayAll.start(
    locationId,
    { filter: { code: 'crm_rejected' }, perMinute: 60, by: 'user_1' },
    record,
  )
  assert.equal(started.total, 7)
  const { rows } = await db.pool.query(
    `select count(*) from graphile_worker.jobs where task_identifier = $1 and key = $2`,
    [REPLAY_TASK, `replay:${started.id}`],
  )
  assert.equal(rows[0].count, 1)
  await turn()
  assert.deepEqual(await replayAll.latest(locationId).then((replay) => [replay?.status, replay?.replayed]), [
    'running',
    5,
  ])
  await turn()
  assert.deepEqual(await replayAll.latest(locationId).then((replay) => [replay?.status, replay?.replayed]), ['done', 7])
  await work(locationId)
  assert.equal(await search.count(locationId, {}), 1)
  assert.equal((await audit.list(locationId, { action: 'event.replayed' })).length, 7)
})

test('what fails again is not sent again by the same replay', async () => {
  const { fail, replayAll, turn, search, locationId, work, calls, clock } = await arrange()
  await fail(2)
  clock.advance(1000)
  await replayAll.start(locationId, { filter: {}, perMinute: 24, by: 'user_1' }, record)
  for (let turns = 0; turns < 4; turns++) {
    clock.advance(1000)
    await turn()
    await work(locationId)
  }
  assert.equal((await replayAll.latest(locationId))?.status, 'done')
  assert.equal(calls.length, 4)
  assert.equal(await search.count(locationId, {}), 2)
})

test('only one runs at a time, and it can be stopped', async () => {
  const { fail, replayAll, turn, search, locationId } = await arrange()
  await fail(8)
  const all = { filter: {}, perMinute: 36, by: 'user_1' }
  const { id } = await replayAll.start(locationId, all, record)
  await assert.rejects(replayAll.start(locationId, all, record), { code: 'conflict' })
  await turn()
  await replayAll.stop(locationId, id, record)
  await turn()
  assert.deepEqual(await replayAll.get(locationId, id).then((replay) => [replay?.status, replay?.replayed]), [
    'stopped',
    3,
  ])
  assert.equal(await search.count(locationId, {}), 5)
  await assert.rejects(replayAll.stop(locationId, id, record), { code: 'conflict' })
  await assert.rejects(replayAll.stop('loc_stranger', id, record), { code: 'not_found' })
})

test('what was settled meanwhile is passed over', async () => {
  const { fail, replayAll, turn, search, relay, locationId } = await arrange()
  await fail(2)
  await replayAll.start(locationId, { filter: {}, perMinute: 60, by: 'user_1' }, record)
  const [failure] = (await search.page(locationId, { filter: {}, limit: 1 })).entries
  await relay.discard(locationId, failure!.id, { reason: 'a test customer' })
  await turn()
  const replay = await replayAll.latest(locationId)
  assert.deepEqual([replay?.status, replay?.replayed], ['done', 1])
  assert.equal((await search.get(locationId, failure!.id))?.reason, 'a test customer')
})

test('with nothing to send again nothing begins', async () => {
  const { replayAll, locationId } = await arrange()
  await assert.rejects(replayAll.start(locationId, { filter: {}, perMinute: 60, by: 'u' }, record), {
    code: 'not_found',
  })
  assert.equal(await replayAll.latest(locationId), undefined)
})

test('a failed event that was sent again or put aside is kept for a while after that, an open one for good', async () => {
  await empty(db, 'dead_letters')
  const { fail, search, locationId, state, relay, work, clock } = await arrange()
  await fail(5)
  const { entries } = await search.page(locationId, { filter: {}, limit: 5 })
  const [replayed, discarded, again, later, open] = entries.map(({ id }) => id)
  const why = { reason: 'A test order.' }
  state.isFixed = true
  await relay.replay(locationId, replayed!)
  await work(locationId)
  await relay.discard(locationId, discarded!, why)
  state.isFixed = false
  await relay.replay(locationId, again!)
  await work(locationId)
  clock.advance(3_600_000)
  const before = clock.now()
  await relay.discard(locationId, later!, why)

  const deadLetters = createDeadLetters({ db })
  assert.equal(await deadLetters.prune(before, 1), 2)
  const { rows } = await db.pool.query('select id from dead_letters where location_id = $1', [locationId])
  assert.deepEqual(rows.map(({ id }) => id).sort(), [again, later, open].sort())
})
