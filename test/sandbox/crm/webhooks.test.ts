import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { createServer } from 'node:http'
import test from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { listen } from '../../listen.ts'
import { APP, startCrm } from './harness.ts'

const locationId = SEED.locations.dental

test('a webhook is a real POST of JSON, signed over its exact bytes', async (t) => {
  const received: { body: Buffer; signature: string; type: string }[] = []
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({
      body: Buffer.concat(chunks),
      signature: String(request.headers['x-ghl-signature']),
      type: String(request.headers['content-type']),
    })
    response.writeHead(204).end()
  })
  const origin = await listen(receiver)
  t.after(() => {
    receiver.closeAllConnections()
    receiver.close()
  })
  const webhookUrl = `${origin}/in`
  const { postWebhook } = await import('../../../server/sandbox/crm/deliveries.ts')
  const { crm } = await startCrm(t, { app: { webhookUrl }, apps: [{ ...APP, webhookUrl }], sendWebhook: postWebhook })
  crm.control.install({ target: { kind: 'Location', locationId } })
  await crm.control.flushWebhooks()
  const [webhook] = received
  assert.equal(received.length, 1)
  assert.equal(webhook!.type, 'application/json')
  assert.equal(JSON.parse(webhook!.body.toString()).type, 'INSTALL')
  const signature = Buffer.from(webhook!.signature, 'base64')
  assert.ok(verify(null, webhook!.body, crm.publicKeyPem, signature))
  assert.ok(!verify(null, Buffer.concat([webhook!.body, Buffer.from(' ')]), crm.publicKeyPem, signature))
  assert.equal(crm.control.deliveries()[0]?.state, 'delivered')
})

test('anything but 2xx is tried again, the same bytes, until the tries are used up', async (t) => {
  const answers = [500, 302, null, 404]
  const bodies: string[] = []
  const { crm } = await startCrm(t, {
    retryDelaysMs: [0, 0, 0],
    async sendWebhook(_url, body) {
      bodies.push(body)
      const status = answers[bodies.length - 1]
      if (status === null || status === undefined) throw new Error('connect ECONNREFUSED')
      return status
    },
  })
  crm.control.install({ target: { kind: 'Location', locationId } })
  await crm.control.flushWebhooks()
  assert.equal(new Set(bodies).size, 1)
  const [delivery] = crm.control.deliveries()
  assert.equal(delivery?.state, 'failed')
  assert.deepEqual(
    delivery?.attempts.map(({ status }) => status),
    [500, 302, null, 404],
  )
  assert.match(delivery?.attempts[2]?.error ?? '', /ECONNREFUSED/)
})

test('a later try waits for its time, or for a person who says now', async (t) => {
  let status = 503
  const { crm } = await startCrm(t, { retryDelaysMs: [60_000], sendWebhook: async () => status })
  crm.control.install({ target: { kind: 'Location', locationId } })
  await crm.control.flushWebhooks()
  assert.equal(crm.control.deliveries()[0]?.state, 'pending')
  status = 200
  crm.control.retryWebhooksNow()
  await crm.control.flushWebhooks()
  assert.equal(crm.control.deliveries()[0]?.state, 'delivered')
})

test('a delivery can be sent again, byte for byte', async (t) => {
  const { crm, sent } = await startCrm(t)
  crm.control.install({ target: { kind: 'Location', locationId } })
  await crm.control.flushWebhooks()
  assert.ok(crm.control.resendWebhook(crm.control.deliveries()[0]!.id))
  await crm.control.flushWebhooks()
  assert.equal(sent.length, 2)
  assert.deepEqual(sent[0], sent[1])
  assert.equal(crm.control.resendWebhook('unknown'), false)
})

test('events go to their own URL if the app has one, and only where it is installed, chosen and allowed', async (t) => {
  const { crm, sent } = await startCrm(t, {
    apps: [{ ...APP, events: ['ContactCreate', 'RecordCreate'] }],
  })
  const target = { kind: 'Location' as const, locationId }
  crm.control.install({ target, scopes: ['objects/record.readonly'] })
  await crm.control.flushWebhooks()
  sent.length = 0
  crm.control.emit('RecordCreate', locationId, { id: 'r1' })
  crm.control.emit('ContactCreate', locationId, { id: 'c1' })
  crm.control.emit('RecordDelete', locationId, { id: 'r1' })
  crm.control.emit('RecordCreate', SEED.locations.legal, { id: 'r2' })
  await crm.control.flushWebhooks()
  assert.deepEqual(
    sent.map(({ url }) => url),
    ['https://app.example.com/webhooks/crm/RecordCreate'],
  )
  const body = JSON.parse(sent[0]!.body)
  assert.ok(!('type' in body), 'such bodies do not name their event')
  assert.equal(body.id, 'r1')
})

test('lifecycle bodies can come without timestamp and id, as in the samples', async (t) => {
  const { crm, sent } = await startCrm(t, { lifecycleIds: false })
  crm.control.install({ target: { kind: 'Location', locationId } })
  crm.control.uninstall(locationId)
  await crm.control.flushWebhooks()
  assert.deepEqual(JSON.parse(sent[1]!.body), { type: 'UNINSTALL', appId: 'testapp000000000000000001', locationId })
  assert.ok(!('webhookId' in JSON.parse(sent[0]!.body)))
})

test('nothing is sent for an uninstalled location', async (t) => {
  const { crm, sent } = await startCrm(t)
  crm.control.install({ target: { kind: 'Location', locationId } })
  crm.control.uninstall(locationId)
  await crm.control.flushWebhooks()
  sent.length = 0
  crm.control.emit('ContactCreate', locationId, { id: 'c1' })
  await crm.control.flushWebhooks()
  assert.deepEqual(sent, [])
})
