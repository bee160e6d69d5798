import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '../../server/errors.ts'
import type { HandleContext } from '../../server/relay/outcome.ts'
import type { StoredEvent } from '../../server/store/events.ts'
import type { ProgressItem } from '../../server/store/progress.ts'
import type { Run } from '../../server/store/runs.ts'
import { type Step, type WorkflowDocument, workflowDocument } from '../../server/workflows/document.ts'
import type { RunAction, RunnableWorkflow } from '../../server/workflows/run.ts'
import { createRunWorkflows } from '../../server/workflows/run-workflows.ts'
import { createClock } from '../relay/kit.ts'

const EVENT: StoredEvent = {
  id: '00000000-0000-4000-8000-00000000000e',
  receivedOn: '2026-01-31',
  receivedAt: new Date('2026-01-31T12:00:00Z'),
  locationId: 'loc_1',
  lane: 'live',
  seq: 1,
  source: 'rankr',
  type: 'customer.created',
  recordKey: 'customer:1',
  sourceEventId: null,
  connectionId: null,
  occurredAt: null,
  hops: 0,
  payload: { type: 'customer.created', data: { id: '1', plan: 'pro' } },
}
const FRESH: HandleContext = { attempt: 1, isLast: false, isFresh: true }
const AGAIN: HandleContext = { attempt: 2, isLast: false, isFresh: false }
const LAST: HandleContext = { attempt: 18, isLast: true, isFresh: false }

const step = (id: string, input: Record<string, unknown> = {}): Step =>
  ({ id, type: 'action', action: `test.${id}`, input }) as Step
const documentOf = (steps: Step[]): WorkflowDocument =>
  workflowDocument.parse({
    schema: 'rankr-connect/workflow@1',
    name: 'Test',
    triggers: [{ trigger: 'rankr.customer.created' }],
    steps,
  })
const workflowOf = (steps: Step[], over: Partial<RunnableWorkflow> = {}): RunnableWorkflow => ({
  id: '00000000-0000-4000-8000-0000000000f1',
  name: 'Test',
  version: 1,
  document: documentOf(steps),
  options: {},
  leavesAccount: false,
  ...over,
})

type Act = (
  actionId: string,
  input: Record<string, unknown>,
) => Record<string, unknown> | Promise<Record<string, unknown>>

/** Runs against a memory that keeps runs, and actions that answer as `act` says. */
const setUp = (act: Act, over: Partial<Parameters<typeof createRunWorkflows>[0]> = {}) => {
  const runs = new Map<string, Run>()
  const written: ProgressItem[] = []
  const called: string[] = []
  const tries: string[] = []
  let workflows: RunnableWorkflow[] = []
  const runAction: RunAction = async ({ actionId, input, onExchange, context, check }) => {
    await check?.()
    called.push(actionId.slice('test.'.length))
    onExchange({ request: { actionId }, response: { status: 200 } })
    const output = await act(actionId.slice('test.'.length), input)
    return {
      output,
      keep: { audit: [{ actor: { type: 'system' }, action: 'x.y', subject: { type: 't', id: context.stepId } }] },
    }
  }
  const { now } = createClock(new Date('2026-01-31T12:00:01Z'))
  const handle = createRunWorkflows({
    workflowsFor: async () => workflows,
    versionOf: async () => undefined,
    runs: { ofEvent: async () => [...runs.values()].map((run) => structuredClone(run)), attempts: async () => [] },
    runAction,
    isEcho: async () => false,
    progress: {
      write: async (item) => {
        written.push(structuredClone(item))
        if (item.run) runs.set(item.run.id, structuredClone(item.run))
      },
    },
    account: async (id) => ({ id, timeZone: 'Europe/Oslo' }),
    now,
    onAttempt: ({ actionId, outcome }) => tries.push(`${actionId.slice('test.'.length)} ${outcome}`),
    ...over,
  })
  const run = (list: RunnableWorkflow[], context = FRESH, event = EVENT) => {
    workflows = list
    return handle(event, context)
  }
  return { run, runs, written, called, tries }
}

const ok: Act = () => ({})

test('an event that no workflow wants is skipped and leaves nothing', async () => {
  const { run, written } = setUp(ok)
  assert.deepEqual(await run([]), { kind: 'skipped' })
  assert.deepEqual(written, [])
})

test('a run whose record was lost to somebody else is tried again', async () => {
  const { run, called } = setUp(ok)
  const check = () => Promise.reject(new AppError('record_busy', { retryAfterSeconds: 2 }))
  const outcome = await run([workflowOf([step('one')])], { ...FRESH, check })
  assert.partialDeepStrictEqual(outcome, { kind: 'retry', code: 'record_busy' })
  assert.deepEqual(called, [])
})

test('a run of several steps that may be repeated is one commit with all that is to be kept', async () => {
  const { run, written, called } = setUp((id, input) => ({ id, ...input }))
  const workflow = workflowOf([
    step('one', { plan: { path: 'trigger.data.plan' } }),
    step('two', { before: { path: 'steps.one.plan' }, zone: { path: 'account.timeZone' } }),
  ])
  assert.deepEqual(await run([workflow]), { kind: 'done' })
  assert.deepEqual(called, ['one', 'two'])
  assert.equal(written.length, 1)
  const [item] = written
  assert.equal(item?.run?.status, 'done')
  assert.deepEqual(item?.run?.steps.two?.output, { id: 'two', before: 'pro', zone: 'Europe/Oslo' })
  assert.deepEqual(
    item?.attempts?.map(({ stepId, outcome, request }) => [stepId, outcome, request]),
    [
      ['one', 'ok', { actionId: 'test.one' }],
      ['two', 'ok', { actionId: 'test.two' }],
    ],
  )
  assert.deepEqual(
    item?.audit?.map(({ actor, subject }) => [actor.name, subject.id]),
    [
      ['Test', 'one'],
      ['Test', 'two'],
    ],
  )
})

test('after a passing failure the run goes on with the step that failed', async () => {
  let isUp = false
  const { run, runs, called, tries } = setUp((id) => {
    if (id === 'two' && !isUp) throw new AppError('crm_unavailable', { retryAfterSeconds: 7 })
    return { of: id }
  })
  const workflow = workflowOf([step('one'), step('two'), step('three', { got: { path: 'steps.one.of' } })])
  const outcome = await run([workflow])
  assert.equal(outcome.kind, 'retry')
  assert.equal(outcome.kind === 'retry' && outcome.retryAfterSeconds, 7)
  assert.equal([...runs.values()][0]?.status, 'waiting')
  isUp = true
  assert.deepEqual(await run([workflow], AGAIN), { kind: 'done' })
  assert.deepEqual(called, ['one', 'two', 'two', 'three'])
  assert.deepEqual(tries, ['one ok', 'two retry', 'two ok', 'three ok'])
  assert.equal(runs.size, 1)
})

test('a condition that was decided stays decided, whatever has changed since', async () => {
  let isUp = false
  const { run, called } = setUp((id) => {
    if (id === 'yes' && !isUp) throw new AppError('crm_unavailable')
    return {}
  })
  const choice: Step = {
    id: 'if',
    type: 'condition',
    branches: [
      { id: 'on', label: 'On', when: { path: 'options.on', operator: 'is', value: true }, steps: [step('yes')] },
    ],
    otherwise: [step('no')],
  }
  await run([workflowOf([choice], { options: { on: true } })])
  isUp = true
  await run([workflowOf([choice], { options: { on: false } })], AGAIN)
  assert.deepEqual(called, ['yes', 'yes'])
})

test('a stop ends the run where it stands, also inside a branch', async () => {
  const { run, called } = setUp(ok)
  const inside: Step = {
    id: 'if',
    type: 'condition',
    branches: [
      {
        id: 'b',
        label: 'B',
        when: { path: 'trigger.type', operator: 'exists' },
        steps: [step('one'), { id: 'stop', type: 'stop' }],
      },
    ],
    otherwise: [],
  }
  assert.deepEqual(await run([workflowOf([inside, step('two')])]), { kind: 'done' })
  assert.deepEqual(called, ['one'])
})

test('a permanent failure ends the run with a dead letter that tells what was answered', async () => {
  const { run, written, called } = setUp((id) => {
    if (id === 'one') throw new AppError('crm_rejected', { detail: 'no such field' })
    return {}
  })
  const outcome = await run([workflowOf([step('one'), step('two')])])
  assert.deepEqual(outcome, { kind: 'dead', code: 'crm_rejected', detail: 'no such field', isRecorded: true })
  assert.deepEqual(called, ['one'])
  const [item] = written
  assert.equal(item?.run?.status, 'dead')
  const [letter] = item?.deadLetters ?? []
  assert.equal(letter?.stepId, 'one')
  assert.equal(letter?.runId, item?.run?.id)
  assert.deepEqual(letter?.answer, { status: 200 })
  assert.equal(item?.attempts?.[0]?.outcome, 'failed')
})

test('the last try of a passing failure is a dead letter too', async () => {
  const { run, written } = setUp(() => {
    throw new AppError('crm_unreachable')
  })
  const outcome = await run([workflowOf([step('one')])], LAST)
  assert.equal(outcome.kind, 'dead')
  assert.equal(written[0]?.deadLetters?.[0]?.attempts, 18)
})

test('waiting for budget keeps what was done and counts no try', async () => {
  let budget = 1
  const { run, called, tries } = setUp(() => {
    if (budget-- <= 0) throw new AppError('crm_rate_limited', { retryAfterSeconds: 3 })
    return {}
  })
  const workflow = workflowOf([step('one'), step('two'), step('three')])
  assert.deepEqual(await run([workflow]), {
    kind: 'wait',
    code: 'crm_rate_limited',
    afterSeconds: 3,
    unfinished: [workflow.id],
  })
  budget = 1
  assert.equal((await run([workflow], { ...AGAIN, attempt: 1 })).kind, 'wait')
  budget = 1
  assert.deepEqual(await run([workflow], { ...AGAIN, attempt: 1 }), { kind: 'done' })
  assert.deepEqual(called, ['one', 'two', 'two', 'three', 'three'])
  assert.deepEqual(tries, ['one ok', 'two ok', 'three ok'])
})

test('without any budget nothing is written', async () => {
  const { run, written } = setUp(() => {
    throw new AppError('crm_rate_limited', { retryAfterSeconds: 3 })
  })
  await run([workflowOf([step('one')])])
  assert.deepEqual(written, [])
})

const A = '00000000-0000-4000-8000-0000000000a1'
const B = '00000000-0000-4000-8000-0000000000b1'

test('each workflow of an event has its own run; one that ended is not run again because of another', async () => {
  let isUp = false
  const { run, runs, called } = setUp((id) => {
    if (id === 'shaky' && !isUp) throw new AppError('crm_unavailable')
    return {}
  })
  const list = [workflowOf([step('firm')], { id: A }), workflowOf([step('shaky')], { id: B })]
  assert.equal((await run(list)).kind, 'retry')
  isUp = true
  assert.deepEqual(await run(list, AGAIN), { kind: 'done' })
  assert.deepEqual(called, ['firm', 'shaky', 'shaky'])
  assert.equal(runs.size, 2)
})

test('when a person must act the other workflows are not begun, and all go on afterwards', async () => {
  let isFixed = false
  const { run, called } = setUp(() => {
    if (!isFixed) throw new AppError('reconnect_needed')
    return {}
  })
  const list = [workflowOf([step('one')], { id: A }), workflowOf([step('two')], { id: B })]
  assert.deepEqual(await run(list), { kind: 'person', code: 'reconnect_needed', unfinished: [A, B] })
  assert.deepEqual(called, ['one'])
  isFixed = true
  assert.deepEqual(await run(list, AGAIN), { kind: 'done' })
  assert.deepEqual(called, ['one', 'one', 'two'])
})

test('a run that waits goes on under the version it began with', async () => {
  let isUp = false
  const old = workflowOf([step('old')])
  const { run, called } = setUp(
    () => {
      if (!isUp) throw new AppError('crm_unavailable')
      return {}
    },
    { versionOf: async (_locationId, workflow, version) => ({ ...workflow, version, document: old.document }) },
  )
  await run([old])
  isUp = true
  await run([workflowOf([step('new')], { version: 2 })], AGAIN)
  assert.deepEqual(called, ['old', 'old'])
})

test('a run that waits for a workflow that was switched off is cancelled', async () => {
  const { run, runs } = setUp(() => {
    throw new AppError('crm_unavailable')
  })
  await run([workflowOf([step('one')])])
  assert.deepEqual(await run([], AGAIN), { kind: 'skipped' })
  assert.equal([...runs.values()][0]?.status, 'cancelled')
})

test('an echo of our own write does not travel back to Rankr, other workflows see it', async () => {
  const { run, called } = setUp(ok, { isEcho: async () => true })
  const back = workflowOf([step('back')], { id: A, leavesAccount: true })
  const other = workflowOf([step('other')], { id: B })
  assert.deepEqual(await run([back, other]), { kind: 'done' })
  assert.deepEqual(called, ['other'])
  assert.deepEqual(await run([back]), { kind: 'skipped' })
})

test('a fault of ours inside an action is tried again like any passing failure', async () => {
  const { run } = setUp(() => {
    throw new TypeError('undefined is not a function')
  })
  const outcome = await run([workflowOf([step('one')])])
  assert.deepEqual([outcome.kind, outcome.kind === 'retry' && outcome.code], ['retry', 'server_error'])
})

test('when results cannot be kept the handler rejects, so that nothing is taken for done', async () => {
  const { run } = setUp(ok, { progress: { write: () => Promise.reject(new Error('database away')) } })
  await assert.rejects(run([workflowOf([step('one')])]), /database away/)
})
