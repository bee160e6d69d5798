import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import test from 'node:test'
import { createNotificationListener } from '../../server/store/notifications.ts'
import { openSession, type Session } from '../../server/store/session.ts'
import { silent } from '../relay/kit.ts'

const tick = () => new Promise((resolve) => setImmediate(resolve))

test('a session that does not open is told by throwing, and is not lost as well', async (t) => {
  // As a database that is stopping: it takes the connection and cuts it.
  const server = createServer((socket: Socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  const lost: Error[] = []
  await assert.rejects(openSession({ url: `postgres://u@127.0.0.1:${port}/x`, lost: (error) => lost.push(error) }))
  await tick()
  assert.deepEqual(lost, [])
})

test('the listener has one connection at a time, however often it is lost or fails to listen', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let lose: ((error: Error) => void) | undefined
  let fault: 'open' | 'listen' | undefined
  let opened = 0
  let open = 0
  const listener = createNotificationListener({
    channels: { news: () => {} },
    log: silent,
    retryMs: 2_000,
    async open(lost): Promise<Session> {
      opened += 1
      if (fault === 'open') throw new Error('away')
      open += 1
      lose = (error) => {
        open -= 1
        lost(error)
      }
      return {
        lock: async () => true,
        async listen() {
          if (fault === 'listen') throw new Error('cut')
        },
        async close() {
          open -= 1
        },
      }
    },
  })
  await listener.start()
  const next = async (): Promise<number> => {
    const before = opened
    t.mock.timers.tick(2_000)
    for (let turn = 0; turn < 5; turn += 1) await tick()
    return opened - before
  }
  fault = 'open'
  lose!(new Error('restart'))
  for (const _ of [1, 2, 3]) assert.equal(await next(), 1)
  fault = 'listen'
  for (const _ of [1, 2, 3]) assert.equal(await next(), 1)
  assert.equal(open, 0)
  fault = undefined
  assert.equal(await next(), 1)
  assert.equal(await next(), 0)
  assert.equal(open, 1)
  await listener.stop()
  assert.equal(open, 0)
})
