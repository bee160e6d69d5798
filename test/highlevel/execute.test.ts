import assert from 'node:assert/strict'
import test from 'node:test'
import { action } from '../../server/catalog/index.ts'
import type { Action } from '../../server/catalog/schema.ts'
import { AppError } from '../../server/errors.ts'
import type { CrmCall, CrmResult } from '../../server/highlevel/client.ts'
import { createExecute, type Execution } from '../../server/highlevel/execute.ts'
import { firstPlace, nextPage, pageSize } from '../../server/highlevel/paging.ts'

const setUp = (answer: (call: CrmCall) => CrmResult['data'], more: Record<string, Partial<Action>> = {}) => {
  const calls: CrmCall[] = []
  const { execute, list } = createExecute({
    client: {
      call: async (call) => {
        calls.push(call)
        return { status: 200, data: answer(call), headers: {} }
      },
    },
    action: (id) => (more[id] ? ({ ...action('crm.contacts.search')!, id, ...more[id] } as Action) : action(id)),
    openFile: async () => assert.fail('no file'),
    tenant: async () => ({ companyId: 'C1', userId: 'u1' }),
    appId: 'app1',
  })
  const run = (actionId: string, input: Record<string, unknown>, over: Partial<Execution> = {}) =>
    execute({ locationId: 'L1', actionId, input, priority: 'live', ...over })
  return { calls, run, list }
}

const errorOf = async (promise: Promise<unknown>): Promise<AppError> => {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  )
  assert.ok(error instanceof AppError)
  return error
}

test('an action of the catalog becomes a call, and its answer the output', async () => {
  const { run, calls } = setUp(() => ({ contact: { id: 'c1' }, new: true }))
  const executed = await run(
    'crm.contacts.upsert',
    { email: 'maya@example.com', firstName: 'Maya' },
    { eventId: 'e-1' },
  )
  assert.deepEqual(executed.output, { contact: { id: 'c1' }, new: true })
  const [call] = calls as [CrmCall]
  assert.deepEqual(
    [call.method, call.path, call.version],
    ['POST', '/contacts/upsert', action('crm.contacts.upsert')?.version],
  )
  assert.deepEqual(call.body, { locationId: 'L1', email: 'maya@example.com', firstName: 'Maya' })
  assert.deepEqual([call.locationId, call.priority, call.eventId], ['L1', 'live', 'e-1'])
})

test('an action that is unknown or of another system is refused', async () => {
  const { run } = setUp(() => ({}))
  assert.equal((await errorOf(run('crm.no.such', {}))).code, 'action_unknown')
  assert.equal((await errorOf(run('app.customers.upsert-contact', {}))).code, 'action_unknown')
})

test('a wrong input names its fields and makes no call', async () => {
  const { run, calls } = setUp(() => ({}))
  const error = await errorOf(run('crm.contacts.get', { other: 1 }))
  assert.equal(error.code, 'action_input_invalid')
  assert.ok(error.errors?.some(({ pointer }) => pointer === '/contactId'))
  assert.equal(calls.length, 0)
})

test('a failing call throws its error and still tells of the exchange', async () => {
  const exchanges: unknown[] = []
  const { execute } = createExecute({
    client: {
      call: async () => {
        throw new AppError('crm_rejected', { extra: { crmStatus: 422, crmMessage: 'no', crmTraceId: 't' } })
      },
    },
    action,
    openFile: async () => assert.fail('no file'),
    tenant: async () => undefined,
    appId: 'app1',
  })
  const error = await errorOf(
    execute({
      locationId: 'L1',
      actionId: 'crm.contacts.get',
      input: { contactId: 'c1' },
      priority: 'live',
      onExchange: (exchange) => exchanges.push(exchange),
    }),
  )
  assert.equal(error.code, 'crm_rejected')
  assert.deepEqual(exchanges, [
    {
      request: { method: 'GET', path: '/contacts/c1' },
      response: { status: 422, data: { message: 'no', traceId: 't' } },
    },
  ])
})

test('what is kept of request and answer holds no sensitive value and is not large', async () => {
  const exchangeOf = async (answer: unknown, actionId: string, input: Record<string, unknown>) => {
    const exchanges: { request: unknown; response?: { data: unknown } }[] = []
    const onExchange = (exchange: (typeof exchanges)[number]) => void exchanges.push(exchange)
    const { output } = await setUp(() => answer).run(actionId, input, { onExchange })
    return { output, ...exchanges[0]! }
  }
  const answer = { email: 'maya@example.com', deep: { password: 'x' }, list: [{ token: 'kept' }] }
  const { request, response, output } = await exchangeOf(answer, 'crm.contacts.find-duplicate', {
    email: 'maya@example.com',
  })
  assert.equal(JSON.stringify(request).includes('maya@example.com'), false)
  assert.deepEqual(response!.data, { email: '••••', deep: { password: '••••' }, list: [{ token: 'kept' }] })
  assert.equal((output as { email: string }).email, 'maya@example.com', 'the output is whole')
  const large = await exchangeOf({ text: 'x'.repeat(100_000) }, 'crm.contacts.get', { contactId: 'c1' })
  assert.ok(JSON.stringify(large.response).length < 3_000)
})

const items = Array.from({ length: 5 }, (_, i) => ({ id: `c${i}`, searchAfter: [i, `c${i}`] }))

const collect = async (pages: AsyncGenerator<unknown>): Promise<unknown[]> => {
  const found: unknown[] = []
  for await (const item of pages) found.push(item)
  return found
}

test('a list is read page after page from the place of its last item', async () => {
  const { list, calls } = setUp(({ body }) => {
    const after = (body?.searchAfter as [number] | undefined)?.[0] ?? -1
    return { contacts: items.slice(after + 1, after + 1 + Number(body?.pageLimit)), total: 5 }
  })
  const found = await collect(
    list({ locationId: 'L1', actionId: 'crm.contacts.search', input: {}, priority: 'bulk', size: 2 }),
  )
  assert.deepEqual(found, items)
  assert.deepEqual(
    calls.map(({ body }) => body?.searchAfter),
    [undefined, [1, 'c1'], [3, 'c3'], [4, 'c4']],
  )
})

test('a reader that has enough stops the calls', async () => {
  const { list, calls } = setUp(() => ({ contacts: items.slice(0, 2), total: 100 }))
  for await (const _item of list({
    locationId: 'L1',
    actionId: 'crm.contacts.search',
    input: {},
    priority: 'bulk',
    size: 2,
  })) {
    break
  }
  assert.equal(calls.length, 1)
})

test('an action that is no list cannot be read as one', async () => {
  const { list } = setUp(() => ({}))
  await assert.rejects(
    collect(list({ locationId: 'L1', actionId: 'crm.contacts.get', input: { contactId: 'c1' }, priority: 'bulk' })),
    TypeError,
  )
})

const skip = {
  itemsAt: 'x',
  totalAt: 'total',
  paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 100, skipKey: 'skip' },
} as const
const page = {
  itemsAt: 'x',
  paging: { style: 'page', in: 'query', sizeKey: 'limit', maxSize: 100, pageKey: 'page', firstPage: 1 },
} as const

test('where the first page begins is said, since some lists want it', () => {
  assert.deepEqual(firstPlace(skip), { skip: 0 })
  assert.deepEqual(firstPlace(page), { page: 1 })
  assert.deepEqual(firstPlace({ itemsAt: 'x', paging: { style: 'none' } }), {})
})

test('the next page is named by what was seen, until the total or a short page', () => {
  assert.deepEqual(pageSize(skip), { limit: 100 })
  assert.deepEqual(pageSize(skip, 7), { limit: 7 })
  assert.deepEqual(pageSize(skip, 700), { limit: 100 })
  const seen = (input: Record<string, unknown>, count: number, output: unknown = {}) => ({
    input,
    output,
    items: Array(count).fill(0),
  })
  assert.deepEqual(nextPage(skip, seen({ limit: 2 }, 2, { total: 5 })), { limit: 2, skip: 2 })
  assert.equal(nextPage(skip, seen({ limit: 2, skip: 4 }, 1, { total: 5 })), undefined)
  assert.deepEqual(nextPage(skip, seen({ limit: 2, skip: 2 }, 2, { total: [{ total: 9 }] })), { limit: 2, skip: 4 })
  assert.equal(nextPage(skip, seen({ limit: 2, skip: 2 }, 0, { total: 9 })), undefined, 'an empty page is the last')
  assert.deepEqual(nextPage(page, seen({ limit: 2 }, 2)), { limit: 2, page: 2 })
  assert.equal(nextPage(page, seen({ limit: 2, page: 2 }, 1)), undefined)
  assert.equal(nextPage({ itemsAt: 'x', paging: { style: 'none' } }, seen({}, 9)), undefined)
})

test('a place that does not move on is not asked for again', () => {
  const cursor = {
    itemsAt: 'x',
    paging: {
      style: 'cursor',
      in: 'query',
      sizeKey: 'n',
      maxSize: 9,
      cursors: [{ key: 'after', of: 'answer', at: 'next' }],
    },
  } as const
  const at = (after: string | undefined, next: unknown) =>
    nextPage(cursor as never, { input: after ? { after } : {}, output: { next }, items: [1] })
  assert.deepEqual(at('a', 'b'), { after: 'b' })
  assert.equal(at('b', 'b'), undefined)
  assert.equal(at('b', null), undefined)
})
