import assert from 'node:assert/strict'
import test from 'node:test'
import { Webhook } from 'standardwebhooks'
import { signatureHeaders } from '../../server/outbound/sign.ts'

const SECRET = `whsec_${Buffer.from('a key of our own, 32 bytes long!').toString('base64')}`
const OLDER = `whsec_${Buffer.from('the key before it, 32 bytes long').toString('base64')}`
const body = JSON.stringify({ type: 'test', timestamp: '2026-03-02T12:00:00.000Z', data: { name: 'Zoë' }, id: 'evt_1' })

test('what we sign is accepted by the library of the specification', () => {
  const headers = signatureHeaders({ id: 'evt_1', sentAt: new Date(), body, secrets: [SECRET] })
  assert.deepEqual(new Webhook(SECRET).verify(body, headers), JSON.parse(body))
})

test('while a secret is rotated out, receivers with either one accept it, and nobody else', () => {
  const headers = signatureHeaders({ id: 'evt_1', sentAt: new Date(), body, secrets: [SECRET, OLDER] })
  assert.equal(headers['webhook-signature']?.split(' ').length, 2)
  for (const secret of [SECRET, OLDER]) assert.ok(new Webhook(secret).verify(body, headers))
  const stranger = `whsec_${Buffer.from('a key of somebody else, 32 bytes').toString('base64')}`
  assert.throws(() => new Webhook(stranger).verify(body, headers))
})

test('the time is that of the try, in whole seconds', () => {
  const sentAt = new Date('2026-03-02T12:00:00.900Z')
  assert.equal(signatureHeaders({ id: 'a', sentAt, body, secrets: [SECRET] })['webhook-timestamp'], '1772452800')
})
