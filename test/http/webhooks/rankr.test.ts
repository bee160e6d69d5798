import assert from 'node:assert/strict'
import test from 'node:test'
import { Webhook } from 'standardwebhooks'
import { AppError } from '../../../server/errors.ts'
import type { WebhookConnection } from '../../../server/http/doors/rankr-signature.ts'
import { rankrWebhookRoutes } from '../../../server/http/webhooks/rankr.ts'
import type { Accept, IncomingEvent } from '../../../server/http/webhooks/receive.ts'
import { signingKey, verifyRankrWebhook } from '../../../server/rankr/webhook.ts'
import { NOW, now, serve } from '../serve.ts'

const secretOf = (name: string): string => `whsec_${Buffer.from(name.padEnd(32, '.')).toString('base64')}`
const CURRENT = secretOf('current')
const PREVIOUS = secretOf('previous')

const connection: WebhookConnection = {
  id: 'con_1',
  locationId: 'loc_1',
  isEnabled: true,
  keys: [
    { key: signingKey(CURRENT), expiresAt: null },
    { key: signingKey(PREVIOUS), expiresAt: new Date(NOW.getTime() + 1000) },
  ],
}

const event = {
  type: 'customer.created',
  timestamp: '2026-11-25T09:59:00.000Z',
  data: { id: 'cus_1', email: 'ana@example.com', name: 'Ana', visibility_score: 42 },
}

type Options = {
  connections?: WebhookConnection[]
  renewed?: WebhookConnection
  accept?: Accept
  installed?: boolean
  get?: () => Promise<never>
}

const rig = ({ connections = [connection], renewed, accept, installed = true, get }: Options = {}) => {
  const accepted: IncomingEvent[] = []
  const touched: object[] = []
  const seen = new Set<string>()
  const known = new Map(connections.map((one) => [one.id, one]))
  const routes = rankrWebhookRoutes({
    installed: async () => installed,
    accept:
      accept ??
      (async (incoming) => {
        const id = incoming.sourceEventId ?? ''
        const outcome = seen.has(id) ? 'duplicate' : 'stored'
        if (outcome === 'stored') accepted.push(incoming)
        seen.add(id)
        return { outcome, eventId: 'event-1' }
      }),
    touched: (one) => void touched.push(one),
    observe: () => {},
  })
  const { agent, lines } = serve(routes, {
    doorsDeps: {
      rankr: {
        connections: {
          get: get ?? (async (id) => known.get(id)),
          renew: async (id) => {
            if (!renewed) return false
            known.set(id, renewed)
            return true
          },
        },
        verify: verifyRankrWebhook,
        now,
      },
    },
  })
  type Sending = { id?: string; secret?: string; at?: Date; connectionId?: string; headers?: Record<string, string> }
  const post = (
    body: unknown,
    { id = 'msg_1', secret = CURRENT, at = NOW, connectionId = 'con_1', headers }: Sending = {},
  ) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    // Signed by the reference implementation of the specification, not by ours.
    const signature = new Webhook(secret).sign(id, at, text)
    const timestamp = String(Math.floor(at.getTime() / 1000))
    return agent
      .post(`/webhooks/rankr/${connectionId}`)
      .type('json')
      .set(headers ?? { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature })
      .send(text)
  }
  return { accepted, touched, lines, post }
}

test('the door is closed without signature headers', async () => {
  const { post, accepted } = rig()
  const answer = await post(event, { headers: {} }).expect(401)
  assert.equal(answer.body.code, 'invalid_signature')
  assert.equal(answer.body.detail, 'Send the headers webhook-id, webhook-timestamp (seconds) and webhook-signature.')
  assert.deepEqual(accepted, [])
})

test('the door is closed for a signature under another secret', async () => {
  const answer = await rig()
    .post(event, { secret: secretOf('another') })
    .expect(401)
  assert.equal(answer.body.code, 'invalid_signature')
  assert.equal(
    answer.body.detail,
    'Sign the exact bytes of the body with the current signing secret and send it again.',
  )
})

test('the door is closed more than 5 minutes from our clock', async () => {
  for (const seconds of [-301, 301]) {
    const answer = await rig()
      .post(event, { at: new Date(NOW.getTime() + seconds * 1000) })
      .expect(401)
    assert.equal(
      answer.body.detail,
      'The timestamp is more than 5 minutes away from our clock. Sign the event again when you send it.',
    )
  }
  await rig()
    .post(event, { at: new Date(NOW.getTime() - 300_000) })
    .expect(200)
})

test('an unknown connection and one that is switched off are 404 with their own words', async () => {
  const unknown = await rig().post(event, { connectionId: 'con_2' }).expect(404)
  assert.equal(unknown.body.code, 'connection_not_found')
  assert.equal(unknown.body.detail, 'Use the webhook address shown in the settings page of this account.')
  const off = await rig({ connections: [{ ...connection, isEnabled: false }] })
    .post(event)
    .expect(404)
  assert.equal(off.body.code, 'connection_not_found')
  assert.equal(off.body.detail, 'This connection is switched off. Switch it on in the settings page of this account.')
})

test('the short way and the long way answer alike, good or bad', async () => {
  const { post, lines } = rig()
  const told = ({ status, body, headers }: Awaited<ReturnType<typeof post>>) => {
    const { requestId, ...rest } = body
    const { date, 'x-request-id': id, ...more } = headers
    assert.match(id!, /^[0-9a-f-]{36}$/)
    if (requestId) assert.equal(requestId, id)
    return { status, body: rest, headers: more }
  }
  // With a slash at its end the address is none of the short way's.
  const [short, long] = [await post(event, { id: 'msg_1' }), await post(event, { id: 'msg_2', connectionId: 'con_1/' })]
  assert.equal(short.status, 200)
  assert.equal(short.get('Content-Security-Policy'), "default-src 'none';frame-ancestors 'none'")
  assert.deepEqual({ ...told(long).headers, 'content-length': '' }, { ...told(short).headers, 'content-length': '' })
  assert.deepEqual(told(long).body, told(short).body)
  const wrong = { secret: secretOf('another') }
  assert.deepEqual(told(await post(event, { ...wrong, connectionId: 'con_1/' })), told(await post(event, wrong)))
  assert.deepEqual(
    lines.filter(({ msg }) => msg === 'answered').map(({ route, status }) => [route, status]),
    [200, 200, 401, 401].map((status) => ['/webhooks/rankr/:connectionId', status]),
  )
})

test('a genuine event is stored whole', async () => {
  const { post, accepted, touched } = rig()
  const answer = await post(event).expect(200)
  assert.deepEqual(answer.body, { received: true, outcome: 'stored', eventId: 'event-1' })
  assert.deepEqual(accepted, [
    {
      locationId: 'loc_1',
      lane: 'live',
      source: 'rankr',
      type: 'customer.created',
      recordKey: 'customer:cus_1',
      sourceEventId: 'con_1:msg_1',
      connectionId: 'con_1',
      occurredAt: new Date('2026-11-25T09:59:00.000Z'),
      hops: 0,
      payload: event,
    },
  ])
  assert.deepEqual(touched, [{ locationId: 'loc_1', connectionId: 'con_1' }])
})

test('the same event twice is stored once and answered 200', async () => {
  const { post, accepted } = rig()
  await post(event).expect(200)
  assert.equal((await post(event).expect(200)).body.outcome, 'duplicate')
  assert.equal(accepted.length, 1)
})

test('the secret before the current one is accepted until it expires', async () => {
  await rig().post(event, { secret: PREVIOUS }).expect(200)
  const expired = { ...connection, keys: [connection.keys[0]!, { key: signingKey(PREVIOUS), expiresAt: NOW }] }
  await rig({ connections: [expired] })
    .post(event, { secret: PREVIOUS })
    .expect(401)
})

test('a secret rotated since the last look is looked up again', async () => {
  const fresh = secretOf('fresh')
  const renewed = { ...connection, keys: [{ key: signingKey(fresh), expiresAt: null }] }
  await rig({ renewed }).post(event, { secret: fresh }).expect(200)
  await rig().post(event, { secret: fresh }).expect(401)
})

test('a record that lacks what it needs is refused with pointers', async () => {
  const { post, accepted } = rig()
  const answer = await post({ ...event, data: { email: 'nobody', tags: 'vip' } }).expect(422)
  assert.equal(answer.body.code, 'invalid_body')
  assert.equal(answer.body.title, 'The body is not valid')
  assert.deepEqual(answer.body.errors, [
    { pointer: '/data/id', detail: 'id is missing: it must be text or a number' },
    { pointer: '/data/email', detail: 'email must be an e-mail address' },
    { pointer: '/data/tags', detail: 'tags must be a list of texts' },
  ])
  assert.deepEqual(accepted, [])
})

test('a body that is not JSON is refused with a pointer', async () => {
  const answer = await rig().post('{"type"').expect(422)
  assert.equal(answer.body.code, 'invalid_body')
  assert.deepEqual(answer.body.errors, [{ pointer: '', detail: 'The body is not valid JSON' }])
})

test('a body over 512 KB is refused', async () => {
  const answer = await rig()
    .post({ ...event, note: 'x'.repeat(513 * 1024) })
    .expect(413)
  assert.equal(answer.body.code, 'payload_too_large')
})

test('an account without the app is told so', async () => {
  const { post, accepted } = rig({ installed: false })
  const answer = await post(event).expect(404)
  assert.equal(answer.body.code, 'not_installed')
  assert.deepEqual(accepted, [])
})

test('when it cannot be stored or looked up now the sender is asked to come again', async () => {
  const busy = rig({
    accept: async () => {
      throw new AppError('cannot_store_now', { retryAfterSeconds: 5 })
    },
  })
  const answer = await busy.post(event).expect(429)
  assert.equal(answer.body.code, 'cannot_store_now')
  assert.equal(answer.body.detail, 'Wait for the time in Retry-After, then send the same event again.')
  assert.equal(answer.get('Retry-After'), '5')
  assert.deepEqual(busy.touched, [])

  const blind = rig({
    get: async () => {
      throw new Error('no database')
    },
  })
  assert.equal((await blind.post(event).expect(429)).body.code, 'cannot_store_now')
})
