// Runs that wait, on a real database: from the event that begins them to the event that lets them go on.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import { AppError } from '../../server/errors.ts'
import { createRelay } from '../../server/relay/relay.ts'
import { createDeadLetters } from '../../server/store/dead-letters.ts'
import { createDraftStates } from '../../server/store/draft-states.ts'
import { ensurePartitions, keepPartitions } from '../../server/store/partitions.ts'
import { createWaitingRuns } from '../../server/store/waiting-runs.ts'
import { createWorkflowDrafts } from '../../server/store/workflow-drafts.ts'
import type { Step } from '../../server/workflows/document.ts'
import { createWaker } from '../../server/workflows/waker.ts'
import { createWorkflowService } from '../../server/workflows/workflow-service.ts'
import { newEvent, openDatabase } from '../relay/kit.ts'
import { act, created, delay, HOUR, ID, Killed, setUpEngine } from './engine-kit.ts'

const db = await openDatabase(after)
const RESULT = { how: { path: 'steps.wait.outcome' }, first: { path: 'steps.one.of' }, of: { path: 'trigger.data.id' } }

const hours = (amount: number) => delay({ for: { amount, unit: 'hours' } })

test('a run waits without holding later events of its record, and goes on once its time has come', async () => {
  const { start, kit, clock, called, statuses, waits } = await setUpEngine(db, [
    act('one'),
    hours(2),
    act('two', RESULT),
  ])
  const node = start()
  await kit.accept.accept(created('1'))
  await kit.accept.accept(created('2'))
  assert.equal(await node.drain(), 'idle', 'nothing is parked')
  assert.deepEqual(called, ['one {}', 'one {}'])
  clock.advance(2 * HOUR - 1)
  assert.equal(await node.waker.wakeDue(), 0)
  clock.advance(1)
  assert.equal(await node.waker.wakeDue(), 2)
  await node.drain()
  assert.deepEqual(called.slice(2).sort(), [
    'two {"first":"test.one","how":"elapsed","of":"1"}',
    'two {"first":"test.one","how":"elapsed","of":"2"}',
  ])
  assert.equal(await waits(), 0)
  assert.equal(await node.waker.wakeDue(), 0)
  assert.deepEqual(await statuses(), ['done', 'done', 'done', 'done'])
})

for (const point of [
  'before commit',
  'after commit',
  'drain.worked',
  'drain.closed',
  'before accept',
  'between accept and resume',
  'after resume',
]) {
  test(`a process that ends at "${point}" leaves a run that goes on once`, async () => {
    const { start, kit, clock, called, waits, killNextAt } = await setUpEngine(db, [hours(2), act('two', RESULT)])
    await kit.accept.accept(created('1'))
    killNextAt(point)
    const settle = async (): Promise<void> => {
      // Ends where it is killed; another process takes the mailbox over and finishes.
      await start()
        .drain()
        .catch((error) => assert.ok(error instanceof Killed))
      clock.advance(60_000)
      await start().drain()
    }
    await settle()
    assert.equal(await waits(), 1)
    clock.advance(2 * HOUR)
    const wake = () =>
      start()
        .waker.wakeDue()
        .catch((error) => assert.ok(error instanceof Killed))
    await wake()
    await wake()
    killNextAt(point)
    await settle()
    assert.deepEqual(called, ['two {"how":"elapsed","of":"1"}'])
    assert.equal(await waits(), 0)
  })
}

test('a delay outlives the days of its event and of its run', async () => {
  const { start, kit, clock, called } = await setUpEngine(db, [
    act('one'),
    delay({ for: { amount: 40, unit: 'days' } }),
    act('two', RESULT),
  ])
  await kit.accept.accept(created('1'))
  await start().drain()
  clock.advance(40 * 24 * HOUR)
  await ensurePartitions(db, { from: clock.now(), days: 2 })
  const dropped = await keepPartitions(db, { now: clock.now(), keepDays: 10 })
  assert.ok(dropped.length > 0)
  const node = start()
  await node.waker.wakeDue()
  await node.drain()
  assert.deepEqual(called.at(-1), 'two {"first":"test.one","how":"elapsed","of":"1"}')
})

const awaitsContact = delay({
  event: {
    trigger: 'crm.contact.updated',
    filter: { path: 'trigger.rankrId', operator: 'is', value: '{{trigger.data.id}}' },
  },
  timeout: { amount: 1, unit: 'days' },
})
const contactUpdated = (rankrId: string) =>
  newEvent({ source: 'crm', type: 'ContactUpdate', recordKey: `contact:${rankrId}`, payload: { rankrId, tag: 'vip' } })

test('an event that is waited for lets its own run go on, and only that', async () => {
  const result = { ...RESULT, tag: { path: 'steps.wait.event.tag' } }
  const { start, kit, clock, called, waits } = await setUpEngine(db, [awaitsContact, act('two', result)])
  const node = start()
  await kit.accept.accept(created('1'))
  await kit.accept.accept(created('2'))
  await node.drain()
  assert.equal(await node.registry.wants({ locationId: 'loc_1', source: 'crm', type: 'ContactUpdate' }), true)
  await kit.accept.accept(contactUpdated('2'))
  await kit.accept.accept(contactUpdated('3'))
  await node.drain()
  assert.deepEqual(called, ['two {"how":"arrived","of":"2","tag":"vip"}'])
  await kit.accept.accept(contactUpdated('2'))
  await node.drain()
  clock.advance(24 * HOUR)
  await ensurePartitions(db, { from: clock.now(), days: 2 })
  await node.waker.wakeDue()
  await node.drain()
  assert.deepEqual(called.slice(1), ['two {"how":"timed-out","of":"1"}'])
  assert.equal(await waits(), 0)
})

test('without a rule a run waits for an event of its own record', async () => {
  const awaitsUpdate = delay({ event: { trigger: 'rankr.customer.updated' }, timeout: { amount: 1, unit: 'days' } })
  const { start, kit, called, waits } = await setUpEngine(db, [awaitsUpdate, act('two', RESULT)])
  await kit.accept.accept(created('1'))
  await kit.accept.accept(created('2', { recordKey: 'customer:2' }))
  const node = start()
  await node.drain()
  const updated = { sourceEventId: 'u2', type: 'customer.updated', recordKey: 'customer:2' }
  await kit.accept.accept(created('2', updated))
  await node.drain()
  assert.deepEqual(called, ['two {"how":"arrived","of":"2"}'])
  assert.equal(await waits(), 1)
})

test('a run goes on under the version it began with, also when that waits for what the new one does not', async () => {
  const { start, kit, called, publish } = await setUpEngine(db, [awaitsContact, act('old')])
  await kit.accept.accept(created('1'))
  await start().drain()
  await publish([act('new')])
  const node = start()
  await kit.accept.accept(contactUpdated('1'))
  await node.drain()
  assert.deepEqual(called, ['old {}'])
})

test('a workflow that is switched off takes its waiting runs along; one that was woken before is cancelled', async () => {
  const { start, kit, clock, called, statuses, waits, workflows, waiting } = await setUpEngine(db, [
    hours(2),
    act('two'),
  ])
  const service = createWorkflowService({
    drafts: createWorkflowDrafts({ db }),
    states: createDraftStates({ db }),
    ...{ workflows, waiting, templates: [], action, trigger, now: clock.now },
    editing: { edited: async () => {}, close: async () => {} },
    templateOptions: async () => ({}),
    grantedScopes: async () => [],
  })
  const off = () => db.transaction((on) => service.setEnabled('loc_1', ID, { isEnabled: false, by: 'u', on }))
  await kit.accept.accept(created('1'))
  await start().drain()
  await off()
  assert.equal(await waits(), 0)
  assert.deepEqual(await statuses(), ['cancelled'])

  await db.transaction((tx) => workflows.change('loc_1', ID, { enabled: true }, tx))
  await kit.accept.accept(created('2'))
  await start().drain()
  clock.advance(2 * HOUR)
  await start().waker.wakeDue()
  await off()
  await start().drain()
  assert.deepEqual(called, [])
  assert.deepEqual(await statuses(), ['cancelled', 'cancelled', 'done'])
})

test('a run that cannot be woken holds up no other', async () => {
  const { start, kit, clock, called, waits } = await setUpEngine(db, [hours(2), act('two', RESULT)])
  await kit.accept.accept(created('1'))
  await kit.accept.accept(created('2'))
  const node = start()
  await node.drain()
  clock.advance(2 * HOUR)
  let fails = 1
  const { wakeDue } = createWaker({
    waiting: createWaitingRuns({ db }),
    accept: (event) => (fails-- > 0 ? Promise.reject(new AppError('invalid_body')) : kit.accept.accept(event)),
    awaitedBy: async () => [],
    now: clock.now,
  })
  await assert.rejects(wakeDue(), { code: 'invalid_body' })
  await node.drain()
  assert.deepEqual([called.length, await waits()], [1, 1])
})

test('a loop that waits in each round is one run that goes on round by round', async () => {
  const loop: Step = {
    id: 'each',
    type: 'for-each',
    items: 'trigger.data.items',
    steps: [hours(1), act('tell', { it: { path: 'item' } })],
  }
  const { start, kit, clock, called, waits } = await setUpEngine(db, [loop, act('end')])
  const data = { id: '1', items: ['a', 'b'] }
  await kit.accept.accept(created('1', { payload: { type: 'customer.created', timestamp: '', data } }))
  const node = start()
  await node.drain()
  for (const expected of [1, 1, 0]) {
    assert.equal(await waits(), expected)
    clock.advance(HOUR)
    await node.waker.wakeDue()
    await node.drain()
  }
  assert.deepEqual(called, ['tell {"it":"a"}', 'tell {"it":"b"}', 'end {}'])
})

test('a run that dies after its wait is a dead letter like any other, and goes on when it is sent again', async () => {
  let isUp = false
  const { start, kit, clock, called, statuses } = await setUpEngine(
    db,
    [act('one'), hours(2), act('two', RESULT)],
    (of) => {
      if (of === 'test.two' && !isUp) throw new AppError('crm_rejected')
      return { of }
    },
  )
  const node = start()
  await kit.accept.accept(created('1'))
  await node.drain()
  clock.advance(2 * HOUR)
  await node.waker.wakeDue()
  await node.drain()
  const { rows } = await db.pool.query(`select id, step_id from dead_letters where status = 'open'`)
  assert.deepEqual(
    rows.map(({ step_id }) => step_id),
    ['two'],
  )
  isUp = true
  const deadLetters = createDeadLetters({ db })
  const relay = createRelay({ db, mailboxes: kit.mailboxes, deadLetters, now: clock.now })
  await relay.replay('loc_1', rows[0].id)
  await node.drain()
  assert.deepEqual(called, ['one {}', 'two {"first":"test.one","how":"elapsed","of":"1"}'])
  assert.deepEqual(await statuses(), ['done', 'done'])
})
