import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import test from 'node:test'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { algorithmsOf, readPublicKeys } from '../../server/api/public-keys.ts'
import { fc } from '../property.ts'

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed = generateKeyPairSync('ed25519')
const jwkOf = (pair: { publicKey: typeof ec.publicKey }, more: object = {}) => ({
  ...(pair.publicKey.export({ format: 'jwk' }) as JWK),
  ...more,
})
const pemOf = (pair: { publicKey: typeof ec.publicKey }) => pair.publicKey.export({ type: 'spki', format: 'pem' })

const detailOf = async (text: string) => {
  const read = await readPublicKeys(text)
  assert.equal(read.ok, false)
  return read.ok ? '' : read.detail
}

test('a set of keys is read with their ids, public parts only', async () => {
  const read = await readPublicKeys(
    JSON.stringify({ keys: [jwkOf(ec, { kid: 'a', use: 'sig', note: 'x' }), jwkOf(rsa, { kid: 'b' })] }),
  )
  assert.ok(read.ok)
  assert.deepEqual(read.keys, [
    { kid: 'a', jwk: jwkOf(ec, { kid: 'a' }) },
    { kid: 'b', jwk: jwkOf(rsa, { kid: 'b' }) },
  ])
})

test('a single JWK and PEM texts are read too, with the thumbprint as id', async () => {
  const kid = await calculateJwkThumbprint(jwkOf(ec))
  for (const text of [JSON.stringify(jwkOf(ec)), pemOf(ec) as string]) {
    const read = await readPublicKeys(text)
    assert.deepEqual(read, { ok: true, keys: [{ kid, jwk: jwkOf(ec, { kid }) }] })
  }
  const two = await readPublicKeys(`${pemOf(ec)}\n${pemOf(ed)}`)
  assert.equal(two.ok && two.keys.length, 2)
})

test('an id that is no plain text gives way to the thumbprint', async () => {
  for (const kid of ['', 'with\0zero', 'x'.repeat(129), 5]) {
    const read = await readPublicKeys(JSON.stringify(jwkOf(ec, { kid })))
    assert.equal(read.ok && read.keys[0]!.kid, await calculateJwkThumbprint(jwkOf(ec)))
  }
})

test('a private key is refused with the advice to replace it', async () => {
  const pem = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const jwk = JSON.stringify(rsa.privateKey.export({ format: 'jwk' }))
  for (const text of [pem, jwk, JSON.stringify({ keys: [jwkOf(ed), JSON.parse(jwk)] })]) {
    assert.match(await detailOf(text), /private key.*replace it/)
  }
})

test('keys that are too weak or of an unknown kind are refused', async () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const odd = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  assert.match(await detailOf(JSON.stringify(jwkOf(weak))), /2048 bits/)
  assert.match(await detailOf(JSON.stringify(jwkOf(odd))), /P-256/)
  assert.match(await detailOf(JSON.stringify({ kty: 'oct', k: 'AAAA' })), /JWK Set/)
})

test('two keys of one id and more than ten keys are refused', async () => {
  const twice = { keys: [jwkOf(ec, { kid: 'a' }), jwkOf(ed, { kid: 'a' })] }
  assert.match(await detailOf(JSON.stringify(twice)), /same kid, "a"/)
  const many = { keys: Array.from({ length: 11 }, (_, i) => jwkOf(ec, { kid: `${i}` })) }
  assert.match(await detailOf(JSON.stringify(many)), /at most 10/)
})

test('no text makes the reader throw', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((keys) => `{"keys":[${keys}]}`),
      ),
      async (text) => {
        assert.equal((await readPublicKeys(text)).ok, false)
      },
    ),
  )
})

test('the key says which algorithms it may have signed with', () => {
  assert.deepEqual(algorithmsOf(jwkOf(ec)), ['ES256'])
  assert.deepEqual(algorithmsOf(jwkOf(rsa)), ['RS256', 'PS256'])
  assert.deepEqual(algorithmsOf({ kty: 'oct' }), [])
})
