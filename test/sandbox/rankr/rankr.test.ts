import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import express from 'express'
import { Webhook } from 'standardwebhooks'
import request from 'supertest'
import type { After, Answer, Post } from '../../../server/sandbox/rankr/deliveries.ts'
import { EVENT_TYPES } from '../../../server/sandbox/rankr/happenings.ts'
import { createSimulatedRankr } from '../../../server/sandbox/rankr/rankr.ts'

const APP = 'http://127.0.0.1:4000'
const SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`
const ADDRESS = `${APP}/webhooks/rankr/con_1`

type Sent = Parameters<Post>[0]

const setUp = (t: TestContext, options: { answers?: Answer[]; file?: string; appUrl?: string } = {}) => {
  const sent: Sent[] = []
  const timers: { delayMs: number; run: () => void; isCancelled: boolean }[] = []
  const answers = options.answers ?? []
  const after: After = (delayMs, work) => {
    const timer = { delayMs, run: work, isCancelled: false }
    timers.push(timer)
    return () => {
      timer.isCancelled = true
    }
  }
  const rankr = createSimulatedRankr({
    appUrl: options.appUrl ?? APP,
    asset: (name) => `/assets/${name}`,
    file: options.file,
    now: () => new Date(),
    onError: (error) => assert.fail(String(error)),
    random: () => 0,
    after,
    post: async (message) => {
      sent.push(message)
      return answers.shift() ?? { status: 200, code: 'stored' }
    },
  })
  const app = express().use('/sandbox/rankr', rankr.router)
  t.after(() => rankr.stop())
  return { rankr, sent, timers, agent: request(app) }
}

const connect = (agent: ReturnType<typeof request>) =>
  agent.post('/sandbox/rankr/connections').send({ name: 'Harbor', webhookUrl: ADDRESS, signingSecret: SECRET })

const send = (agent: ReturnType<typeof request>, form: Record<string, string>) =>
  agent.post('/sandbox/rankr/send').type('form').send(form)

test('starts with a sample workspace and says that it is not connected', async (t) => {
  const { agent, rankr } = setUp(t)
  const { status, text, headers } = await agent.get('/sandbox/rankr')
  assert.equal(status, 200)
  assert.equal(rankr.workspace.customers.length, 12)
  assert.match(text, /Not connected yet/)
  assert.match(text, /Ana Diaz/)
  assert.match(text, /elif\.yilmaz@example\.com/)
  assert.match(String(headers['content-security-policy']), /script-src 'self'/)
})

test('signs what it sends so that any Standard Webhooks receiver accepts it', async (t) => {
  const { agent, sent } = setUp(t)
  assert.equal((await connect(agent)).status, 201)
  const { text } = await send(agent, { type: 'customer.created', id: 'cus_1001' })
  assert.match(text, /customer\.created cus_1001: 200 stored/)
  const [message] = sent
  assert.equal(message?.url, ADDRESS)
  const event = new Webhook(SECRET).verify(message!.body, message!.headers) as Record<string, { email: string }>
  assert.deepEqual(Object.keys(event), ['type', 'timestamp', 'data'])
  assert.equal(event.data?.email, 'ana.diaz@example.com')
})

test('a panel that waits for its connection changes once there is one', async (t) => {
  const { agent } = setUp(t)
  assert.equal((await agent.get('/sandbox/rankr/panel?shown=unconnected')).status, 204)
  await connect(agent)
  const { text } = await agent.get('/sandbox/rankr/panel?shown=unconnected').expect(200)
  assert.doesNotMatch(text, /Not connected yet/)
})

test('a forged event does not verify', async (t) => {
  const { agent, sent } = setUp(t, { answers: [{ status: 401, code: 'invalid_signature' }] })
  await connect(agent)
  const { text } = await send(agent, { type: 'customer.created', forged: 'yes' })
  assert.match(text, /401 invalid_signature/)
  assert.throws(() => new Webhook(SECRET).verify(sent[0]!.body, sent[0]!.headers))
})

test('every type of event can be sent and carries its record', async (t) => {
  const { agent, sent } = setUp(t)
  await connect(agent)
  for (const type of EVENT_TYPES) await send(agent, { type })
  assert.deepEqual(
    sent.map(({ body }) => JSON.parse(body).type),
    [...EVENT_TYPES],
  )
  for (const { body } of sent) assert.ok(Object.keys(JSON.parse(body).data).some((key) => key.endsWith('id')))
})

test('a busy receiver is tried again as late as it asks, a refusal is not', async (t) => {
  const { agent, rankr, timers, sent } = setUp(t, {
    answers: [
      { status: 429, code: 'cannot_store_now', retryAfterSeconds: 30 },
      { status: 200, code: 'stored' },
      { status: 422, code: 'invalid_body' },
    ],
  })
  await connect(agent)
  await send(agent, { type: 'customer.created' })
  assert.equal(rankr.workspace.deliveries[0]?.state, 'retrying')
  assert.deepEqual(
    timers.map(({ delayMs }) => delayMs),
    [30_000],
  )
  timers[0]?.run()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(rankr.workspace.deliveries[0]?.state, 'delivered')
  assert.equal(sent[0]?.headers['webhook-id'], sent[1]?.headers['webhook-id'])
  await send(agent, { type: 'customer.created' })
  assert.equal(rankr.workspace.deliveries[0]?.state, 'failed')
  assert.equal(timers.length, 1)
})

test('gives up after the last planned try', async (t) => {
  const down = { status: null, code: 'unreachable' }
  const { agent, rankr, timers } = setUp(t, { answers: [down, down, down, down, down] })
  await connect(agent)
  await send(agent, { type: 'customer.created' })
  for (let index = 0; index < 4; index += 1) {
    timers[index]?.run()
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(rankr.workspace.deliveries[0]?.state, 'failed')
  assert.equal(rankr.workspace.deliveries[0]?.attempts.length, 5)
})

test('sending again keeps the id and the bytes', async (t) => {
  const { agent, rankr, sent } = setUp(t)
  await connect(agent)
  await send(agent, { type: 'customer.created' })
  const { id } = rankr.workspace.deliveries[0]!
  await agent.post(`/sandbox/rankr/deliveries/${id}/again`)
  assert.equal(sent[1]?.headers['webhook-id'], id)
  assert.equal(sent[1]?.body, sent[0]?.body)
})

test('editing a customer changes the record and sends the change', async (t) => {
  const { agent, rankr, sent } = setUp(t)
  await connect(agent)
  await agent.post('/sandbox/rankr/customers/cus_1001').type('form').send({
    name: 'Ana Díaz-Ruiz',
    email: '',
    phone: '+12025550101',
    company: 'Diaz',
    plan: 'Scale',
    tags: 'vip, newsletter ,',
  })
  const event = JSON.parse(sent[0]!.body)
  assert.equal(event.type, 'customer.updated')
  assert.equal(event.data.name, 'Ana Díaz-Ruiz')
  assert.deepEqual(event.data.tags, ['vip', 'newsletter'])
  assert.equal('email' in event.data, false)
  assert.equal(rankr.workspace.customers[0]?.plan, 'Scale')
})

test('deleting a customer sends it once and forgets it', async (t) => {
  const { agent, rankr, sent } = setUp(t)
  await connect(agent)
  await send(agent, { type: 'customer.deleted', id: 'cus_1001' })
  assert.equal(rankr.workspace.customers.length, 11)
  const { text } = await send(agent, { type: 'customer.deleted', id: 'cus_1001' })
  assert.match(text, /no such record/)
  assert.equal(sent.length, 1)
})

test('a connection to another system, or with half a secret, is refused', async (t) => {
  const { agent, rankr } = setUp(t)
  const elsewhere = await agent
    .post('/sandbox/rankr/connections')
    .send({ webhookUrl: 'https://elsewhere.example/webhooks', signingSecret: SECRET })
  assert.equal(elsewhere.status, 422)
  const halfSecret = await agent
    .post('/sandbox/rankr/connections')
    .type('form')
    .send({ webhookUrl: ADDRESS, signingSecret: 'abc' })
  assert.match(halfSecret.text, /Paste the whole/)
  assert.equal(rankr.workspace.connections.length, 0)
})

test('a known address gets its new secret instead of a second connection', async (t) => {
  const { agent, rankr } = setUp(t)
  await connect(agent)
  const next = `whsec_${Buffer.from('another secret of some le').toString('base64')}`
  await agent.post('/sandbox/rankr/connections').send({ webhookUrl: ADDRESS, signingSecret: next })
  assert.equal(rankr.workspace.connections.length, 1)
  assert.equal(rankr.workspace.connections[0]?.signingSecret, next)
  assert.equal(rankr.workspace.connections[0]?.name, 'Harbor')
})

test("another site's page cannot make it send", async (t) => {
  const { agent, sent } = setUp(t)
  await connect(agent)
  const { status } = await send(agent, { type: 'customer.created' }).set('sec-fetch-site', 'cross-site')
  assert.equal(status, 403)
  assert.equal(sent.length, 0)
})

test('names of records are shown as text, never as markup', async (t) => {
  const { agent } = setUp(t)
  await agent
    .post('/sandbox/rankr/customers/cus_1001')
    .type('form')
    .send({ name: '<img src=x onerror=alert(1)>', email: '"><u>', phone: '', company: '', plan: '', tags: '' })
  const { text } = await agent.get('/sandbox/rankr/panel')
  assert.match(text, /&lt;img src=x/)
  assert.doesNotMatch(text, /<img src=x|"><u>/)
})

test('the read API wants its key and pages its lists', async (t) => {
  const { agent, rankr } = setUp(t)
  assert.equal((await agent.get('/sandbox/rankr/api/customers')).status, 401)
  const key = `Bearer ${rankr.workspace.apiKey}`
  const first = await agent.get('/sandbox/rankr/api/customers?per_page=5').set('authorization', key)
  assert.deepEqual([first.body.data.length, first.body.total, first.body.next_page], [5, 12, 2])
  const last = await agent.get('/sandbox/rankr/api/customers?per_page=5&page=3').set('authorization', key)
  assert.deepEqual([last.body.data.length, last.body.next_page], [2, null])
  const one = await agent.get('/sandbox/rankr/api/orders/ord_5000').set('authorization', key)
  assert.equal(one.body.order_id, 'ord_5000')
  assert.equal((await agent.get('/sandbox/rankr/api/orders/ord_1').set('authorization', key)).status, 404)
  assert.equal((await agent.get('/sandbox/rankr/api/orders?page=0').set('authorization', key)).status, 400)
})

test('a second start finds its records, connections and unfinished deliveries again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rankr-'))
  const file = join(folder, 'deep', 'rankr.json')
  const first = setUp(t, { file, answers: [{ status: 503, code: 'not_ready' }] })
  await connect(first.agent)
  await send(first.agent, { type: 'customer.created' })
  await first.rankr.stop()
  assert.equal(first.timers[0]?.isCancelled, true)
  const second = setUp(t, { file, appUrl: 'http://127.0.0.1:4001' })
  t.after(() => rmSync(folder, { recursive: true }))
  assert.equal(second.rankr.workspace.customers.length, 13)
  second.rankr.start()
  assert.equal(second.timers.length, 1)
  second.timers[0]?.run()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(second.rankr.workspace.deliveries[0]?.state, 'delivered')
  assert.equal(second.sent[0]?.headers['webhook-id'], first.sent[0]?.headers['webhook-id'])
  assert.equal(second.sent[0]?.url, 'http://127.0.0.1:4001/webhooks/rankr/con_1', 'where the app answers now')
})
