// A file on its way from an address to a known system: streamed, bounded, and with a code for everything that goes wrong.

import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import test, { type TestContext } from 'node:test'
import { AppError } from '../../server/errors.ts'
import { createExchange } from '../../server/exchange/http.ts'
import { createFileSource } from '../../server/outbound/files.ts'
import { createGuard } from '../../server/outbound/guard.ts'
import { listen } from '../listen.ts'

const now = () => new Date('2026-03-02T12:00:00.000Z')
const MB = 1024 * 1024

const serve = async (t: TestContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  const origin = await listen(server)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return origin
}

const sourceOf = (t: TestContext, readMs?: number) => {
  const guard = createGuard({ allowedHosts: ['127.0.0.1'] })
  const source = createFileSource({ guard, now, ...(readMs ? { readMs } : {}) })
  t.after(source.close)
  return source
}

const exchangeTo = (t: TestContext, apiUrl: string) => {
  const exchange = createExchange({
    apiUrl,
    maxBodyBytes: 1_000,
    sockets: { most: 4, idle: 4 },
    failed: ({ message }) => new Error(message),
  })
  t.after(exchange.close)
  return exchange
}

const codeOf = async (promise: Promise<unknown>): Promise<AppError> => {
  const error = await promise.then(
    () => assert.fail('it went well'),
    (thrown) => thrown,
  )
  assert.ok(error instanceof AppError, String(error))
  return error
}

test('a file is passed on while it still comes, so that nobody holds all of it', async (t) => {
  let begun = () => {}
  const arrives = new Promise<void>((resolve) => {
    begun = resolve
  })
  const files = await serve(t, async (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/pdf', 'content-length': 2 * MB })
    response.write(Buffer.alloc(MB, 'a'))
    // The rest only once the other end has the beginning.
    await arrives
    response.end(Buffer.alloc(MB, 'b'))
  })
  let body = ''
  let type = ''
  const system = await serve(t, (request, response) => {
    type = request.headers['content-type'] ?? ''
    request.setEncoding('latin1').on('data', (chunk: string) => {
      body += chunk
      if (body.includes('aaa')) begun()
    })
    request.on('end', () => response.end('{"ok":true}'))
  })
  const file = await sourceOf(t).open({ address: `${files}/a%20plan.pdf?key=1`, limits: { mostMb: 25 } })
  assert.deepEqual([file.name, file.type, file.size], ['a plan.pdf', 'application/pdf', 2 * MB])
  const { data } = await exchangeTo(t, system).send({
    method: 'POST',
    path: '/upload',
    bodyStyle: 'multipart',
    body: { hosted: false, name: 'plan' },
    files: [{ field: 'file', ...file }],
  })
  assert.deepEqual(data, { ok: true })
  assert.match(type, /^multipart\/form-data; boundary=/)
  assert.match(body, /name="hosted"\r\n\r\nfalse\r\n/)
  assert.match(body, /name="file"; filename="a plan\.pdf"\r\nContent-Type: application\/pdf\r\n/)
  assert.equal(body.match(/[ab]{2000,}/)![0].length, 2 * MB)
})

const PDF = { 'content-type': 'application/pdf' }
type Case = { is: string; code: string; detail?: RegExp; serve: RequestListener; limits?: object; retryAfter?: number }
const CASES: Case[] = [
  { is: 'gone', code: 'file_missing', serve: (_, r) => r.writeHead(404).end() },
  { is: 'behind a sign-in', code: 'file_missing', detail: /sign-in/, serve: (_, r) => r.writeHead(403).end() },
  {
    is: 'on a server with a problem',
    code: 'file_unreachable',
    retryAfter: 7,
    serve: (_, r) => r.writeHead(503, { 'retry-after': '7' }).end(),
  },
  { is: 'on a server that hangs up', code: 'file_unreachable', serve: (request) => request.socket.destroy() },
  {
    is: 'a web page',
    code: 'file_wrong_type',
    detail: /web page/,
    serve: (_, r) => r.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>'),
  },
  {
    is: 'of a kind that is not taken',
    code: 'file_wrong_type',
    detail: /pdf, txt/,
    limits: { mostMb: 1, types: ['pdf', 'txt'] },
    serve: (_, r) => r.writeHead(200, { 'content-disposition': `attachment; filename="tool.exe"` }).end('MZ'),
  },
  {
    is: 'too large by its own account',
    code: 'file_too_large',
    detail: /1 MB/,
    serve: (_, r) => r.writeHead(200, { ...PDF, 'content-length': MB + 1 }).end(Buffer.alloc(MB + 1)),
  },
  {
    is: 'somewhere inside the network',
    code: 'url_not_allowed',
    serve: (_, r) => r.writeHead(302, { location: 'https://169.254.169.254/latest' }).end(),
  },
  {
    is: 'always elsewhere',
    code: 'file_missing',
    serve: (_, r) => r.writeHead(302, { location: '/again' }).end(),
  },
]

for (const { is, code, detail, limits, retryAfter, ...one } of CASES) {
  test(`a file that is ${is} is refused before anything is sent`, async (t) => {
    const address = `${await serve(t, one.serve)}/f`
    const error = await codeOf(sourceOf(t).open({ address, limits: { mostMb: 1, ...limits } }))
    assert.equal(error.code, code)
    if (detail) assert.match(error.detail, detail)
    assert.equal(error.retryAfterSeconds, retryAfter)
  })
}

const BREAKS: { is: string; code: string; readMs?: number; serve: RequestListener }[] = [
  {
    is: 'turns out too large',
    code: 'file_too_large',
    serve: (_, r) => void r.writeHead(200, PDF).end(Buffer.alloc(3 * MB)),
  },
  {
    is: 'breaks off',
    code: 'file_unreachable',
    serve: (request, r) => {
      r.writeHead(200, { ...PDF, 'content-length': MB })
      r.write(Buffer.alloc(1_000), () => request.socket.destroy())
    },
  },
  {
    is: 'never ends',
    code: 'file_unreachable',
    readMs: 200,
    serve: (_, r) => void r.writeHead(200, PDF).write(Buffer.alloc(1_000)),
  },
]

for (const { is, code, readMs, ...one } of BREAKS) {
  test(`a file that ${is} on the way ends the call with its code, and never counts as sent`, async (t) => {
    let isWhole = false
    const system = await serve(t, (request, response) => {
      request.resume().on('end', () => {
        isWhole = true
        response.end('{}')
      })
    })
    const address = `${await serve(t, one.serve)}/f.pdf`
    const file = await sourceOf(t, readMs).open({ address, limits: { mostMb: 1 } })
    const files = [{ field: 'file', ...file }]
    const sent = exchangeTo(t, system).send({ method: 'POST', path: '/x', bodyStyle: 'multipart', body: {}, files })
    assert.equal((await codeOf(sent)).code, code)
    assert.equal(isWhole, false)
  })
}

test('an address that points on is followed, and the file keeps the name its server gives', async (t) => {
  const address = await serve(t, (request, response) => {
    if (request.url === '/f') return void response.writeHead(302, { location: '/g?x=1' }).end()
    response.writeHead(200, { 'content-disposition': "attachment; filename*=UTF-8''..%2Fpl%C3%A1n.pdf" }).end('x')
  })
  const file = await sourceOf(t).open({ address: `${address}/f`, limits: { mostMb: 1, types: ['pdf'] } })
  file.content.destroy()
  assert.deepEqual([file.name, file.type], ['plán.pdf', 'application/octet-stream'])
})
