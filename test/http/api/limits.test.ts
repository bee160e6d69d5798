import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { after } from 'node:test'
import express from 'express'
import supertest from 'supertest'
import { createLeasedStores, createRedisStores } from '../../../server/http/api/limit-stores.ts'
import { createApiLimits } from '../../../server/http/api/limits.ts'
import { createTestDatabase } from '../../database.ts'
import { startNode, unrecorded } from './node.ts'

const { url } = await createTestDatabase()
// Headers count the seconds of the wall clock, so these nodes live by it.
const now = () => new Date()
const perMinute = { client: 20, account: 30 }
const nodes = [startNode({ url, now, perMinute }), startNode({ url, now, perMinute })]
after(() => Promise.all(nodes.map((node) => node.stop())))
const [node] = nodes as [(typeof nodes)[number]]

const keyOf = async (locationId: string) => {
  const { client, secret } = await node.clients.create(locationId, { name: 'x', mode: 'live', scopes: [] }, unrecorded)
  const key = { clientId: client.id, name: 'x', mode: 'live', scopes: [] } as const
  return { client, secret: secret!, text: (await node.apiKeys.create(locationId, key, unrecorded))!.text }
}
const call = (text: string, on = node) => on.agent.get('/v1/anything').set('X-API-Key', text)

test('each answer says what is left, by client and by account', async () => {
  const { text } = await keyOf('L1')
  const answer = await call(text).expect(200)
  assert.match(answer.get('RateLimit')!.toString(), /^"client"; r=19; t=\d+, "account"; r=29; t=\d+$/)
  assert.match(
    answer.get('RateLimit-Policy')!.toString(),
    /^"client"; q=20; w=60; pk=:[\w+/=]+:, "account"; q=30; w=60; pk=:[\w+/=]+:$/,
  )
  assert.match((await call(text).expect(200)).get('RateLimit')!.toString(), /"client"; r=18; .*"account"; r=28;/)
})

test('two nodes together let a client make as many calls as it may, and then say when to come back', async () => {
  const { text } = await keyOf('L2')
  const statuses: number[] = []
  for (let i = 0; i < 26; i++) statuses.push((await call(text, nodes[i % 2])).status)
  assert.equal(statuses.filter((status) => status === 200).length, 20)
  assert.deepEqual([...new Set(statuses.slice(-4))], [429])
  const answer = await call(text).expect(429)
  assert.equal(answer.body.code, 'too_many_requests')
  assert.equal(answer.body.limit, 'client')
  assert.match(answer.body.detail, /20 calls a minute/)
  const seconds = Number(answer.get('Retry-After'))
  assert.ok(seconds >= 1 && seconds <= 60)
})

test('all clients of an account share one limit, and other accounts are not touched by it', async () => {
  const [one, two, stranger] = [await keyOf('L3'), await keyOf('L3'), await keyOf('L4')]
  for (let i = 0; i < 15; i++) {
    await call(one.text).expect(200)
    await call(two.text).expect(200)
  }
  assert.equal((await call(two.text).expect(429)).body.limit, 'account')
  await call(stranger.text).expect(200)
})

test('requests for tokens are limited in the words of OAuth', async () => {
  const { client, secret } = await keyOf('L5')
  const ask = () =>
    node.agent.post('/oauth/token').auth(client.id, secret).type('form').send('grant_type=client_credentials')
  for (let i = 0; i < 20; i++) await ask().expect(200)
  const answer = await ask().expect(429)
  assert.equal(answer.body.error, 'temporarily_unavailable')
  assert.ok(Number(answer.get('Retry-After')) >= 1)
})

test('who only says the id of an app without a secret is counted by where they come from, one network as one', async () => {
  const app = { name: 'x', mode: 'live', scopes: [], isPublic: true } as const
  const { client } = await node.clients.create('L7', app, unrecorded)
  const ask = (address: string) =>
    node.agent
      .post('/oauth/token')
      .set('X-Forwarded-For', address)
      .type('form')
      .send({ client_id: client.id, grant_type: 'refresh_token', refresh_token: 'x' })
  for (let i = 0; i < 20; i++) await ask(`2001:db8:1:1::${i}`).expect(400)
  await ask('2001:db8:1:1::ffff').expect(429)
  await ask('2001:db8:2:1::1').expect(400)
  await ask('203.0.113.1').expect(400)
})

test('who is refused for a missing scope is limited, too', async () => {
  const { text } = await keyOf('L6')
  for (let i = 0; i < 20; i++) await node.agent.get('/v1/customers').set('X-API-Key', text).expect(403)
  await node.agent.get('/v1/customers').set('X-API-Key', text).expect(429)
})

/** A small app with limits on any store. */
const limited = (storeFor: Parameters<typeof createApiLimits>[0]['storeFor']) => {
  const faults: string[] = []
  const limits = createApiLimits({
    storeFor,
    perMinute: { client: 2, account: 5 },
    now,
    log: { error: (_details, text) => void faults.push(text) },
  })
  const app = express()
  app.get('/', async (request, response) => {
    await limits(request, { ownerLocationId: 'L1', clientId: 'cl_1' })
    response.json({})
  })
  app.use(((error, _request, response, _next) => {
    response.status(error.status ?? 500).json({})
  }) as express.ErrorRequestHandler)
  return { agent: supertest(app), faults }
}

test('a store that cannot count lets calls through and says so', async () => {
  const take = async () => {
    throw new Error('no database')
  }
  const { agent, faults } = limited(createLeasedStores({ take, now }))
  for (let i = 0; i < 4; i++) await agent.get('/').expect(200)
  assert.equal(faults.length, 8)
})

/** As much of Redis as the store needs. */
const createFakeRedis = () => {
  const counts = new Map<string, number>()
  const scripts = new Set<string>()
  const state = { isAway: false }
  const sendCommand = async (...[verb, what = '', ...rest]: string[]) => {
    if (state.isAway) throw new Error('connection refused')
    if (verb === 'SCRIPT') {
      const sha = createHash('sha1').update(rest[0]!).digest('hex')
      scripts.add(sha)
      return sha
    }
    if (!scripts.has(what)) throw new Error('NOSCRIPT No matching script')
    const key = rest[1]!
    counts.set(key, (counts.get(key) ?? 0) + 1)
    return [counts.get(key)!, 60_000]
  }
  return { sendCommand, state, counts, scripts }
}

test('with Redis the counters lie there, under names of their own', async () => {
  const redis = createFakeRedis()
  const { agent } = limited(createRedisStores(redis))
  await agent.get('/').expect(200)
  await agent.get('/').expect(200)
  await agent.get('/').expect(429)
  assert.deepEqual(
    [...redis.counts],
    [
      ['rankr:limit:client:L1 cl_1', 3],
      ['rankr:limit:account:L1', 2],
    ],
  )
})

test('a Redis that was away at the start is counted in once it is there', async () => {
  const redis = createFakeRedis()
  redis.state.isAway = true
  const { agent, faults } = limited(createRedisStores(redis))
  await agent.get('/').expect(200)
  assert.ok(faults.length > 0)
  redis.state.isAway = false
  await agent.get('/').expect(200)
  await agent.get('/').expect(200)
  await agent.get('/').expect(429)
})
