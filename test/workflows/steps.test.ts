import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '../../server/errors.ts'
import type { StoredEvent } from '../../server/store/events.ts'
import type { ProgressItem } from '../../server/store/progress.ts'
import type { Run } from '../../server/store/runs.ts'
import { type Step, workflowDocument } from '../../server/workflows/document.ts'
import { type FieldMapping, MAPPING_SCHEMA } from '../../server/workflows/field-mapping.ts'
import { createRunOne, type RunnableWorkflow } from '../../server/workflows/run.ts'
import { createClock } from '../relay/kit.ts'

const ITEMS = [{ sku: 'A' }, { sku: 'B' }, { sku: 'C' }]
const EVENT = {
  id: '00000000-0000-4000-8000-00000000000e',
  receivedOn: '2026-01-31',
  receivedAt: new Date('2026-01-31T12:00:00Z'),
  locationId: 'loc_1',
  lane: 'live',
  recordKey: 'order:1',
  source: 'rankr',
  type: 'order.created',
  payload: { type: 'order.created', data: { id: '1', status: 'PAID', due: '2026-03-01T09:00:00Z', items: ITEMS } },
} as unknown as StoredEvent
const LOOP = '00000000-0000-4000-8000-0000000000a1'
const INNER = '00000000-0000-4000-8000-0000000000b1'

const act = (id: string, input: Record<string, unknown> = {}, over: object = {}): Step =>
  ({ id, type: 'action', action: `test.${id}`, input, ...over }) as Step
const workflowOf = (steps: Step[], id = LOOP, options = {}): RunnableWorkflow => ({
  id,
  name: 'Test',
  version: 1,
  document: workflowDocument.parse({ schema: 'rankr-connect/workflow@1', name: 'Test', triggers: [], steps }),
  options,
  leavesAccount: false,
})

type Answer = (id: string, input: Record<string, unknown>, stepId: string) => Record<string, unknown>

/** Tries of one event, one after the other, each going on where the last one ended. */
const setUp = (answer: Answer = () => ({}), others: RunnableWorkflow[] = []) => {
  const written: ProgressItem[] = []
  const called: string[] = []
  const clock = createClock(new Date('2026-01-31T12:00:00Z'))
  let before: Run | undefined
  const runOne = createRunOne({
    runAction: async ({ actionId, input, context: { stepId } }) => {
      const id = actionId.slice('test.'.length)
      called.push(`${stepId} ${JSON.stringify(input)}`)
      return { output: answer(id, input, stepId) }
    },
    progress: {
      write: async (item) => {
        written.push(structuredClone(item))
        before = structuredClone(item.run)
      },
    },
    account: async () => ({ timeZone: 'UTC' }),
    callable: async (_locationId, id) => others.find((one) => one.id === id),
    now: clock.now,
    fieldLabel: (_actionId, key) => (key === 'phone' ? 'Phone' : undefined),
  })
  const run = (workflow: RunnableWorkflow, { isLast = false } = {}) =>
    runOne({ event: EVENT, workflow, before, context: { attempt: 1, isLast, isFresh: before === undefined } })
  return { run, written, called, clock, last: () => written.at(-1)?.run }
}

const each = (steps: Step[], over: object = {}): Step =>
  ({ id: 'each', type: 'for-each', items: 'trigger.data.items', steps, ...over }) as Step

test('a loop runs its steps for each element; later steps read what all rounds came to', async () => {
  const { run, called, last } = setUp((id, input) => (id === 'make' ? { made: `${input.sku}!` } : {}))
  const steps = [
    each([
      act('make', { sku: { path: 'item.sku' }, index: { path: 'loop.index' } }),
      act('tell', { made: { path: 'steps.make.made' } }),
    ]),
    act('after', { all: { path: 'steps.each.results.make.made' }, count: { path: 'steps.each.count' } }),
  ]
  assert.deepEqual(await run(workflowOf(steps)), { kind: 'done' })
  assert.deepEqual(called, [
    'each[0]/make {"sku":"A","index":0}',
    'each[0]/tell {"made":"A!"}',
    'each[1]/make {"sku":"B","index":1}',
    'each[1]/tell {"made":"B!"}',
    'each[2]/make {"sku":"C","index":2}',
    'each[2]/tell {"made":"C!"}',
    'after {"all":["A!","B!","C!"],"count":3}',
  ])
  assert.equal(last()?.status, 'done')
})

test('a loop that failed half way goes on with the round and step that failed', async () => {
  let isUp = false
  const { run, called } = setUp((_id, _input, stepId) => {
    if (stepId === 'each[1]/make' && !isUp) throw new AppError('crm_unavailable')
    return {}
  })
  const workflow = workflowOf([each([act('make')])])
  assert.equal((await run(workflow)).kind, 'retry')
  isUp = true
  assert.deepEqual(await run(workflow), { kind: 'done' })
  assert.deepEqual(
    called.map((one) => one.split(' ')[0]),
    ['each[0]/make', 'each[1]/make', 'each[1]/make', 'each[2]/make'],
  )
})

test('a loop goes on through the list with which it began, though the list is another one since', async () => {
  const { run, called, last } = setUp((id, input) => {
    if (called.length === 2) throw new AppError('crm_unavailable')
    return { id, input }
  })
  const loop = each([act('tag', { tag: { path: 'item' } })], { items: 'options.tags' })
  assert.equal((await run(workflowOf([loop], LOOP, { tags: ['a', 'b'] }))).kind, 'retry')
  assert.equal((await run(workflowOf([loop], LOOP, { tags: ['new', 'a', 'b'] }))).kind, 'done')
  assert.deepEqual(called, ['each[0]/tag {"tag":"a"}', 'each[1]/tag {"tag":"b"}', 'each[1]/tag {"tag":"b"}'])
  assert.deepEqual(last()?.steps.each, { output: { count: 2 } })
})

test('a loop over more than it may is a dead letter that names the step, before anything was done', async () => {
  const { run, called, written } = setUp()
  const outcome = await run(workflowOf([each([act('make')], { most: 2 })]))
  assert.equal(outcome.kind === 'dead' && outcome.code, 'value_invalid')
  assert.deepEqual(called, [])
  assert.equal(written[0]?.deadLetters?.[0]?.stepId, 'each')
  assert.match(written[0]?.run?.detail ?? '', /each: The list has 3 elements, more than 2/)
})

test('a loop over nothing is passed, a loop in a loop knows the inner element', async () => {
  const { run, called } = setUp()
  const inner = { id: 'in', type: 'for-each', items: 'item.sku', steps: [act('x', { it: { path: 'item' } })] } as Step
  await run(workflowOf([each([act('never')], { id: 'none', items: 'trigger.data.nothing' }), each([inner])]))
  assert.deepEqual(called, ['each[0]/in[0]/x {"it":"A"}', 'each[1]/in[0]/x {"it":"B"}', 'each[2]/in[0]/x {"it":"C"}'])
})

test('a switch takes the case whose value reads the same, else the other way', async () => {
  const choose = (path: string): Step => ({
    id: 'sort',
    type: 'switch',
    on: { path },
    cases: [
      { id: 'open', label: 'Open', values: ['open', 'draft'], steps: [act('opened')] },
      { id: 'paid', label: 'Paid', values: ['paid'], steps: [act('paid')] },
    ],
    otherwise: [act('other')],
  })
  const first = setUp()
  await first.run(workflowOf([choose('trigger.data.status')]))
  assert.deepEqual(first.called, ['paid {}'])
  const second = setUp()
  await second.run(workflowOf([choose('trigger.data.missing')]))
  assert.deepEqual(second.called, ['other {}'])
})

test('where an error is foreseen the workflow goes on, with its steps first, and can read the error', async () => {
  const broken: Answer = (id) => {
    if (id === 'bad') throw new AppError('crm_rejected', { detail: 'no such field' })
    return {}
  }
  const rescue = act('rescue', { why: { path: 'steps.bad.error.code' }, said: { path: 'steps.bad.error.detail' } })
  const one = setUp(broken)
  assert.deepEqual(await one.run(workflowOf([act('bad', {}, { onError: { steps: [rescue] } }), act('next')])), {
    kind: 'done',
  })
  assert.deepEqual(one.called, ['bad {}', 'rescue {"why":"crm_rejected","said":"no such field"}', 'next {}'])
  assert.deepEqual(
    one.written[0]?.attempts?.map(({ outcome }) => outcome),
    ['failed', 'ok', 'ok'],
  )
  // biome-ignore lint/suspicious/noThenProperty: as documents have it
  const carryOn = { onError: { then: 'continue' } }
  const two = setUp(broken)
  await two.run(workflowOf([act('bad', {}, carryOn), act('next')]))
  assert.deepEqual(two.called, ['bad {}', 'next {}'])
})

test('a passing failure is tried again first, and foreseen only when the last try fails', async () => {
  const { run, called } = setUp((id) => {
    if (id === 'bad') throw new AppError('crm_unavailable')
    return {}
  })
  // biome-ignore lint/suspicious/noThenProperty: as documents have it
  const workflow = workflowOf([act('bad', {}, { onError: { then: 'continue' } }), act('next')])
  assert.equal((await run(workflow)).kind, 'retry')
  assert.deepEqual(await run(workflow, { isLast: true }), { kind: 'done' })
  assert.deepEqual(called, ['bad {}', 'bad {}', 'next {}'])
})

test('a called workflow reads what it is given; a stop in it ends only it, and its caller reads its results', async () => {
  const inner = workflowOf(
    [
      act('work', { given: { path: 'input.sku' }, own: { path: 'options.own' } }),
      { id: 'stop', type: 'stop' },
      act('x'),
    ],
    INNER,
    { own: 'mine' },
  )
  const { run, called } = setUp((id) => (id === 'work' ? { id: 'w1' } : {}), [inner])
  const call: Step = { id: 'call', type: 'call', workflow: INNER, input: { sku: { path: 'trigger.data.items.0.sku' } } }
  assert.deepEqual(await run(workflowOf([call, act('next', { id: { path: 'steps.call.steps.work.id' } })])), {
    kind: 'done',
  })
  assert.deepEqual(called, ['call/work {"given":"A","own":"mine"}', 'next {"id":"w1"}'])
})

test("a field mapping fills in the workflow's own steps, and none of a workflow that it calls", async () => {
  const mapping: FieldMapping = { schema: MAPPING_SCHEMA, rows: [{ target: 'source', source: { value: 'Shop' } }] }
  const applied = { templateId: 'customers', actionId: 'test.work', version: 1, mapping, way: 'in' as const }
  const { run, called } = setUp(() => ({}), [workflowOf([act('work')], INNER)])
  const call: Step = { id: 'call', type: 'call', workflow: INNER, input: {} }
  await run({ ...workflowOf([act('work'), call]), mapping: applied })
  assert.deepEqual(called, ['work {"source":"Shop"}', 'call/work {}'])
})

test('workflows that call each other in a circle, or what is not there, end as dead letters', async () => {
  const call = (id: string): Step => ({ id: 'call', type: 'call', workflow: id, input: {} })
  const circle = setUp(() => ({}), [workflowOf([call(LOOP)], INNER), workflowOf([call(INNER)], LOOP)])
  const outcome = await circle.run(workflowOf([call(INNER)]))
  assert.equal(outcome.kind === 'dead' && outcome.code, 'workflow_uncallable')
  assert.equal(circle.written[0]?.deadLetters?.[0]?.stepId, 'call/call')
  const gone = await setUp().run(workflowOf([call(INNER)]))
  assert.equal(gone.kind === 'dead' && gone.code, 'workflow_uncallable')
})

test('a value that cannot be made is a dead letter that names the step and the field', async () => {
  const { run, written, called } = setUp()
  const input = { phone: { path: 'trigger.data.status', transforms: [{ use: 'phone' }] } }
  const outcome = await run(workflowOf([act('call', input)]))
  assert.equal(outcome.kind === 'dead' && outcome.code, 'value_invalid')
  assert.match(written[0]?.run?.detail ?? '', /^"Phone": The value is not a phone number/)
  assert.equal(written[0]?.deadLetters?.[0]?.stepId, 'call')
  assert.deepEqual(called, [])
})

test('a delay lets the event go and keeps the run with the moment that was decided first', async () => {
  const { run, written, called, clock } = setUp()
  const workflow = workflowOf([act('one'), { id: 'wait', type: 'delay', for: { amount: 3, unit: 'days' } }, act('two')])
  assert.deepEqual(await run(workflow), { kind: 'done' })
  clock.advance(60_000)
  assert.deepEqual(await run(workflow), { kind: 'done' })
  assert.deepEqual(called, ['one {}'])
  assert.deepEqual(
    written.map(({ waits, run }) => [run?.status, waits?.[0]?.key, waits?.[0]?.wakeAt.toISOString()]),
    [
      ['waiting', 'wait', '2026-02-03T12:00:00.000Z'],
      ['waiting', 'wait', '2026-02-03T12:00:00.000Z'],
    ],
  )
})

test('a moment that has passed holds nobody, one to come does, and what is no moment is an error', async () => {
  const until = (path: string) => workflowOf([{ id: 'wait', type: 'delay', until: { path } }, act('two')])
  const future = setUp()
  await future.run(until('trigger.data.due'))
  assert.equal(future.last()?.status, 'waiting')
  future.clock.advance(90 * 86_400_000)
  const past = setUp()
  past.clock.advance(90 * 86_400_000)
  await past.run(until('trigger.data.due'))
  assert.deepEqual(past.called, ['two {}'])
  const wrong = await setUp().run(until('trigger.data.status'))
  assert.equal(wrong.kind === 'dead' && wrong.code, 'value_invalid')
})

test('what an awaited event must have is filled in when the wait begins', async () => {
  const { run, written } = setUp(() => ({ contactId: 'c1' }))
  const wait: Step = {
    id: 'wait',
    type: 'delay',
    event: {
      trigger: 'crm.contacts.updated',
      filter: { path: 'trigger.contactId', operator: 'is', value: '{{steps.one.contactId}}' },
    },
    timeout: { amount: 2, unit: 'hours' },
  }
  await run(workflowOf([act('one'), wait]))
  assert.deepEqual(written[0]?.waits?.[0]?.awaits, {
    trigger: 'crm.contacts.updated',
    filter: { path: 'trigger.contactId', operator: 'is', value: 'c1' },
  })
})
