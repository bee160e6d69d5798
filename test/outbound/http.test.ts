import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import test, { type TestContext } from 'node:test'
import { createGuard } from '../../server/outbound/guard.ts'
import { createOutboundHttp } from '../../server/outbound/http.ts'
import { listen } from '../listen.ts'

const serve = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  const origin = await listen(server)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return origin
}

const local = (t: TestContext, timeoutMs?: number) => {
  const http = createOutboundHttp({
    guard: createGuard({ allowedHosts: ['127.0.0.1'] }),
    ...(timeoutMs ? { timeoutMs } : {}),
  })
  t.after(() => http.close())
  return http
}

test('the body arrives byte for byte and the answer comes back whatever its status', async (t) => {
  let received = ''
  const url = await serve(t, (request, response) => {
    request.on('data', (chunk) => {
      received += chunk
    })
    request.on('end', () => response.writeHead(418, { 'x-a': 'b' }).end('short and stout'))
  })
  const answer = await local(t).send({ method: 'POST', url, body: '{"a": 1 }' })
  assert.equal(received, '{"a": 1 }')
  assert.equal(answer.status, 418)
  assert.equal(answer.headers['x-a'], 'b')
  assert.equal(answer.body, 'short and stout')
})

test('a redirect is an answer, not followed', async (t) => {
  let calls = 0
  const url = await serve(t, (_request, response) => {
    calls++
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  assert.equal((await local(t).send({ method: 'GET', url })).status, 302)
  assert.equal(calls, 1)
})

test('an answer without end is cut off and named', async (t) => {
  const url = await serve(t, (_request, response) => {
    response.writeHead(200)
    const more = () => response.write('x'.repeat(16_384)) && setImmediate(more)
    response.on('drain', more)
    more()
  })
  await assert.rejects(local(t).send({ method: 'GET', url }), {
    code: 'target_unreachable',
    detail: /larger than 64 KB/,
  })
})

test('a target that never answers is given up', async (t) => {
  const url = await serve(t, () => {})
  await assert.rejects(local(t, 50).send({ method: 'GET', url }), { code: 'target_unreachable', detail: /in time/ })
})

test('a private address is refused before anything is sent', async (t) => {
  let calls = 0
  const url = await serve(t, (_request, response) => {
    calls++
    response.end()
  })
  const http = createOutboundHttp({ guard: createGuard() })
  t.after(() => http.close())
  await assert.rejects(http.send({ method: 'GET', url }), { code: 'url_not_allowed' })
  assert.equal(calls, 0)
})

test('a name that resolves to a private address is refused when connecting', async (t) => {
  const resolve = (_host: string, _options: unknown, done: (error: null, found: unknown) => void) =>
    done(null, [{ address: '127.0.0.1', family: 4 }])
  const http = createOutboundHttp({ guard: createGuard({ resolve: resolve as never }) })
  t.after(() => http.close())
  await assert.rejects(http.send({ method: 'GET', url: 'https://rebind.example.com/' }), {
    code: 'url_not_allowed',
    detail: /resolves into a private network/,
  })
})
