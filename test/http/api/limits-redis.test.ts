// The limits of the API, and of rows that may be asked only so often, counted in a real Redis by several nodes. Skipped, and said so, where there is none.

import assert from 'node:assert/strict'
import test from 'node:test'
import express from 'express'
import { createClient } from 'redis'
import supertest from 'supertest'
import { createRedisCounters, createRedisStores } from '../../../server/http/api/limit-stores.ts'
import { createApiLimits } from '../../../server/http/api/limits.ts'
import { createRateLimit } from '../../../server/http/rate-limit.ts'
import { startRedis } from '../../redis.ts'

test('nodes that share a Redis share the limits, also after it has forgotten the scripts', async (t) => {
  // Hooks run in their order: clients are closed before the server ends.
  const clients: { close(): Promise<void> }[] = []
  t.after(() => Promise.all(clients.map((client) => client.close())))
  const url = await startRedis(t)
  if (!url) {
    const words = 'NOT RUN: the limits on a real Redis need redis-server (apt-get install redis-server).'
    console.error(`\n  ${words}\n`)
    t.skip(words)
    return
  }
  const faults: string[] = []
  const node = async () => {
    const redis = createClient({ url })
    await redis.connect()
    clients.push(redis)
    const limits = createApiLimits({
      storeFor: createRedisStores({ sendCommand: (...command) => redis.sendCommand(command) }),
      perMinute: { client: 10, account: 15 },
      now: () => new Date(),
      log: { error: (_details, text) => void faults.push(text) },
    })
    const app = express()
    const limitOf = createRateLimit({
      storeFor: createRedisCounters({ sendCommand: (...command) => redis.sendCommand(command) }),
      log: { error: (_details, text) => void faults.push(text) },
    })
    app.get('/rows/one', limitOf({ name: 'GET /rows/one', perMinute: 3 }), (_request, response) => {
      response.json({})
    })
    app.get('/:client', async (request, response) => {
      await limits(request, { ownerLocationId: 'L1', clientId: request.params.client })
      response.json({})
    })
    app.use(((error, _request, response, _next) => {
      response.status(error.status ?? 500).json({ limit: error.extra?.limit })
    }) as express.ErrorRequestHandler)
    return { redis, agent: supertest(app) }
  }
  const nodes = [await node(), await node()]
  const call = (n: number, client: string) => nodes[n % 2]!.agent.get(`/${client}`)

  const statuses = await Promise.all(Array.from({ length: 14 }, async (_, n) => (await call(n, 'one')).status))
  assert.equal(statuses.filter((status) => status === 200).length, 10)
  assert.equal(statuses.filter((status) => status === 429).length, 4)

  await nodes[0]!.redis.sendCommand(['SCRIPT', 'FLUSH'])
  assert.equal((await call(0, 'one').expect(429)).body.limit, 'client')

  // Who was refused for one app does not count for the account: ten were let through, so five are left.
  for (let n = 0; n < 5; n++) await call(n, 'two').expect(200)
  assert.equal((await call(0, 'two').expect(429)).body.limit, 'account')
  const keys = await nodes[0]!.redis.keys('*')
  assert.deepEqual(keys.toSorted(), [
    'rankr:limit:account:L1',
    'rankr:limit:client:L1 one',
    'rankr:limit:client:L1 two',
  ])
  const left = await nodes[0]!.redis.pTTL('rankr:limit:account:L1')
  assert.ok(left > 0 && left <= 60_000, 'each counter ends with its minute')
  assert.deepEqual(faults, [])

  const ask = async (n: number) => (await nodes[n % 2]!.agent.get('/rows/one')).status
  assert.deepEqual([await ask(0), await ask(1), await ask(0), await ask(1), await ask(0)], [200, 200, 200, 429, 429])
  await clients.pop()!.close()
  assert.deepEqual(
    [await ask(1), await ask(0)],
    [200, 429],
    'without Redis there is no limit, and nobody is turned away',
  )
  assert.deepEqual(faults, ['calls could not be counted against their limit'])
})
