import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '../../server/errors.ts'
import { maskedAddress } from '../../server/masked-address.ts'
import type { OutboundAnswer, OutboundRequest } from '../../server/outbound/http.ts'
import { createPostWebhook, type WebhookExchange } from '../../server/outbound/post-webhook.ts'

const NOW = new Date('2026-03-02T12:00:00.000Z')
const secrets = [`whsec_${Buffer.from('a key of our own, 32 bytes long!').toString('base64')}`]
const message = { id: 'evt_1', type: 'rankr.customer.created', timestamp: NOW, data: { id: 'cus_1' } }
const url = 'https://hooks.example.com/in?token=abc&v=1'

const posting = async (answer: Partial<OutboundAnswer>) => {
  const sent: OutboundRequest[] = []
  const exchanges: WebhookExchange[] = []
  const post = createPostWebhook({
    http: {
      send: async (request) => {
        sent.push(request)
        return { status: 200, headers: {}, body: '', durationMs: 3, ...answer }
      },
    },
    now: () => NOW,
  })
  let failure: AppError | undefined
  await post({ url, secrets, message }, (exchange) => exchanges.push(exchange)).catch((error) => {
    assert.ok(error instanceof AppError)
    failure = error
  })
  return { sent, exchanges, failure }
}

test('the body is type, time, data and id, and the address gets it as it is', async () => {
  const { sent, failure } = await posting({ status: 204 })
  assert.equal(failure, undefined)
  assert.equal(sent[0]?.url, url)
  assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), {
    type: 'rankr.customer.created',
    timestamp: '2026-03-02T12:00:00.000Z',
    data: { id: 'cus_1' },
    id: 'evt_1',
  })
  assert.equal(sent[0]?.headers?.['webhook-id'], 'evt_1')
})

test('what is kept shows neither signature nor what the address carries in its query', async () => {
  const { exchanges } = await posting({ body: 'thanks' })
  assert.deepEqual(exchanges.at(-1)?.response, { status: 200, durationMs: 3, body: 'thanks' })
  const kept = JSON.stringify(exchanges)
  assert.doesNotMatch(kept, /v1,|abc|whsec/)
  assert.match(kept, /hooks\.example\.com\/in/)
  assert.equal(maskedAddress('https://a.example/b?x=1'), 'https://a.example/b?x=••••')
})

for (const [status, code, retry] of [
  [301, 'target_rejected', 'permanent'],
  [400, 'target_rejected', 'permanent'],
  [404, 'target_rejected', 'permanent'],
  [408, 'target_unavailable', 'passing'],
  [410, 'target_gone', 'permanent'],
  [429, 'target_unavailable', 'passing'],
  [500, 'target_unavailable', 'passing'],
  [503, 'target_unavailable', 'passing'],
] as const) {
  test(`${status} is ${code}, which is ${retry}, with the answer beside it`, async () => {
    const { failure } = await posting({ status, body: 'no' })
    assert.deepEqual([failure?.code, failure?.retry], [code, retry])
    assert.deepEqual(failure?.extra, { answer: { status, body: 'no' } })
  })
}

test('Retry-After is heard in seconds and as a date, and no longer than an hour', async () => {
  const after = async (value: string) =>
    (await posting({ status: 429, headers: { 'retry-after': value } })).failure?.retryAfterSeconds
  assert.equal(await after('30'), 30)
  assert.equal(await after('Mon, 02 Mar 2026 12:01:00 GMT'), 60)
  assert.equal(await after('999999'), 3600)
  assert.equal(await after('soon'), undefined)
})
