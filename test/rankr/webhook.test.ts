import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { Webhook } from 'standardwebhooks'
import { signingKey, verifyRankrWebhook } from '../../server/rankr/webhook.ts'
import { fc } from '../property.ts'

const NOW = new Date('2026-11-25T10:00:00.000Z')
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

const sent = (secret: string, { body = '{}', id = 'msg_1', at = NOW } = {}) => ({
  rawBody: Buffer.from(body),
  headers: {
    id,
    timestamp: String(Math.floor(at.getTime() / 1000)),
    // The reference implementation signs; ours only checks.
    signature: new Webhook(secret).sign(id, at, body),
  },
  now: NOW,
})

test('what the reference implementation signs is accepted, whatever the text', () => {
  const secret = newSecret()
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (body) => {
      const verdict = verifyRankrWebhook({ ...sent(secret, { body }), keys: [signingKey(secret)] })
      assert.deepEqual(verdict, { ok: true, webhookId: 'msg_1', sentAt: NOW })
    }),
  )
})

test('the vector of the specification is accepted', () => {
  const at = new Date(1_614_265_330_000)
  const verdict = verifyRankrWebhook({
    rawBody: Buffer.from('{"test": 2432232314}'),
    headers: {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    keys: [signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
    now: at,
  })
  assert.equal(verdict.ok, true)
})

test('any change of body, id or time is noticed', () => {
  const secret = newSecret()
  const good = sent(secret, { body: '{"a":1}' })
  const changed = [
    { ...good, rawBody: Buffer.from('{"a":2}') },
    { ...good, headers: { ...good.headers, id: 'msg_2' } },
    { ...good, headers: { ...good.headers, timestamp: String(NOW.getTime() / 1000 + 1) } },
  ]
  for (const one of changed) {
    assert.deepEqual(verifyRankrWebhook({ ...one, keys: [signingKey(secret)] }), { ok: false, reason: 'no_match' })
  }
})

test('either of two secrets, and any of several signatures, opens', () => {
  const [current, previous] = [newSecret(), newSecret()]
  assert.equal(verifyRankrWebhook({ ...sent(previous), keys: [signingKey(current), signingKey(previous)] }).ok, true)
  const both = sent(current)
  both.headers.signature = `v1a,AAAA ${sent(previous).headers.signature} ${both.headers.signature}`
  assert.equal(verifyRankrWebhook({ ...both, keys: [signingKey(current)] }).ok, true)
})

test('no secret opens nothing', () => {
  assert.equal(verifyRankrWebhook({ ...sent(newSecret()), keys: [] }).ok, false)
})

test('headers that are missing or make no sense are named as such', () => {
  const secret = newSecret()
  const good = sent(secret)
  for (const headers of [
    { id: undefined },
    { timestamp: undefined },
    { signature: undefined },
    { timestamp: 'now' },
    { timestamp: '-5' },
    { id: 'x'.repeat(257) },
    { id: 'a b' },
  ]) {
    const verdict = verifyRankrWebhook({
      ...good,
      headers: { ...good.headers, ...headers },
      keys: [signingKey(secret)],
    })
    assert.deepEqual(verdict, { ok: false, reason: 'headers_missing' })
  }
})

test('a clock may be off by 5 minutes', () => {
  const secret = newSecret()
  const at = (seconds: number) =>
    verifyRankrWebhook({
      ...sent(secret, { at: new Date(NOW.getTime() + seconds * 1000) }),
      keys: [signingKey(secret)],
    })
  assert.equal(at(-300).ok, true)
  assert.equal(at(300).ok, true)
  assert.deepEqual(at(-301), { ok: false, reason: 'timestamp_outside' })
  assert.deepEqual(at(301), { ok: false, reason: 'timestamp_outside' })
})

test('no header text makes the check throw or pass', () => {
  const secret = newSecret()
  fc.assert(
    fc.property(fc.string(), (signature) => {
      const good = sent(secret)
      assert.equal(
        verifyRankrWebhook({ ...good, headers: { ...good.headers, signature }, keys: [signingKey(secret)] }).ok,
        false,
      )
    }),
  )
})
