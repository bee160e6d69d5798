import assert from 'node:assert/strict'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'node:test'
import { Router } from 'express'
import { json } from '../server/http/reply.ts'
import { defineRoute } from '../server/http/route.ts'
import { serverLimits } from '../server/http/server-limits.ts'
import { serve } from './http/serve.ts'

const who = defineRoute({
  method: 'GET',
  path: '/who',
  door: 'open',
  audit: { none: 'a test' },
  handler: ({ request }) => json({ ip: request.ip, secure: request.secure }),
})

test('static files and the sandbox answer ahead of the routes, and carry a request id', async () => {
  const assets = Router().get('/assets/x/a.css', (_request, response) => void response.type('css').send('a{}'))
  const sandbox = Router().get('/', (_request, response) => void response.send('a small CRM'))
  const { agent } = serve([who], { assets, sandbox })
  const css = await agent.get('/assets/x/a.css').expect(200)
  assert.ok(css.get('X-Request-Id'))
  await agent.get('/sandbox').expect(200, 'a small CRM')
  const missing = await agent.get('/sandbox/nothing').expect(404)
  assert.equal(missing.body.code, 'not_found')
})

test('without a sandbox there is none', async () => {
  await serve([who]).agent.get('/sandbox').expect(404)
})

test('a proxy of our own network is believed about the caller', async () => {
  const { agent } = serve([who])
  const answer = await agent.get('/who').set({ 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'https' })
  assert.deepEqual(answer.body, { ip: '203.0.113.9', secure: true })
})

test('a caller cannot claim another address in front of the proxy', async () => {
  const answer = await serve([who]).agent.get('/who').set('X-Forwarded-For', '10.0.0.1, 203.0.113.9')
  assert.equal(answer.body.ip, '203.0.113.9')
})

test('too many or too large headers are refused by the server', async () => {
  const { app } = serve([who])
  const server = createServer(app)
  serverLimits(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'x-large': 'x'.repeat(20_000) }
      const sent = httpRequest({ port, path: '/who', headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      sent.on('error', reject).end()
    })
    assert.equal(status, 431)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
