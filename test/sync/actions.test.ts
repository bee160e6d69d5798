import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError, type ErrorCode } from '../../server/errors.ts'
import { createBreaker } from '../../server/relay/breaker.ts'
import type { Effect } from '../../server/store/effects.ts'
import type { ActionContext, Exchange } from '../../server/sync/action.ts'
import { createRunAction, type Execute } from '../../server/sync/actions.ts'
import { createOnce } from '../../server/sync/once.ts'
import type { Target } from '../../server/sync/targets.ts'
import { createClock } from '../relay/kit.ts'

const CONTEXT: ActionContext = {
  eventId: '00000000-0000-4000-8000-00000000000e',
  receivedOn: '2026-01-31',
  receivedAt: new Date('2026-01-31T12:00:00Z'),
  runId: 'run',
  stepId: 'step',
  isFresh: true,
}
const AGAIN = { ...CONTEXT, isFresh: false }

const setUp = (answer: Execute) => {
  const clock = createClock()
  const effects = new Map<string, Effect>()
  const calls: string[] = []
  const once = createOnce({
    effects: { find: async (_locationId, { key }) => effects.get(key) },
    progress: {
      write: async (item) => {
        for (const effect of item.effects ?? []) effects.set(effect.key, { ...effect, startedAt: clock.now() })
      },
    },
    now: clock.now,
  })
  const runAction = createRunAction({
    own: { 'app.customers.add-tags': async ({ input }) => ({ output: input }) },
    execute: async (execution) => {
      calls.push(execution.actionId)
      return await answer(execution)
    },
    targets: Object.fromEntries(
      (['rankr', 'http'] as const).map((system) => [
        system,
        {
          execute: async (execution) => {
            calls.push(execution.actionId)
            return await answer({ ...execution, priority: 'live' })
          },
          circuitOf: ({ locationId }) => `${system}:${locationId}`,
          resting: system === 'rankr' ? 'rankr_unreachable' : 'target_unreachable',
        } satisfies Target,
      ]),
    ),
    breaker: createBreaker({ now: clock.now, limits: { threshold: 2, restMs: 1_000, maxRestMs: 1_000 } }),
    once,
  })
  const run = (
    actionId: string,
    input: Record<string, unknown> = {},
    context = CONTEXT,
    onExchange?: (e: Exchange) => void,
  ) =>
    runAction({ locationId: 'L1', actionId, input, priority: 'live', context, ...(onExchange ? { onExchange } : {}) })
  return { run, runAction, calls, effects, clock }
}

const failing =
  (code: ErrorCode): Execute =>
  async () => {
    throw new AppError(code)
  }
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: AppError) => error.code,
  )
const note = { contactId: 'c1', body: 'Hello' }

test('a change in the CRM is on record with what was changed; reading is not', async () => {
  const { run } = setUp(async () => ({ output: { contact: { id: 'c1' }, succeeded: true } }))
  const changed = await run('crm.contacts.update', { contactId: 'c1', city: 'Oakland' })
  assert.deepEqual(
    changed.keep?.audit?.map(({ action, subject, eventId }) => [action, subject, eventId]),
    [['crm.contacts.update', { type: 'contacts', id: 'c1' }, CONTEXT.eventId]],
  )
  const read = await run('crm.contacts.get', { contactId: 'c1' })
  assert.equal(read.keep, undefined)
})

test('a call whose record was lost to somebody else is not made', async () => {
  const { runAction, calls } = setUp(async () => ({ output: {} }))
  const check = () => Promise.reject(new AppError('record_busy'))
  for (const [actionId, input] of [
    ['crm.contacts.get', { contactId: 'c1' }],
    ['rankr.customers.get', { customerId: 'cus_1' }],
  ] as const) {
    const call = { locationId: 'L1', actionId, input, priority: 'live' as const, context: CONTEXT, check }
    assert.equal(await codeOf(runAction(call)), 'record_busy', actionId)
  }
  assert.deepEqual(calls, [])
})

test('an unknown action and one that cannot be run here are refused', async () => {
  const { run, calls } = setUp(async () => ({ output: {} }))
  assert.equal(await codeOf(run('crm.no.such')), 'action_unknown')
  assert.equal(await codeOf(run('app.customers.add-note', { rankrId: '1', body: 'x' })), 'action_unknown')
  assert.deepEqual(calls, [])
})

test('what an own action is given is brought to its types, and what is missing is named', async () => {
  const { run } = setUp(async () => ({ output: {} }))
  const { output } = await run('app.customers.add-tags', { rankrId: 7, tags: 'a, b', phone: 'n/a' })
  assert.deepEqual(output, { rankrId: '7', tags: ['a', 'b'] })
  await assert.rejects(run('app.customers.add-tags', { rankrId: '7' }), (error: AppError) => {
    assert.equal(error.code, 'action_input_invalid')
    assert.deepEqual(error.errors, [{ pointer: '/tags', detail: 'is required' }])
    return true
  })
})

test('a create that the CRM would repeat is marked before and settled after', async () => {
  const { run, effects } = setUp(async () => ({ output: { note: { id: 'n1' } } }))
  const { keep } = await run('crm.notes.create', note)
  assert.equal(effects.get('run:step')?.state, 'pending')
  assert.deepEqual(keep?.effects, [
    { key: 'run:step', receivedOn: '2026-01-31', state: 'done', result: { note: { id: 'n1' } } },
  ])
})

test('a create of which nobody knows whether it was carried out is not repeated but given to a person', async () => {
  const { run, calls, clock } = setUp(failing('crm_unreachable'))
  assert.equal(await codeOf(run('crm.notes.create', note)), 'crm_unreachable')
  assert.equal(await codeOf(run('crm.notes.create', note, AGAIN)), 'effect_unsettled')
  clock.advance(60_000)
  assert.equal(await codeOf(run('crm.notes.create', note, AGAIN)), 'effect_unknown')
  assert.equal(calls.length, 1)
})

test('a create that was refused may be tried again', async () => {
  let isAllowed = false
  const { run, effects, calls } = setUp(async () => {
    if (!isAllowed) throw new AppError('reconnect_needed')
    return { output: { note: { id: 'n1' } } }
  })
  assert.equal(await codeOf(run('crm.notes.create', note)), 'reconnect_needed')
  assert.equal(effects.get('run:step')?.state, 'void')
  isAllowed = true
  await run('crm.notes.create', note, AGAIN)
  assert.equal(calls.length, 2)
})

test('a create whose result is known is not made again', async () => {
  const { run, effects, calls, clock } = setUp(async () => ({ output: {} }))
  effects.set('run:step', {
    key: 'run:step',
    receivedOn: '2026-01-31',
    state: 'done',
    result: { note: { id: 'n0' } },
    startedAt: clock.now(),
  })
  const { output } = await run('crm.notes.create', note, AGAIN)
  assert.deepEqual(output, { note: { id: 'n0' } })
  assert.deepEqual(calls, [])
})

test('a CRM that is down is left alone for a while; refusals and empty budgets say nothing of that', async () => {
  let code: ErrorCode = 'crm_rejected'
  const { run, calls, clock } = setUp(async () => {
    throw new AppError(code)
  })
  const get = () => codeOf(run('crm.contacts.get', { contactId: 'c1' }))
  for (code of ['crm_rejected', 'crm_rate_limited', 'crm_unauthorized'] as const) {
    assert.equal(await get(), code)
    assert.equal(await get(), code)
  }
  code = 'crm_unavailable'
  assert.deepEqual([await get(), await get(), await get()], ['crm_unavailable', 'crm_unavailable', 'target_resting'])
  assert.equal(calls.length, 8)
  clock.advance(1_000)
  code = 'crm_rate_limited'
  assert.equal(await get(), 'crm_rate_limited', 'the trial came to nothing')
  code = 'crm_not_found'
  assert.deepEqual([await get(), await get()], ['crm_not_found', 'crm_not_found'])
})

test('whoever asks is told of every call, also of one that fails', async () => {
  const seen: Exchange[] = []
  const { run } = setUp(async ({ onExchange }) => {
    onExchange?.({ request: { path: '/x' }, response: { status: 503 } })
    throw new AppError('crm_unavailable')
  })
  await codeOf(run('crm.contacts.get', { contactId: 'c1' }, CONTEXT, (exchange) => seen.push(exchange)))
  assert.deepEqual(seen, [{ request: { path: '/x' }, response: { status: 503 } }])
})

const customerNote = { customerId: 'cus_1', body: 'Hello' }

test('a change in Rankr is on record like one in the CRM, and a fault in the input costs no call', async () => {
  const { run, calls } = setUp(async () => ({ output: { id: 'cus_1', name: 'Maya' } }))
  const changed = await run('rankr.customers.update', { customerId: 'cus_1', name: 'Maya' })
  assert.deepEqual(
    changed.keep?.audit?.map(({ action, subject }) => [action, subject]),
    [['rankr.customers.update', { type: 'customers', id: 'cus_1' }]],
  )
  assert.equal(await codeOf(run('rankr.customers.update', {})), 'action_input_invalid')
  assert.equal(calls.length, 1)
})

test('a note in Rankr whose answer was lost is not written again, one that was refused is', async () => {
  const lost = setUp(failing('rankr_unavailable'))
  assert.equal(await codeOf(lost.run('rankr.customers.add-note', customerNote)), 'rankr_unavailable')
  lost.clock.advance(60_000)
  assert.equal(await codeOf(lost.run('rankr.customers.add-note', customerNote, AGAIN)), 'effect_unknown')
  assert.equal(lost.calls.length, 1)
  const refused = setUp(failing('rankr_rate_limited'))
  await codeOf(refused.run('rankr.customers.add-note', customerNote))
  assert.equal(await codeOf(refused.run('rankr.customers.add-note', customerNote, AGAIN)), 'rankr_rate_limited')
  assert.equal(refused.calls.length, 2)
})

test('a web address is called again only where that does no harm', async () => {
  const post = { method: 'POST', url: 'https://hooks.example.com/x' }
  for (const [input, expected] of [
    [post, 'effect_unknown'],
    [{ ...post, isIdempotent: true }, 'target_unreachable'],
    [{ ...post, method: 'GET' }, 'target_unreachable'],
  ] as const) {
    const { run, clock } = setUp(failing('target_unreachable'))
    await codeOf(run('http.request', input))
    clock.advance(60_000)
    assert.equal(await codeOf(run('http.request', input, AGAIN)), expected, JSON.stringify(input))
  }
})

test('a Rankr that is down rests for a moment, and the CRM is called all the same', async () => {
  const { run, calls, clock } = setUp(async ({ actionId }) => {
    if (actionId.startsWith('rankr.')) throw new AppError('rankr_unavailable')
    return { output: { id: 'x' } }
  })
  const read = () => codeOf(run('rankr.customers.get', { customerId: 'cus_1' }))
  assert.deepEqual(
    [await read(), await read(), await read()],
    ['rankr_unavailable', 'rankr_unavailable', 'rankr_unreachable'],
  )
  assert.equal(calls.length, 2)
  assert.equal(await codeOf(run('crm.contacts.get', { contactId: 'c1' })), 'none')
  clock.advance(1_000)
  assert.equal(await read(), 'rankr_unavailable')
})
