import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { AppError } from '../../server/errors.ts'
import { createGuard } from '../../server/outbound/guard.ts'
import { createOutboundHttp } from '../../server/outbound/http.ts'
import { createHttpRequestAction } from '../../server/outbound/request-action.ts'
import { type Answer, serveFake } from '../highlevel/fake-http.ts'

const setUp = async (t: TestContext, answer: Answer) => {
  const { url, asked } = await serveFake(t, () => answer)
  const http = createOutboundHttp({ guard: createGuard({ allowedHosts: ['127.0.0.1'] }) })
  t.after(http.close)
  const run = createHttpRequestAction({ http, now: () => new Date('2026-03-02T10:00:00Z') })
  return { url, asked, run }
}

const codeOf = async (promise: Promise<unknown>): Promise<[string, number | undefined]> => {
  const error = await promise.then(
    () => undefined,
    (thrown) => thrown,
  )
  assert.ok(error instanceof AppError)
  return [error.code, error.retryAfterSeconds]
}

test('sends JSON with the given headers and hands the parsed answer on', async (t) => {
  const { url, asked, run } = await setUp(t, { body: { received: true }, headers: { 'set-cookie': 'a=b' } })
  const kept: unknown[] = []
  const { output } = await run({
    input: {
      method: 'POST',
      url: `${url}/orders?key=hidden`,
      query: { tag: ['a', 'b'] },
      headers: { 'X-Source': 'rankr', Authorization: 'Bearer top-secret' },
      body: { order: 'ord_1' },
    },
    onExchange: (exchange) => kept.push(exchange),
  })
  assert.deepEqual([output.status, output.body], [200, { received: true }])
  assert.equal(Object.hasOwn(output.headers as object, 'set-cookie'), false)
  const seen = asked.at(-1)!
  assert.equal(seen.method, 'POST')
  assert.match(String(seen.headers.authorization), /top-secret/)
  assert.deepEqual(seen.query.getAll('tag'), ['a', 'b'])
  assert.doesNotMatch(JSON.stringify(kept), /top-secret|hidden/)
})

test('a form has names and values, and nothing else can be sent as one', async (t) => {
  const { url, asked, run } = await setUp(t, {})
  await run({ input: { method: 'POST', url, bodyType: 'form', body: { a: 1, b: 'two words' } } })
  assert.match(String(asked.at(-1)!.headers['content-type']), /x-www-form-urlencoded/)
  assert.equal(asked.at(-1)!.body, 'a=1&b=two+words')
  const list = run({ input: { method: 'POST', url, bodyType: 'form', body: [1] } })
  assert.deepEqual(await codeOf(list), ['action_input_invalid', undefined])
})

test('headers of the connection, and those that would split a request, cannot be set', async (t) => {
  const { url, asked, run } = await setUp(t, {})
  for (const headers of [{ Host: 'elsewhere' }, { 'Content-Length': '1' }, { 'X-A': 'b\r\nX-C: d' }, { 'a b': 'c' }]) {
    assert.deepEqual(await codeOf(run({ input: { method: 'GET', url, headers } })), ['action_input_invalid', undefined])
  }
  assert.equal(asked.length, 0)
})

test('addresses inside a network are refused without a call', async () => {
  const http = createOutboundHttp({ guard: createGuard() })
  const run = createHttpRequestAction({ http, now: () => new Date() })
  for (const url of ['https://127.0.0.1/x', 'http://example.com/', 'https://169.254.169.254/latest']) {
    assert.deepEqual(await codeOf(run({ input: { method: 'GET', url } })), ['url_not_allowed', undefined])
  }
  http.close()
})

test('what the answer says decides whether another try makes sense', async (t) => {
  const cases: [Answer, [string, number | undefined]][] = [
    [{ status: 503, headers: { 'Retry-After': '9' } }, ['target_unavailable', 9]],
    [{ status: 429 }, ['target_unavailable', undefined]],
    [{ status: 404 }, ['target_rejected', undefined]],
    [{ status: 410 }, ['target_rejected', undefined]],
    [{ status: 302, headers: { Location: 'http://169.254.169.254/' } }, ['target_rejected', undefined]],
  ]
  for (const [answer, expected] of cases) {
    const { url, run } = await setUp(t, answer)
    assert.deepEqual(await codeOf(run({ input: { method: 'GET', url } })), expected)
  }
})
