// Calls with a plain body: what comes back, packed or not, and what ends them.

import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import test, { type TestContext } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { createExchange, type NoAnswer } from '../../server/exchange/http.ts'
import { listen } from '../listen.ts'
import { PATIENCE_MS } from '../patience.ts'

const exchangeWith = async (t: TestContext, listener: RequestListener, timeoutMs = PATIENCE_MS) => {
  const server = createServer(listener)
  const origin = await listen(server)
  const exchange = createExchange({
    apiUrl: origin,
    timeoutMs,
    maxAnswerBytes: 10_000,
    maxBodyBytes: 1_000,
    sockets: { most: 1, idle: 1 },
    failed: (reason) => Object.assign(new Error('no answer'), { reason }),
  })
  t.after(() => {
    exchange.close()
    server.closeAllConnections()
    server.close()
  })
  return { exchange }
}

const reasonOf = async (call: Promise<unknown>): Promise<NoAnswer> => {
  const thrown = await call.then(
    () => assert.fail('it was answered'),
    (error) => error,
  )
  return thrown.reason
}

const RECORD = { name: 'Ana María', list: Array.from({ length: 100 }, (_, n) => n) }
const PACKED = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }

test('a packed answer is unpacked, and one connection serves call after call', async (t) => {
  const ports = new Set<number>()
  const { exchange } = await exchangeWith(t, (request, response) => {
    ports.add(request.socket.remotePort!)
    const packing = request.url!.slice(1) as keyof typeof PACKED
    assert.ok(String(request.headers['accept-encoding']).includes(packing))
    response.writeHead(200, { 'content-encoding': packing }).end(PACKED[packing](JSON.stringify(RECORD)))
  })
  for (const packing of Object.keys(PACKED)) {
    const { data } = await exchange.send({ method: 'GET', path: `/${packing}` })
    assert.deepEqual(data, RECORD)
  }
  assert.equal(ports.size, 1)
})

test('a body arrives byte for byte with its length, and answers may have none', async (t) => {
  const { exchange } = await exchangeWith(t, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    assert.equal(request.headers['content-length'], String(body.length))
    assert.equal(request.headers['content-type'], 'application/json')
    assert.deepEqual(JSON.parse(body.toString()), RECORD)
    response.writeHead(204).end()
  })
  const { status, data } = await exchange.send({ method: 'PUT', path: '/x', body: RECORD })
  assert.deepEqual([status, data], [204, ''])
})

const ENDS: { is: string; reason: Partial<NoAnswer>; listener: RequestListener }[] = [
  {
    is: 'packed so tightly that it would fill the memory',
    reason: { isTooLarge: true, isTooSlow: false },
    listener: (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1_000_000)))
    },
  },
  {
    is: 'that comes byte by byte for longer than a call may take',
    reason: { isTooLarge: false, isTooSlow: true },
    listener: (_, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write('.'), 5)
      response.on('close', () => clearInterval(drip))
    },
  },
  {
    is: 'that breaks off',
    reason: { isTooLarge: false, isTooSlow: false, code: 'ECONNRESET' },
    listener: (request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{', () => request.socket.destroy())
    },
  },
  {
    is: 'that says it is packed and is not',
    reason: { isTooLarge: false, isTooSlow: false, code: 'Z_DATA_ERROR' },
    listener: (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('{"plain":true}'),
  },
]

for (const { is, reason, listener } of ENDS) {
  test(`an answer ${is} ends the call`, async (t) => {
    const { exchange } = await exchangeWith(t, listener, reason.isTooSlow ? 100 : undefined)
    const found = await reasonOf(exchange.send({ method: 'GET', path: '/x' }))
    assert.partialDeepStrictEqual(found, reason)
  })
}

test('a body that is too large is not sent', async (t) => {
  const { exchange } = await exchangeWith(t, () => assert.fail('it was sent'))
  const body = { text: 'x'.repeat(2_000) }
  assert.equal((await reasonOf(exchange.send({ method: 'POST', path: '/x', body }))).code, 'ERR_BAD_REQUEST')
})
