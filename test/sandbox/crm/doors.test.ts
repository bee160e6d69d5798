import assert from 'node:assert/strict'
import test from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { startCrm } from './harness.ts'

const locationId = SEED.locations.dental
const upsert = { locationId, email: 'new@example.com' }

for (const [what, version, message] of [
  ['no version', '', 'version header was not found.'],
  ['an unpublished version', '2020-01-01', 'version header is invalid'],
  ['the version of another module', '2021-04-15', 'version header is invalid'],
] as const) {
  test(`a call with ${what} is refused with 401`, async (t) => {
    const { call, locationToken } = await startCrm(t)
    const answer = await call('POST', '/contacts/upsert', { token: await locationToken(), version, body: upsert })
    assert.equal(answer.status, 401)
    assert.equal(answer.body.message, message)
  })
}

test('a call without a token, with a broken one and with an unknown one is refused', async (t) => {
  const { call } = await startCrm(t)
  const messages = []
  for (const token of [undefined, 'abc', 'a.b.c']) {
    const { status, body } = await call('POST', '/contacts/upsert', { token, body: upsert })
    assert.equal(status, 401)
    messages.push(body.message)
  }
  assert.deepEqual(messages, [
    'Authorization header was not found.',
    'Invalid JWT',
    'Invalid token: access token is invalid',
  ])
})

test('an access token ends by the clock, or when a test says so', async (t) => {
  const { crm, call, clock, locationToken } = await startCrm(t, { tokenLifeSeconds: 100 })
  const token = await locationToken()
  const read = (bearer: string) => call('GET', '/contacts/MayaChen000000000000', { token: bearer })
  clock.at += 99_000
  assert.equal((await read(token)).status, 200)
  clock.at += 1_001
  assert.equal((await read(token)).status, 401)
  const next = await locationToken()
  crm.control.expireTokens(locationId)
  assert.equal((await read(next)).status, 401)
})

test('a token without the scope, of another kind or of another location is refused, each in its own words', async (t) => {
  const { call, locationToken, companyToken } = await startCrm(t)
  const post = (token: string) => call('POST', '/contacts/upsert', { token, body: upsert })
  const noScope = await post(await locationToken(locationId, ['contacts.readonly']))
  assert.equal(noScope.status, 401)
  assert.equal(noScope.body.message, 'The token is not authorized for this scope.')
  const wrongKind = await post(await companyToken())
  assert.equal(wrongKind.status, 401)
  assert.match(wrongKind.body.message, /authClass type is not allowed/)
  const elsewhere = await post(await locationToken(SEED.locations.legal))
  assert.equal(elsewhere.status, 403)
  assert.equal(elsewhere.body.message, 'The token does not have access to this location.')
  const foreign = await call('GET', '/contacts/MayaChen000000000000', {
    token: await locationToken(SEED.locations.legal),
  })
  assert.equal(foreign.status, 403)
})

test('bodies are strict: unknown properties, missing ones, wrong types and wrong values are all named in one 422', async (t) => {
  const { call, locationToken } = await startCrm(t)
  const answer = await call('POST', '/contacts/upsert', {
    token: await locationToken(),
    body: { email: 'no', dnd: 'yes', extra: 1, dndSettings: { SMS: { status: 'maybe' } } },
  })
  assert.equal(answer.status, 422)
  assert.equal(answer.body.error, 'Unprocessable Entity')
  for (const fault of [
    'property extra should not exist',
    'locationId should not be empty',
    'email must be an email',
    'dnd must be a boolean',
    'dndSettings.SMS.status must be one of the following values: active, inactive, permanent',
  ]) {
    assert.ok(answer.body.message.includes(fault), `${fault} in ${answer.body.message}`)
  }
})

test('queries are strict, too, and broken JSON is a 400', async (t) => {
  const { call, locationToken } = await startCrm(t)
  const token = await locationToken()
  assert.equal((await call('GET', '/contacts/MayaChen000000000000?full=1', { token })).status, 422)
  assert.equal((await call('POST', '/contacts/upsert', { token, body: '{"a":' })).status, 400)
})

test('an unknown path is a 404 that names it', async (t) => {
  const { call, locationToken } = await startCrm(t)
  const answer = await call('POST', '/orders/', { token: await locationToken(), body: {} })
  assert.equal(answer.status, 404)
  assert.match(answer.body.message, /^Cannot POST \/crm\/orders\/$/)
})

test('answers carry the rate limit headers; over the burst it is 429 until the interval is over', async (t) => {
  const { call, clock, locationToken } = await startCrm(t, { limits: { burst: 2, intervalMs: 10_000 } })
  const [token, other] = [await locationToken(), await locationToken(SEED.locations.legal)]
  const read = (bearer = token) => call('GET', '/contacts/MayaChen000000000000', { token: bearer })
  const first = await read()
  const header = (name: string) => first.headers.get(name)
  assert.equal(header('x-ratelimit-limit-daily'), '200000')
  assert.equal(header('x-ratelimit-daily-remaining'), '199999')
  assert.equal(header('x-ratelimit-interval-milliseconds'), '10000')
  assert.equal(header('x-ratelimit-max'), '2')
  assert.equal(header('x-ratelimit-remaining'), '1')
  await read()
  const refused = await read()
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('x-ratelimit-remaining'), '0')
  assert.equal((await read(other)).status, 403, 'another location has its own budget')
  clock.at += 10_000
  assert.equal((await read()).status, 200)
})

test('the daily limit holds until the next day', async (t) => {
  const { call, clock, locationToken } = await startCrm(t, { limits: { daily: 1 }, tokenLifeSeconds: 999_999 })
  const token = await locationToken()
  const read = () => call('GET', '/contacts/MayaChen000000000000', { token })
  assert.equal((await read()).status, 200)
  clock.at += 60_000
  assert.equal((await read()).status, 429)
  clock.at += 86_400_000
  assert.equal((await read()).status, 200)
})

test('a fault answers, resets, or loses the answer of work that was done', async (t) => {
  const { crm, call, locationToken } = await startCrm(t)
  const token = await locationToken()
  const post = (email: string) => call('POST', '/contacts/upsert', { token, body: { locationId, email } })

  crm.control.failNext({ path: '/contacts/*', times: 2, status: 500, headers: { 'retry-after': '7' } })
  const failed = await post('one@example.com')
  assert.equal(failed.status, 500)
  assert.equal(failed.headers.get('retry-after'), '7')
  await post('one@example.com')
  assert.equal(crm.control.writes()['contacts.created'], undefined)

  crm.control.failNext({ path: '/contacts/upsert', kind: 'reset' })
  await assert.rejects(post('two@example.com'))
  assert.equal(crm.control.writes()['contacts.created'], undefined)

  crm.control.failNext({ method: 'POST', path: '/contacts/upsert', kind: 'lost' })
  await assert.rejects(post('three@example.com'))
  assert.equal(crm.control.writes()['contacts.created'], 1)
  assert.equal((await post('three@example.com')).body.new, false)
})

test('a call that hangs gets no answer and does no work', async (t) => {
  const { crm, url, locationToken } = await startCrm(t)
  const token = await locationToken()
  crm.control.failNext({ path: '/contacts/upsert', kind: 'hang' })
  const aborter = new AbortController()
  const pending = fetch(`${url}/contacts/upsert`, {
    method: 'POST',
    signal: aborter.signal,
    headers: { authorization: `Bearer ${token}`, version: '2021-07-28', 'content-type': 'application/json' },
    body: JSON.stringify(upsert),
  })
  while (crm.control.calls().at(-1)?.path !== '/contacts/upsert') await new Promise(setImmediate)
  aborter.abort()
  await assert.rejects(pending)
  assert.equal(crm.control.calls().at(-1)?.status, null)
  assert.equal(crm.control.writes()['contacts.created'], undefined)
})

test('the last 200 calls are kept, without tokens', async (t) => {
  const { crm, call, locationToken } = await startCrm(t, { limits: { burst: 1_000 } })
  const token = await locationToken()
  for (let index = 0; index < 201; index += 1) await call('GET', '/contacts/unknown', { token })
  const calls = crm.control.calls()
  assert.equal(calls.length, 200)
  assert.deepEqual(
    { ...calls.at(-1), at: 0 },
    {
      at: 0,
      method: 'GET',
      path: '/contacts/unknown',
      query: {},
      status: 404,
      clientId: 'testapp000000000000000001-key1',
      resourceId: locationId,
    },
  )
})
