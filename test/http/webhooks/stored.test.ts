// Webhooks from the door to the database, with the real parts in between.

import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import test, { after } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { parseCrmEvent, verifyCrmSignature } from '../../../server/highlevel/webhook.ts'
import { createConnectionCache } from '../../../server/http/webhooks/connection-cache.ts'
import { crmWebhookRoutes } from '../../../server/http/webhooks/crm.ts'
import { createDropCounter } from '../../../server/http/webhooks/drop-counter.ts'
import { rankrWebhookRoutes } from '../../../server/http/webhooks/rankr.ts'
import { createTouch } from '../../../server/http/webhooks/touch.ts'
import { createLog } from '../../../server/log.ts'
import { verifyRankrWebhook } from '../../../server/rankr/webhook.ts'
import { createAccept } from '../../../server/relay/accept.ts'
import { createConnections } from '../../../server/store/connections.ts'
import { createDatabase } from '../../../server/store/db.ts'
import { createDrops } from '../../../server/store/drops.ts'
import { createEvents } from '../../../server/store/events.ts'
import { ensurePartitions } from '../../../server/store/partitions.ts'
import { createSeal } from '../../../server/store/seal.ts'
import { findConnectionOf } from '../../../server/wire/webhooks.ts'
import { createTestDatabase } from '../../database.ts'
import { NOW, now, serve } from '../serve.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url, poolSize: 6 })
await ensurePartitions(db, { from: NOW, days: 2 })

const log = createLog({ level: 'silent' })
const connections = createConnections({ db, seal: createSeal([{ id: 'k1', key: randomBytes(32) }]), now })
const { accept, close } = createAccept({ events: createEvents({ db }), now, log })
const drops = createDrops({ db })
const counter = createDropCounter({ write: drops.add, now, log })
const cache = createConnectionCache({ find: findConnectionOf(connections), now })
const keys = generateKeyPairSync('ed25519')
const installed = async (id: string): Promise<boolean> => id === 'loc_1'

after(async () => {
  await close()
  await counter.close()
  await db.close()
})

const { agent } = serve(
  [
    ...crmWebhookRoutes({
      appId: 'app1',
      parse: parseCrmEvent,
      installed,
      isOfInterest: ({ type }) => type === 'ContactCreate',
      accept,
      drops: counter,
      observe: () => {},
    }),
    ...rankrWebhookRoutes({
      installed,
      accept,
      observe: () => {},
      touched: createTouch({
        touch: (locationId, connectionId, at) => connections.touch([{ locationId, connectionId, at }]),
        now,
        log,
      }),
    }),
  ],
  {
    doorsDeps: {
      crm: { verify: (signed) => verifyCrmSignature({ ...signed, keys: [keys.publicKey] }) },
      rankr: { connections: cache, verify: verifyRankrWebhook, now },
    },
  },
)

const postCrm = (body: object) => {
  const text = JSON.stringify(body)
  const signature = sign(null, Buffer.from(text), keys.privateKey).toString('base64')
  return agent.post('/webhooks/crm').type('json').set('X-GHL-Signature', signature).send(text)
}

const postRankr = (connectionId: string, secret: string, { id, body }: { id: string; body: object }) => {
  const text = JSON.stringify(body)
  return agent
    .post(`/webhooks/rankr/${connectionId}`)
    .type('json')
    .set({
      'webhook-id': id,
      'webhook-timestamp': String(NOW.getTime() / 1000),
      'webhook-signature': new Webhook(secret).sign(id, NOW, text),
    })
    .send(text)
}

const storedOf = async (source: string) => {
  const { rows } = await db.pool.query(
    'select location_id, lane, type, record_key, payload from events where source = $1 order by seq',
    [source],
  )
  return rows
}

test('a customer of Rankr is stored once, whole, in the mailbox of the account', async () => {
  const { connection, secret } = await connections.create('loc_1', { name: 'Main' })
  const body = {
    type: 'customer.created',
    timestamp: NOW.toISOString(),
    data: { id: 'cus_1', plan: { name: 'Growth' } },
  }
  const first = await postRankr(connection.id, secret, { id: 'msg_1', body }).expect(200)
  const second = await postRankr(connection.id, secret, { id: 'msg_1', body }).expect(200)
  assert.equal(first.body.outcome, 'stored')
  assert.deepEqual(second.body, { received: true, outcome: 'duplicate', eventId: first.body.eventId })
  assert.deepEqual(await storedOf('rankr'), [
    { location_id: 'loc_1', lane: 'live', type: 'customer.created', record_key: 'customer:cus_1', payload: body },
  ])
})

test('two workspaces of one account may use the same message id', async () => {
  const body = { type: 'issue.detected', timestamp: NOW.toISOString(), data: { id: 'iss_1', title: 'Slow' } }
  for (const name of ['First', 'Second']) {
    const { connection, secret } = await connections.create('loc_1', { name })
    const answer = await postRankr(connection.id, secret, { id: 'msg_same', body })
    assert.equal(answer.body.outcome, 'stored', name)
  }
})

test('a secret that was just rotated works at once, the one before still does', async () => {
  const { connection, secret: before } = await connections.create('loc_1', { name: 'Turning' })
  const body = { type: 'issue.updated', timestamp: NOW.toISOString(), data: { id: 'iss_1', title: 'Slow' } }
  await postRankr(connection.id, before, { id: 'msg_a', body }).expect(200)
  const rotated = await connections.rotate('loc_1', connection.id)
  cache.forget(connection.id)
  await postRankr(connection.id, rotated!.secret, { id: 'msg_b', body }).expect(200)
  await postRankr(connection.id, before, { id: 'msg_c', body }).expect(200)
})

test('many events at the same time are all stored, each once', async () => {
  const bodies = Array.from({ length: 30 }, (_, n) => ({
    type: 'ContactCreate',
    locationId: 'loc_1',
    id: `c${n % 15}`,
    webhookId: `wh_${n % 15}`,
  }))
  const answers = await Promise.all(bodies.map((body) => postCrm(body).expect(200)))
  assert.equal(answers.filter(({ body }) => body.outcome === 'stored').length, 15)
  assert.equal(answers.filter(({ body }) => body.outcome === 'duplicate').length, 15)
  const stored = await storedOf('crm')
  assert.equal(new Set(stored.map(({ record_key }) => record_key)).size, 15)
})

test('install, uninstall and install again are three events in their own lane', async () => {
  const install = { type: 'INSTALL', appId: 'app1', locationId: 'loc_new' }
  for (const body of [install, { ...install, type: 'UNINSTALL' }, install]) await postCrm(body).expect(200)
  const stored = (await storedOf('crm')).filter(({ lane }) => lane === 'lifecycle')
  assert.deepEqual(
    stored.map(({ location_id, type }) => [location_id, type]),
    [
      ['loc_new', 'INSTALL'],
      ['loc_new', 'UNINSTALL'],
      ['loc_new', 'INSTALL'],
    ],
  )
})

test('what is dropped is counted, strangers without their names', async () => {
  await postCrm({ type: 'TaskCreate', locationId: 'loc_1', id: 't1' }).expect(200)
  await postCrm({ type: 'TaskCreate', locationId: 'loc_1', id: 't2' }).expect(200)
  await postCrm({ type: 'ContactCreate', locationId: 'loc_stranger', id: 'c1' }).expect(200)
  await counter.close()
  assert.deepEqual(await drops.list('loc_1', '2026-11-25'), [
    { day: '2026-11-25', source: 'crm', type: 'TaskCreate', reason: 'not_of_interest', count: 2 },
  ])
  assert.deepEqual(await drops.list('-', '2026-11-25'), [
    { day: '2026-11-25', source: 'crm', type: '-', reason: 'not_installed', count: 1 },
  ])
  assert.deepEqual(await drops.list('loc_stranger', '2026-11-25'), [])
})
