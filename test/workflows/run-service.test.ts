import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { AppError } from '../../server/errors.ts'
import type { Step } from '../../server/workflows/document.ts'
import { customersTemplate } from '../../server/workflows/templates/customers.ts'
import { openDatabase } from '../relay/kit.ts'
import { act, created, delay, HOUR, ID } from './engine-kit.ts'
import { setUpRuns } from './run-kit.ts'

const db = await openDatabase(after)

const setUp = async (steps: Step[], answer?: (actionId: string) => Record<string, unknown>, checkRoom?: () => void) => {
  const { runService: service, ...engine } = await setUpRuns(db, steps, answer, checkRoom)
  const list = () => service.list('loc_1', { workflowId: ID })
  return { ...engine, service, list }
}

test('runs are listed newest first, page by page, with what each step did', async () => {
  const { kit, clock, node, service, list } = await setUp([act('one', { of: { path: 'trigger.data.id' } })])
  for (const n of ['1', '2', '3']) {
    clock.advance(1000)
    await kit.accept.accept(created(n))
    await node.drain()
  }
  const all = await list()
  assert.equal(all.length, 3)
  const [first] = await service.list('loc_1', { workflowId: ID, limit: 1 })
  const rest = await service.list('loc_1', { workflowId: ID, before: first! })
  assert.deepEqual(
    [first, ...rest].map((run) => run?.id),
    all.map(({ id }) => id),
  )
  const { run, steps, event, document } = await service.detail('loc_1', first!.id)
  assert.equal(run.status, 'done')
  assert.deepEqual(
    steps.map(({ key, result, attempts }) => [key, result?.output, attempts.map(({ outcome }) => outcome)]),
    [['one', { of: 'test.one' }, ['ok']]],
  )
  assert.deepEqual(event?.payload.data, { id: '3' })
  assert.equal((document as { name: string }).name, 'Test')
  await assert.rejects(service.detail('loc_2', first!.id), { code: 'not_found' })
  assert.deepEqual(await service.list('loc_2', { workflowId: ID }), [])
})

test('a run that waits says until when, and can be ended', async () => {
  const { kit, clock, node, service, list, called, waits } = await setUp([
    delay({ for: { amount: 2, unit: 'hours' } }),
    act('two'),
  ])
  await kit.accept.accept(created('1'))
  await node.drain()
  const [run] = await list()
  const { wait } = await service.detail('loc_1', run!.id)
  assert.deepEqual(wait, { key: 'wait', wakeAt: new Date(clock.now().getTime() + 2 * HOUR), awaits: null })
  const cancel = (locationId: string) => db.transaction((on) => service.cancel(locationId, run!.id, { on }))
  await assert.rejects(cancel('loc_2'), { code: 'not_found' })
  await cancel('loc_1')
  assert.equal(await waits(), 0)
  assert.equal((await list())[0]?.status, 'cancelled')
  await assert.rejects(cancel('loc_1'), { code: 'conflict' })
  clock.advance(3 * HOUR)
  await node.waker.wakeDue()
  await node.drain()
  assert.deepEqual(called, [])
})

test('a run that waits for another try is ended and not tried again', async () => {
  const { kit, clock, node, service, list, called } = await setUp([act('one')], () => {
    throw new AppError('crm_unavailable')
  })
  await kit.accept.accept(created('1'))
  await node.drain()
  const [run] = await list()
  assert.equal(run?.status, 'waiting')
  await db.transaction((on) => service.cancel('loc_1', run!.id, { on }))
  const tries = called.length
  clock.advance(HOUR)
  await node.drain()
  assert.equal(called.length, tries)
})

test('a run is repeated from a step with the results of those before it', async () => {
  const steps = [
    act('one'),
    {
      id: 'if',
      type: 'condition',
      branches: [
        {
          id: 'yes',
          label: 'Yes',
          when: { path: 'trigger.data.id', operator: 'exists' },
          steps: [act('two', { from: { path: 'steps.one.of' } }), act('three')],
        },
      ],
      otherwise: [],
    } satisfies Step,
  ]
  const { kit, node, service, list, called } = await setUp(steps)
  await kit.accept.accept(created('1'))
  await node.drain()
  const [run] = await list()
  assert.equal((await service.detail('loc_1', run!.id)).nextRepeat, 1)
  const once = { stepId: 'two', number: 1 }
  const pressedTwice = await Promise.all([
    service.repeat('loc_1', run!.id, once),
    service.repeat('loc_1', run!.id, once),
  ])
  assert.deepEqual(pressedTwice.sort(), [false, true])
  assert.equal(await service.repeat('loc_1', run!.id, once), false, 'nor is it begun by a page that was left open')
  await node.drain()
  assert.deepEqual(called, ['one {}', 'two {"from":"test.one"}', 'three {}', 'two {"from":"test.one"}', 'three {}'])
  const again = (await list()).find(({ id }) => id !== run!.id)
  const old = await service.detail('loc_1', run!.id)
  assert.deepEqual([old.repeats.map(({ id }) => id), old.nextRepeat, old.next], [[again!.id], 2, undefined])
  assert.deepEqual((await service.detail('loc_1', again!.id)).before, { runId: run!.id, isRepeated: true })
  assert.ok(await service.repeat('loc_1', again!.id, { stepId: 'three', number: 1 }))
  await node.drain()
  assert.equal(called.at(-1), 'three {}')
  assert.equal(called.length, 6, 'a repeated run can be repeated')
  await assert.rejects(service.repeat('loc_1', run!.id, { stepId: 'ghost', number: 2 }), { code: 'not_found' })
  await assert.rejects(service.repeat('loc_2', run!.id, { stepId: 'two', number: 2 }), { code: 'not_found' })
})

test('a workflow runs on events that came before it was there, none of them while too much waits already', async () => {
  let isFull = true
  const { kit, node, service, list, called, publish } = await setUp([act('one')], undefined, () => {
    if (isFull) throw new AppError('cannot_store_now')
  })
  await kit.accept.accept(created('1'))
  await kit.accept.accept(created('2'))
  await node.drain()
  await publish([act('new', { of: { path: 'trigger.data.id' } })])
  node.registry.forget('loc_1')
  const past = (await list()).map(({ eventId, receivedOn }) => ({ eventId, receivedOn }))
  const gone = { eventId: ID, receivedOn: past[0]!.receivedOn }
  await assert.rejects(service.runOnPast('loc_1', ID, past), { code: 'cannot_store_now' })
  isFull = false
  assert.equal(await service.runOnPast('loc_1', ID, [...past, gone]), 2)
  await node.drainBulk()
  assert.deepEqual(called.slice(2).sort(), ['new {"of":"1"}', 'new {"of":"2"}'])
})

test('a trial shows every call, takes delays for over and makes no call', async () => {
  const { service, called } = await setUp([])
  const { document } = customersTemplate
  const waits: Step = { id: 'pause', type: 'delay', for: { amount: 30, unit: 'days' } }
  const trial = await service.tryOut(service.sampleEvent('loc_1', 'rankr.customer.created'), {
    id: ID,
    document: { ...document, steps: [waits, ...document.steps] },
    options: customersTemplate.options.parse({}),
  })
  assert.deepEqual(
    trial.calls.map(({ stepId, fault }) => [stepId, fault]),
    [
      ['contact', null],
      ['tags', null],
      ['note', null],
    ],
  )
  assert.equal(trial.failure, null)
  assert.equal(trial.steps['if-note']?.branch, 'new')
  assert.deepEqual(called, [])
})

test('a trial of a workflow with a fault says at which step it would end, and why', async () => {
  const { service } = await setUp([])
  const input = { rankrId: { path: 'trigger.data.nothing' } }
  const step: Step = { id: 'tags', type: 'action', action: 'app.customers.add-tags', input }
  const trial = await service.tryOut(service.sampleEvent('loc_1', 'rankr.customer.created'), {
    id: ID,
    document: { ...customersTemplate.document, steps: [step] },
    options: {},
  })
  assert.match(trial.calls[0]?.fault ?? '', /rankrId is required/)
  assert.ok(trial.calls[0]?.faultSentences.includes('"Customer number in Rankr" is required.'))
  assert.equal(trial.failure?.stepId, 'tags')
})
