import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { AppError } from '../../server/errors.ts'
import { createCrmHttp } from '../../server/highlevel/http.ts'
import { type Answer, serveFake } from './fake-http.ts'

const setUp = async (t: TestContext, answer: Answer, options: { timeoutMs?: number; maxAnswerBytes?: number } = {}) => {
  const { url, asked } = await serveFake(t, () => answer)
  const http = createCrmHttp({ apiUrl: url, ...options })
  t.after(http.close)
  return { http, asked, url }
}

const errorOf = async (promise: Promise<unknown>): Promise<AppError> => {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  )
  assert.ok(error instanceof AppError)
  return error
}

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJMMSJ9.c2lnbmF0dXJl'

test('an answer comes back whatever its status', async (t) => {
  const { http } = await setUp(t, { status: 418, body: { a: 1 }, headers: { 'X-Some': 'y' } })
  const answer = await http.send({ method: 'GET', path: '/x' })
  assert.equal(answer.status, 418)
  assert.deepEqual(answer.data, { a: 1 })
  assert.equal(answer.headers['x-some'], 'y')
})

test('an answer that is no JSON comes back as text', async (t) => {
  const { http } = await setUp(t, { status: 502, body: '<h1>Bad gateway</h1>' })
  assert.equal((await http.send({ method: 'GET', path: '/x' })).data, '<h1>Bad gateway</h1>')
})

test('queries repeat a name for a list, and bodies travel as JSON, form or parts', async (t) => {
  const { http, asked } = await setUp(t, {})
  await http.send({ method: 'GET', path: '/x', query: { a: ['1', '2'], b: 'c d' } })
  assert.deepEqual([asked[0]!.query.getAll('a'), asked[0]!.query.get('b')], [['1', '2'], 'c d'])
  const body = { a: 'b&c', n: 1, nothing: undefined, deep: { x: [1] } }
  await http.send({ method: 'POST', path: '/x', body })
  assert.deepEqual(JSON.parse(asked[1]!.body), { a: 'b&c', n: 1, deep: { x: [1] } })
  await http.send({ method: 'POST', path: '/x', body, bodyStyle: 'form' })
  assert.match(asked[2]!.headers['content-type']!, /^application\/x-www-form-urlencoded/)
  assert.equal(new URLSearchParams(asked[2]!.body).get('a'), 'b&c')
  assert.equal(new URLSearchParams(asked[2]!.body).has('nothing'), false)
  await http.send({ method: 'POST', path: '/x', body, bodyStyle: 'multipart' })
  assert.match(asked[3]!.headers['content-type']!, /^multipart\/form-data; boundary=/)
  await http.send({ method: 'DELETE', path: '/x', body })
  assert.deepEqual(JSON.parse(asked[4]!.body), { a: 'b&c', n: 1, deep: { x: [1] } })
})

test('a redirect is not followed, so that the token stays with the one it is for', async (t) => {
  const elsewhere = await serveFake(t, () => ({}))
  const { http } = await setUp(t, { status: 302, headers: { location: `${elsewhere.url}/steal` } })
  const answer = await http.send({ method: 'GET', path: '/x', headers: { authorization: `Bearer ${TOKEN}` } })
  assert.equal(answer.status, 302)
  assert.equal(elsewhere.asked.length, 0)
})

test('a path that is an address does not lead elsewhere', async (t) => {
  const elsewhere = await serveFake(t, () => ({}))
  const { http, asked } = await setUp(t, {})
  await assert.rejects(http.send({ method: 'GET', path: `${elsewhere.url}/steal` }), TypeError)
  await http.send({ method: 'GET', path: `//${new URL(elsewhere.url).host}/steal` })
  assert.equal(elsewhere.asked.length, 0)
  assert.equal(asked.length, 1)
})

test('no answer in time, a broken connection and nobody there are passing errors', async (t) => {
  const hanging = await setUp(t, 'hang', { timeoutMs: 50 })
  const broken = await setUp(t, 'reset')
  const nobody = createCrmHttp({ apiUrl: 'http://127.0.0.1:1' })
  for (const http of [hanging.http, broken.http, nobody]) {
    const error = await errorOf(http.send({ method: 'GET', path: '/x' }))
    assert.equal(error.code, 'crm_unreachable')
    assert.equal(error.retry, 'passing')
  }
})

test('a caller can give up', async (t) => {
  const { http } = await setUp(t, 'hang')
  const controller = new AbortController()
  const call = errorOf(http.send({ method: 'GET', path: '/x', signal: controller.signal }))
  controller.abort()
  assert.equal((await call).code, 'crm_unreachable')
})

test('an answer that is too large is not read to its end', async (t) => {
  const { http } = await setUp(t, { body: 'x'.repeat(5_000) }, { maxAnswerBytes: 1_000 })
  assert.equal((await errorOf(http.send({ method: 'GET', path: '/x' }))).code, 'crm_unavailable')
})

test('a packed answer is unpacked, up to the size that any answer may have', async (t) => {
  const packed = (text: string) => ({ body: gzipSync(text), headers: { 'content-encoding': 'gzip' } })
  const small = await setUp(t, packed('{"a":"ä"}'), { maxAnswerBytes: 1_000 })
  const answer = await small.http.send({ method: 'GET', path: '/x' })
  assert.deepEqual(answer.data, { a: 'ä' })
  assert.match(small.asked[0]!.headers['accept-encoding']!, /gzip/)
  const large = await setUp(t, packed('x'.repeat(100_000)), { maxAnswerBytes: 1_000 })
  assert.equal((await errorOf(large.http.send({ method: 'GET', path: '/x' }))).code, 'crm_unavailable')
  const broken = await setUp(t, { body: Buffer.from('no gzip'), headers: { 'content-encoding': 'gzip' } })
  assert.equal((await errorOf(broken.http.send({ method: 'GET', path: '/x' }))).code, 'crm_unreachable')
})

test('a part of a path that only looks like a way up is sent as it is', async (t) => {
  const { http, asked } = await setUp(t, {})
  await http.send({ method: 'GET', path: '/contacts/%2E%2E/notes' })
  assert.equal(asked[0]!.target, '/contacts/%2E%2E/notes')
})

test('an error holds neither the token nor the body of the request', async (t) => {
  const { http } = await setUp(t, 'reset')
  const error = await errorOf(
    http.send({
      method: 'POST',
      path: '/oauth/token',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: { client_secret: 'the-client-secret' },
    }),
  )
  const everything = inspect(error, { depth: 20, showHidden: true })
  assert.equal(everything.includes(TOKEN), false)
  assert.equal(everything.includes('the-client-secret'), false)
})
