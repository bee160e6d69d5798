import assert from 'node:assert/strict'
import test from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import type { StoredEvent } from '../../server/store/events.ts'
import type { WorkflowRow } from '../../server/store/workflows.ts'
import { createWorkflowRegistry } from '../../server/workflows/registry.ts'
import { createClock, silent } from '../relay/kit.ts'

const rowOf = (
  over: Partial<WorkflowRow> = {},
  triggers: unknown[] = [{ trigger: 'rankr.customer.created' }],
): WorkflowRow => ({
  id: '00000000-0000-4000-8000-0000000000f1',
  templateId: null,
  name: 'Test',
  enabled: true,
  options: {},
  published: { schema: 'rankr-connect/workflow@1', name: 'Test', triggers, steps: [] },
  publishedVersion: 3,
  updatedAt: new Date(0),
  ...over,
})
const eventOf = (over: Partial<StoredEvent> = {}): StoredEvent =>
  ({
    locationId: 'L1',
    source: 'rankr',
    type: 'customer.created',
    payload: { data: { total: 5 } },
    ...over,
  }) as StoredEvent

const setUp = (rows: () => WorkflowRow[] | Promise<WorkflowRow[]>) => {
  const clock = createClock()
  const asked: string[] = []
  const registry = createWorkflowRegistry({
    enabled: async (locationId) => {
      asked.push(locationId)
      return await rows()
    },
    version: async (_locationId, _id, version) => (version === 2 ? rowOf().published : undefined),
    action,
    trigger,
    now: clock.now,
    log: silent,
  })
  return { registry, asked, clock }
}

test('a call of an incoming webhook starts those that chose it or none, a schedule only its own workflow', async () => {
  const call = (hookId?: string) => [{ trigger: 'app.webhook.received', ...(hookId ? { settings: { hookId } } : {}) }]
  const timed = [{ trigger: 'app.schedule.due', settings: { every: 'hours', count: 1 } }]
  const { registry } = setUp(() => [
    rowOf({ id: 'one' }, call('hk_1')),
    rowOf({ id: 'two' }, call('hk_2')),
    rowOf({ id: 'any' }, call()),
    rowOf({ id: 'timed' }, timed),
    rowOf({ id: 'other' }, timed),
  ])
  const idsFor = async (type: string, data: object) =>
    (await registry.workflowsFor(eventOf({ source: 'app', type, payload: { data } }))).map(({ id }) => id)
  assert.deepEqual(await idsFor('webhook.received', { hookId: 'hk_1' }), ['one', 'any'])
  assert.deepEqual(await idsFor('schedule.due', { scheduleId: 'timed' }), ['timed'])
})

test('an event finds the workflows with its trigger, of the right source, whose filter lets it through', async () => {
  const small = {
    trigger: 'rankr.customer.created',
    filter: { path: 'trigger.data.total', operator: 'less', value: 9 },
  }
  const large = {
    trigger: 'rankr.customer.created',
    filter: { path: 'trigger.data.total', operator: 'greater', value: 9 },
  }
  const { registry } = setUp(() => [rowOf({ id: 'small' }, [small]), rowOf({ id: 'large' }, [large])])
  const idsFor = async (event: StoredEvent) => (await registry.workflowsFor(event)).map(({ id }) => id)
  assert.deepEqual(await idsFor(eventOf()), ['small'])
  assert.deepEqual(await idsFor(eventOf({ payload: { data: { total: 50 } } })), ['large'])
  assert.deepEqual(await idsFor(eventOf({ type: 'customer.updated' })), [])
  assert.deepEqual(await idsFor(eventOf({ source: 'crm' })), [])
  assert.equal(await registry.wants(eventOf({ payload: {} })), true, 'the door does not look at filters')
  assert.equal(await registry.wants(eventOf({ type: 'order.created' })), false)
})

test('many who ask at once share one look, and it is remembered for a while', async () => {
  const { registry, asked, clock } = setUp(() => [rowOf()])
  await Promise.all(Array.from({ length: 50 }, () => registry.workflowsFor(eventOf())))
  await registry.workflowsFor(eventOf())
  await registry.workflowsFor(eventOf({ locationId: 'L2' }))
  assert.deepEqual(asked, ['L1', 'L2'])
  clock.advance(10_000)
  await registry.workflowsFor(eventOf())
  assert.deepEqual(asked, ['L1', 'L2', 'L1'])
})

test('a change that was announced is seen by the next event', async () => {
  let rows = [rowOf()]
  const { registry } = setUp(() => rows)
  assert.equal(await registry.wants(eventOf()), true)
  rows = []
  registry.forget('L1')
  assert.equal(await registry.wants(eventOf()), false)
})

test('a look that fails is not remembered', async () => {
  let fails = true
  const { registry } = setUp(() => (fails ? Promise.reject(new Error('away')) : [rowOf()]))
  await assert.rejects(registry.wants(eventOf()), /away/)
  fails = false
  assert.equal(await registry.wants(eventOf()), true)
})

test('a workflow that cannot be read does not keep the others from running', async () => {
  const { registry } = setUp(() => [rowOf({ id: 'broken', published: { schema: 'other' } }), rowOf({ id: 'fine' })])
  assert.deepEqual(
    (await registry.workflowsFor(eventOf())).map(({ id }) => id),
    ['fine'],
  )
})

test('an earlier version is read as it was kept', async () => {
  const { registry } = setUp(() => [rowOf()])
  const [workflow] = await registry.workflowsFor(eventOf())
  assert.equal(workflow?.version, 3)
  assert.equal((await registry.versionOf('L1', workflow, 2))?.version, 2)
  assert.equal(await registry.versionOf('L1', workflow, 1), undefined)
})
