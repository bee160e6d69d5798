import assert from 'node:assert/strict'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import { closeServer } from '../../server/http/close-server.ts'

/** A server whose answers the test gives, and a client that keeps its connection. */
const open = async (t: TestContext) => {
  const asked: ((response: ServerResponse) => void)[] = []
  const server = createServer((_request, response) => asked.shift()?.(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => {
    agent.destroy()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  /** Resolves when the request has arrived; `answer` ends it and resolves with what the client got. */
  const ask = async () => {
    const arrived = new Promise<ServerResponse>((resolve) => asked.push(resolve))
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request({ port, agent }, (answer) => answer.resume().once('end', () => resolve(answer)))
        .once('error', reject)
        .end()
    })
    answered.catch(() => {})
    const response = await arrived
    return {
      answered,
      answer: () => {
        response.end('done')
        return answered
      },
    }
  }
  return { server, ask }
}

/** Lets what is due run, without waiting for time. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('while it closes it answers on, and each answer ends its connection', async (t) => {
  const { server, ask } = await open(t)
  assert.equal((await (await ask()).answer()).headers.connection, 'keep-alive')
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const closed = closeServer(server, { graceMs: 5_000 })
  const late = await (await ask()).answer()
  assert.deepEqual([late.statusCode, late.headers.connection], [200, 'close'])
  assert.equal(server.listening, true)
  t.mock.timers.tick(5_000)
  await closed
  assert.equal(server.listening, false)
})

test('a request under way is answered before the server is closed', async (t) => {
  const { server, ask } = await open(t)
  const underWay = await ask()
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const closed = closeServer(server, { graceMs: 5_000 })
  t.mock.timers.tick(5_000)
  await turn()
  assert.equal(server.listening, false)
  assert.equal((await underWay.answer()).statusCode, 200)
  t.mock.timers.tick(100)
  await closed
})

test('a request that hangs is cut off in the end', async (t) => {
  const { server, ask } = await open(t)
  const hanging = await ask()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const closed = closeServer(server, { graceMs: 0 })
  t.mock.timers.tick(0)
  await turn()
  t.mock.timers.tick(30_000)
  await closed
  await assert.rejects(hanging.answered, { code: 'ECONNRESET' })
})
