// Runs that wait, on a real database: from the event that begins them to the event that lets them go on.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import { createProgress } from '../../server/relay/progress.ts'
import { ensurePartitions, keepPartitions } from '../../server/store/partitions.ts'
import { createRuns } from '../../server/store/runs.ts'
import { createWaitingRuns } from '../../server/store/waiting-runs.ts'
import { createWorkflowDrafts } from '../../server/store/workflow-drafts.ts'
import { createWorkflows } from '../../server/store/workflows.ts'
import { createWorkflowBook } from '../../server/workflows/book.ts'
import type { Step } from '../../server/workflows/document.ts'
import { createWorkflowRegistry } from '../../server/workflows/registry.ts'
import { createRunWorkflows } from '../../server/workflows/run-workflows.ts'
import { createWaker } from '../../server/workflows/waker.ts'
import { createClock, createKit, drainAll, empty, newEvent, openDatabase, silent } from '../relay/kit.ts'

const db = await openDatabase(after)
const ID = '00000000-0000-4000-8000-0000000000a1'
const HOUR = 3_600_000

const act = (id: string, input: Record<string, unknown> = {}): Step =>
  ({ id, type: 'action', action: `test.${id}`, input }) as Step
const delay = (over: object): Step => ({ id: 'wait', type: 'delay', ...over }) as Step
const RESULT = { how: { path: 'steps.wait.outcome' }, first: { path: 'steps.one.of' }, of: { path: 'trigger.data.id' } }

/** A point at which the process ends: what was committed stays, everything in memory is gone. */
class Killed extends Error {}

const setUp = async (steps: Step[]) => {
  const tables = ['events', 'mailboxes', 'parked_events', 'dead_letters', 'runs', 'attempts', 'waiting_runs']
  await empty(db, ...tables, 'workflows', 'workflow_versions', 'audit', 'audit_heads')
  const clock = createClock()
  await ensurePartitions(db, { from: clock.now(), days: 3 })
  const kit = createKit(db, clock)
  const { now } = clock
  const workflows = createWorkflows({ db })
  const waiting = createWaitingRuns({ db })
  const runs = createRuns({ db })
  const progress = createProgress({ store: kit.progressStore })
  const called: string[] = []
  const effects = new Set<string>()
  let killAt: string | undefined
  const kill = (point: string): void => {
    if (point !== killAt) return
    killAt = undefined
    throw new Killed(point)
  }

  /** All that is in memory, as a process has it that has just started. */
  const start = () => {
    const registry = createWorkflowRegistry({
      enabled: workflows.enabled,
      version: workflows.version,
      awaited: waiting.awaited,
      action,
      trigger,
      now,
      log: silent,
    })
    const waker = createWaker({
      waiting: {
        ...waiting,
        async resumed(locationId, run) {
          kill('between accept and resume')
          const was = await waiting.resumed(locationId, run)
          kill('after resume')
          return was
        },
      },
      accept: async (event) => {
        kill('before accept')
        return kit.accept.accept(event)
      },
      awaitedBy: registry.awaitedBy,
      now,
    })
    const handle = createRunWorkflows({
      workflowsFor: registry.workflowsFor,
      versionOf: registry.versionOf,
      callable: registry.callable,
      arrived: waker.arrived,
      runs,
      // Actions bear being repeated by the same run; another run would be another effect.
      runAction: async ({ actionId, input, context: { runId, stepId } }) => {
        if (effects.has(`${runId} ${stepId}`)) return { output: { of: actionId } }
        effects.add(`${runId} ${stepId}`)
        called.push(`${actionId.slice(5)} ${JSON.stringify(Object.fromEntries(Object.entries(input).sort()))}`)
        return { output: { of: actionId } }
      },
      isEcho: async () => false,
      progress,
      account: async (id) => ({ id }),
      now,
      fault: kill,
    })
    const drain = kit.drainWith(handle, { fault: kill })
    return { registry, waker, drain: () => drainAll(drain) }
  }

  const publish = (list: Step[]) =>
    db.transaction(async (tx) => {
      const document = {
        schema: 'rankr-connect/workflow@1',
        name: 'Test',
        triggers: [{ trigger: 'rankr.customer.created' }],
        steps: list,
      }
      await workflows.publish('loc_1', { id: ID, name: 'Test', document }, tx)
      await workflows.change('loc_1', ID, { enabled: true }, tx)
    })
  await publish(steps)

  const statuses = async (): Promise<string[]> => {
    const { rows } = await db.pool.query(`select status from runs order by started_at, id`)
    return rows.map(({ status }) => status).sort()
  }
  const waits = async () => (await waiting.list('loc_1', ID)).length
  return {
    ...{ clock, kit, workflows, waiting, called, publish, statuses, waits, start },
    killNextAt: (point: string) => {
      killAt = point
    },
  }
}

const hours = (amount: number) => delay({ for: { amount, unit: 'hours' } })
const created = (n: string, over = {}) =>
  newEvent({
    sourceEventId: `e${n}`,
    recordKey: 'customer:1',
    payload: { type: 'customer.created', timestamp: '2026-01-31T12:00:00Z', data: { id: n } },
    ...over,
  })

test('a run waits without holding later events of its record, and goes on once its time has come', async () => {
  const { start, kit, clock, called, statuses, waits } = await setUp([act('one'), hours(2), act('two', RESULT)])
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
    const { start, kit, clock, called, waits, killNextAt } = await setUp([hours(2), act('two', RESULT)])
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
  const { start, kit, clock, called } = await setUp([
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
  const { start, kit, clock, called, waits } = await setUp([awaitsContact, act('two', result)])
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

test('a run goes on under the version it began with, also when that waits for what the new one does not', async () => {
  const { start, kit, called, publish } = await setUp([awaitsContact, act('old')])
  await kit.accept.accept(created('1'))
  await start().drain()
  await publish([act('new')])
  const node = start()
  await kit.accept.accept(contactUpdated('1'))
  await node.drain()
  assert.deepEqual(called, ['old {}'])
})

test('a workflow that is switched off takes its waiting runs along; one that was woken before is cancelled', async () => {
  const { start, kit, clock, called, statuses, waits, workflows, waiting } = await setUp([hours(2), act('two')])
  const book = createWorkflowBook({
    drafts: createWorkflowDrafts({ db }),
    ...{ workflows, waiting, templates: [], action, trigger, now: clock.now },
    templateOptions: async () => ({}),
    grantedScopes: async () => [],
  })
  const off = () => db.transaction((on) => book.setEnabled('loc_1', ID, { isEnabled: false, by: 'u', on }))
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

test('a loop that waits in each round is one run that goes on round by round', async () => {
  const loop: Step = {
    id: 'each',
    type: 'for-each',
    items: 'trigger.data.items',
    steps: [hours(1), act('tell', { it: { path: 'item' } })],
  }
  const { start, kit, clock, called, waits } = await setUp([loop, act('end')])
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
