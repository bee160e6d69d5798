import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import test, { after, type TestContext } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { createGuard } from '../../server/outbound/guard.ts'
import { createOutboundHttp } from '../../server/outbound/http.ts'
import { createPostWebhook } from '../../server/outbound/post-webhook.ts'
import { createWebhookEndpoints } from '../../server/store/webhook-endpoints.ts'
import { createDeliverWebhook, createTryWebhook } from '../../server/sync/deliver-webhook.ts'
import { createWebhookService } from '../../server/workflows/webhook-service.ts'
import { listen } from '../listen.ts'
import { newEvent, openDatabase } from '../relay/kit.ts'
import { createTenants } from './tenants.ts'

const db = await openDatabase(after)
const DAY_MS = 86_400_000

type Received = { headers: Record<string, string>; body: string }

/** A real receiver on 127.0.0.1 that answers what the test says. */
const receiver = async (t: TestContext) => {
  const received: Received[] = []
  const answer = { status: 200, headers: {} as Record<string, string>, body: 'ok' }
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    received.push({
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString('utf8'),
    })
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  const origin = await listen(server)
  t.after(() => server.close())
  return { received, answer, url: `${origin}/in?key=secret` }
}

let locations = 0

const arrange = async (t: TestContext, { allowedHosts = ['127.0.0.1'] } = {}) => {
  const tenants = createTenants(db)
  const { now, seal, workflows, audit, accept, events, breaker } = tenants
  const http = createOutboundHttp({ guard: createGuard({ allowedHosts }) })
  t.after(() => http.close())
  const endpoints = createWebhookEndpoints({ db, seal, now })
  const service = createWebhookService({
    endpoints,
    workflows,
    audit,
    accept: accept.accept,
    transaction: db.transaction,
    now,
  })
  const post = createPostWebhook({ http, now })
  tenants.own['app.webhooks.deliver'] = createDeliverWebhook({
    endpoints,
    events,
    post,
    switchOff: service.switchOff,
    breaker,
    now,
  })
  const tryWebhook = createTryWebhook({ endpoints, post, now })
  const locationId = `loc_w${++locations}`
  const other = await receiver(t)
  const create = (eventTypes = ['rankr.customer.created'], url = other.url) =>
    db.transaction((on) => service.create(locationId, { name: 'Order desk', url, eventTypes }, { by: 'user_1', on }))
  return { ...tenants, ...other, endpoints, service, tryWebhook, locationId, create }
}

test('saving a webhook publishes a workflow, and events of its types arrive signed', async (t) => {
  const { accept, create, work, received, locationId, workflows, runs, service, clock } = await arrange(t)
  const { endpoint, secret } = await create()
  const [workflow] = await workflows.list(locationId)
  assert.deepEqual([workflow?.templateId, workflow?.enabled], [`webhook:${endpoint.id}`, true])

  const { eventId } = await accept.accept(newEvent({ locationId, sourceEventId: 'a' }))
  await accept.accept(newEvent({ locationId, sourceEventId: 'b', type: 'customer.updated' }))
  await work(locationId)

  assert.equal(received.length, 1)
  const { headers, body } = received[0]!
  assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body))
  assert.equal(headers['webhook-id'], eventId)
  assert.deepEqual(JSON.parse(body), {
    type: 'rankr.customer.created',
    timestamp: JSON.parse(body).timestamp,
    data: { id: 'cus_1' },
    id: eventId,
  })
  assert.ok((await service.get(locationId, endpoint.id))?.lastDeliveredAt)
  const receivedOn = clock.now().toISOString().slice(0, 10)
  const [run] = await runs.ofEvent(locationId, { eventId, receivedOn })
  const [attempt] = await runs.attempts(locationId, { runId: run!.id, receivedOn })
  assert.equal(attempt?.outcome, 'ok')
  assert.doesNotMatch(JSON.stringify(attempt), /v1,|key=secret|whsec_/)
})

test('a failing address is tried again with the same id, and forgiven when it works', async (t) => {
  const { accept, create, work, received, answer, locationId, clock, service } = await arrange(t)
  const { endpoint } = await create()
  answer.status = 503
  await accept.accept(newEvent({ locationId }))
  await work(locationId)
  const failing = await service.get(locationId, endpoint.id)
  assert.ok(failing?.failingSince)
  assert.equal(failing?.failedCode, 'target_unavailable')

  answer.status = 200
  clock.advance(3_600_000)
  await work(locationId)
  assert.equal(received.length, 2)
  assert.equal(received[0]?.headers['webhook-id'], received[1]?.headers['webhook-id'])
  assert.notEqual(received[0]?.headers['webhook-timestamp'], received[1]?.headers['webhook-timestamp'])
  assert.equal((await service.get(locationId, endpoint.id))?.failingSince, null)
})

test('a refusal is a dead letter at once, with the answer kept', async (t) => {
  const { accept, create, work, answer, locationId, deadLetters } = await arrange(t)
  await create()
  Object.assign(answer, { status: 422, body: '{"error":"no such field"}' })
  await accept.accept(newEvent({ locationId }))
  await work(locationId)
  const [letter] = await deadLetters.list(locationId)
  assert.equal(letter?.code, 'target_rejected')
  assert.match(JSON.stringify(letter?.answer), /no such field/)
})

test('a redirect is not followed', async (t) => {
  const { accept, create, work, answer, received, locationId, deadLetters } = await arrange(t)
  await create()
  Object.assign(answer, { status: 302, headers: { location: 'http://127.0.0.1:1/' } })
  await accept.accept(newEvent({ locationId }))
  await work(locationId)
  assert.equal(received.length, 1)
  assert.match((await deadLetters.list(locationId))[0]?.detail ?? '', /redirects are not followed/)
})

test('an address that says 410 is switched off, with a record and an event', async (t) => {
  const { accept, create, work, answer, locationId, service, audit, registry, events } = await arrange(t)
  const { endpoint } = await create()
  answer.status = 410
  await accept.accept(newEvent({ locationId }))
  await work(locationId)
  const off = await service.get(locationId, endpoint.id)
  assert.deepEqual([off?.status, off?.disabledCode], ['disabled', 'target_gone'])
  assert.deepEqual(
    (await audit.list(locationId, { subjectType: 'webhook' })).map(({ action }) => action),
    ['webhook.switched_off'],
  )
  registry.forget(locationId)
  assert.equal(await registry.wants({ locationId, source: 'rankr', type: 'customer.created' }), false)
  const { events: stored } = await events.after(locationId, 'live', { cursor: 0, cursorOn: '2020-01-01', limit: 10 })
  assert.deepEqual(
    stored.map(({ source, type }) => `${source} ${type}`),
    ['rankr customer.created', 'app webhook.disabled'],
  )
})

test('an address that fails for five days is switched off, not a day before', async (t) => {
  const { accept, create, work, answer, locationId, service, clock, endpoints } = await arrange(t)
  const { endpoint } = await create()
  answer.status = 400
  const fail = async (n: number) => {
    await accept.accept(newEvent({ locationId, sourceEventId: `f${n}`, recordKey: `customer:${n}` }))
    await work(locationId)
    return (await service.get(locationId, endpoint.id))?.status
  }
  // Failing since four days ago, by the endpoint's own clock.
  clock.advance(-4 * DAY_MS)
  await endpoints.failed(locationId, endpoint.id, 'target_unavailable')
  clock.advance(4 * DAY_MS)
  assert.equal(await fail(1), 'active')
  await db.kysely
    .updateTable('webhook_endpoints')
    .set({ failing_since: new Date(clock.now().getTime() - 5 * DAY_MS) })
    .where('location_id', '=', locationId)
    .execute()
  assert.equal(await fail(2), 'disabled')
})

test('while the secret is changed both are used, then only the new one', async (t) => {
  const { accept, create, work, received, locationId, service, clock } = await arrange(t)
  const { endpoint, secret: old } = await create()
  const rotated = await db.transaction((on) => service.rotate(locationId, endpoint.id, { overlapHours: 24, on }))
  const deliver = async (n: number) => {
    await accept.accept(newEvent({ locationId, sourceEventId: `r${n}`, recordKey: `customer:${n}` }))
    await work(locationId)
    return received.at(-1)!
  }
  const during = await deliver(1)
  for (const secret of [old, rotated!.secret]) assert.ok(new Webhook(secret).verify(during.body, during.headers))
  await db.kysely
    .updateTable('webhook_endpoints')
    .set({ previous_secret_expires_at: new Date(clock.now().getTime() - 1) })
    .where('location_id', '=', locationId)
    .execute()
  const later = await deliver(2)
  assert.throws(() => new Webhook(old).verify(later.body, later.headers))
  assert.ok(new Webhook(rotated!.secret).verify(later.body, later.headers))
})

test('the test button sends a test event and shows what came back', async (t) => {
  const { create, tryWebhook, answer, received, locationId, service } = await arrange(t)
  const { endpoint } = await create()
  Object.assign(answer, { status: 200, body: 'hello' })
  const good = await tryWebhook(locationId, endpoint.id)
  assert.deepEqual(good && { ...good, durationMs: 0 }, { isOk: true, status: 200, durationMs: 0, body: 'hello' })
  assert.equal(JSON.parse(received[0]!.body).type, 'test')
  answer.status = 500
  const bad = await tryWebhook(locationId, endpoint.id)
  assert.ok(bad && !bad.isOk)
  assert.deepEqual([bad.code, bad.status], ['target_unavailable', 500])
  assert.equal((await service.get(locationId, endpoint.id))?.failingSince, null, 'a trial does not count')
  assert.equal(await tryWebhook('loc_other', endpoint.id), undefined)
})

test('in live mode our own machine cannot be reached', async (t) => {
  const { create, tryWebhook, received, locationId } = await arrange(t, { allowedHosts: [] })
  const { endpoint } = await create()
  const trial = await tryWebhook(locationId, endpoint.id)
  assert.ok(trial && !trial.isOk)
  assert.equal(trial.code, 'url_not_allowed')
  assert.equal(received.length, 0)
})

test('another account neither sees, changes nor tries a webhook', async (t) => {
  const { create, service, endpoints } = await arrange(t)
  const { endpoint } = await create()
  const stranger = 'loc_stranger'
  const wish = { name: 'x', url: 'https://x.example.com', eventTypes: [] }
  await db.transaction(async (on) => {
    assert.equal(await service.get(stranger, endpoint.id), undefined)
    assert.equal(await service.change(stranger, endpoint.id, { wish, by: 'u', on }), undefined)
    assert.equal(await service.rotate(stranger, endpoint.id, { overlapHours: 0, on }), undefined)
    assert.equal(await service.setEnabled(stranger, endpoint.id, { isEnabled: false, on }), undefined)
    assert.equal(await service.remove(stranger, endpoint.id, { on }), undefined)
    assert.equal(await endpoints.target(stranger, endpoint.id), undefined)
  })
  assert.deepEqual(await service.list(stranger), [])
})

test('a webhook that is removed gets nothing any more', async (t) => {
  const { accept, create, service, work, received, locationId } = await arrange(t)
  const { endpoint } = await create()
  await accept.accept(newEvent({ locationId }))
  await db.transaction((on) => service.remove(locationId, endpoint.id, { on }))
  await work(locationId)
  assert.equal(received.length, 0)
})
