import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { inspect } from 'node:util'
import { AppError } from '../../server/errors.ts'
import type { Budget } from '../../server/highlevel/budget.ts'
import { type CrmCall, createCrmClient } from '../../server/highlevel/client.ts'
import { createCrmHttp } from '../../server/highlevel/http.ts'
import { createLog } from '../../server/log.ts'
import { type Answer, type Asked, serveFake } from './fake-http.ts'
import { createClock } from './surroundings.ts'

const setUp = async (t: TestContext, handle: (asked: Asked) => Answer, { budgetEmpty = false } = {}) => {
  const { url, asked } = await serveFake(t, handle)
  const http = createCrmHttp({ apiUrl: url })
  t.after(http.close)
  const tokenOf = new Map([
    ['L1', 'token-L1-1'],
    ['C1', 'token-C1-1'],
  ])
  const happened: string[] = []
  const lines: Record<string, unknown>[] = []
  const budget: Budget = {
    take: async (tenantId, priority) => {
      happened.push(`take ${tenantId} ${priority}`)
      if (budgetEmpty) throw new AppError('crm_rate_limited', { retryAfterSeconds: 4 })
    },
    observe: (tenantId, headers) =>
      void happened.push(`observe ${tenantId} ${headers['x-ratelimit-remaining'] ?? '-'}`),
    limited: async (tenantId, seconds) => void happened.push(`limited ${tenantId} ${seconds}`),
  }
  const client = createCrmClient({
    http,
    tokens: {
      tokenFor: async (tenantId) => {
        const accessToken = tokenOf.get(tenantId)
        if (!accessToken) throw new AppError('not_installed')
        return { accessToken, scopes: [], version: 1 }
      },
      refreshed: async (_tenantId, rejected) => {
        happened.push(`refresh ${rejected}`)
        return { accessToken: `${rejected}-renewed`, scopes: [], version: 2 }
      },
      suspend: async (tenantId, message) => void happened.push(`suspend ${tenantId}: ${message}`),
    },
    budget,
    companyOf: async (locationId) => (locationId === 'L1' ? 'C1' : undefined),
    now: createClock().now,
    log: createLog({ level: 'debug', destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
  })
  const call = (over: Partial<CrmCall> = {}) =>
    client.call({ locationId: 'L1', method: 'GET', path: '/contacts/c1', priority: 'live', ...over })
  return { call, asked, happened, lines }
}

const errorOf = async (promise: Promise<unknown>): Promise<AppError> => {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  )
  assert.ok(error instanceof AppError)
  return error
}

const UNAUTHORIZED: Answer = { status: 401, body: { message: 'Invalid token: access token is invalid' } }

test('a call carries the token, the version of its module and what it was given', async (t) => {
  const { call, asked, happened } = await setUp(t, () => ({
    body: { contact: { id: 'c1' } },
    headers: { 'X-RateLimit-Remaining': '99' },
  }))
  const result = await call({ query: { a: '1' }, headers: { 'x-more': 'yes' } })
  assert.deepEqual(result.data, { contact: { id: 'c1' } })
  const [{ headers, query }] = asked as [Asked]
  assert.equal(headers.authorization, 'Bearer token-L1-1')
  assert.equal(headers.version, '2021-07-28')
  assert.equal(headers['x-more'], 'yes')
  assert.equal(query.get('a'), '1')
  assert.deepEqual(happened, ['take L1 live', 'observe L1 99'])
})

test('older modules get the older version, and a version that is said counts', async (t) => {
  const { call, asked } = await setUp(t, () => ({}))
  await call({ path: '/conversations/messages', method: 'POST', body: {} })
  await call({ path: '/calendars/events' })
  await call({ path: '/contacts/c1', version: 'v3' })
  assert.deepEqual(
    asked.map(({ headers }) => headers.version),
    ['2021-04-15', '2021-04-15', 'v3'],
  )
})

test('a refused token is renewed once and the call made again, with its own place in the budget', async (t) => {
  const { call, asked, happened } = await setUp(t, ({ headers }) =>
    headers.authorization?.endsWith('renewed') ? { body: { ok: true } } : UNAUTHORIZED,
  )
  assert.deepEqual((await call()).data, { ok: true })
  assert.equal(asked.length, 2)
  assert.deepEqual(happened, ['take L1 live', 'observe L1 -', 'refresh token-L1-1', 'take L1 live', 'observe L1 -'])
})

test('a token that is refused again is an error, not a loop', async (t) => {
  const { call, asked } = await setUp(t, () => UNAUTHORIZED)
  const error = await errorOf(call())
  assert.equal(error.code, 'crm_unauthorized')
  assert.equal(error.retry, 'person')
  assert.equal(asked.length, 2)
})

test('a missing permission is not cured by a new token', async (t) => {
  const { call, asked } = await setUp(t, () => ({
    status: 401,
    body: { message: 'This location is not accessible from this token.', traceId: 't-1' },
  }))
  const error = await errorOf(call())
  assert.equal(error.code, 'crm_scope_missing')
  assert.equal(error.extra?.crmTraceId, 't-1')
  assert.equal(asked.length, 1)
})

test('after a 429 all processes are told to wait', async (t) => {
  const { call, happened } = await setUp(t, () => ({ status: 429, headers: { 'Retry-After': '12' } }))
  const error = await errorOf(call())
  assert.deepEqual([error.code, error.retryAfterSeconds], ['crm_rate_limited', 12])
  assert.ok(happened.includes('limited L1 12'))
})

test('with an empty budget no call is made', async (t) => {
  const { call, asked } = await setUp(t, () => ({}), { budgetEmpty: true })
  const error = await errorOf(call())
  assert.deepEqual([error.code, error.retryAfterSeconds, asked.length], ['crm_rate_limited', 4, 0])
})

test('an account that is not active is suspended', async (t) => {
  const { call, happened } = await setUp(t, () => ({ status: 401, body: { message: 'Location is not active' } }))
  assert.equal((await errorOf(call())).code, 'crm_suspended')
  assert.ok(happened.some((what) => what.startsWith('suspend L1')))
})

test("a call with the company's token is made for the company", async (t) => {
  const { call, asked, happened } = await setUp(t, () => ({}))
  await call({ token: 'company', priority: 'bulk' })
  assert.equal(asked[0]!.headers.authorization, 'Bearer token-C1-1')
  assert.equal(happened[0], 'take C1 bulk')
  const error = await errorOf(call({ locationId: 'L-alone', token: 'company' }))
  assert.equal(error.code, 'crm_scope_missing')
})

test('what the token says about the installation is what the caller hears', async (t) => {
  const { call } = await setUp(t, () => ({}))
  assert.equal((await errorOf(call({ locationId: 'L9' }))).code, 'not_installed')
})

test('every call leaves one line with the event and the trace id, and no token', async (t) => {
  const { call, lines } = await setUp(t, () => ({ status: 404, body: { message: 'no', traceId: 't-9' } }))
  await errorOf(call({ eventId: 'e-1', body: { secret: 'x' }, method: 'PUT' }))
  assert.equal(lines.length, 1)
  const { eventId, tenantId, method, path, status, code, traceId } = lines[0]!
  assert.deepEqual(
    { eventId, tenantId, method, path, status, code, traceId },
    {
      eventId: 'e-1',
      tenantId: 'L1',
      method: 'PUT',
      path: '/contacts/c1',
      status: 404,
      code: 'crm_not_found',
      traceId: 't-9',
    },
  )
  assert.equal(JSON.stringify(lines).includes('token-L1'), false)
})

test('no error holds the token', async (t) => {
  for (const answer of [UNAUTHORIZED, 'reset', { status: 500, body: 'x' }] as Answer[]) {
    const { call } = await setUp(t, () => answer)
    const error = await errorOf(call())
    assert.equal(inspect(error, { depth: 20, showHidden: true }).includes('token-L1'), false)
  }
})
