import assert from 'node:assert/strict'
import test from 'node:test'
import { looksLikeApiKey, newApiKey, parseApiKey } from '../../server/api/api-key.ts'
import { hashOfCredential, newCredential, parseCredential, visibleStart } from '../../server/api/credential-text.ts'
import { fc } from '../property.ts'

const mode = fc.constantFrom('live' as const, 'test' as const)
const BASE62 = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz']

test('a new key says what it is, in the form that scanners look for', () => {
  fc.assert(
    fc.property(mode, (mode) => {
      const key = newApiKey(mode)
      assert.match(key, new RegExp(`^rk_${mode}_[0-9A-Za-z]{49}$`))
      assert.deepEqual(parseApiKey(key), { ok: true, mode })
    }),
  )
})

test('the checksum is CRC-32 in base 62 of all before it, so that others can compute it', () => {
  // Computed with zlib.crc32 of Python and a base 62 of digits, capitals, small letters.
  const body = `rk_live_${'0'.repeat(43)}`
  assert.deepEqual(parseApiKey(`${body}2niIr8`), { ok: true, mode: 'live' })
})

test('any other letter in any place after the kind is noticed without asking anybody', () => {
  fc.assert(
    fc.property(mode, fc.nat(48), fc.constantFrom(...BASE62), (mode, place, letter) => {
      const key = newApiKey(mode)
      const at = key.length - 49 + place
      fc.pre(key[at] !== letter)
      assert.deepEqual(parseApiKey(key.slice(0, at) + letter + key.slice(at + 1)), { ok: false, reason: 'checksum' })
    }),
  )
})

test('two letters that changed places are noticed', () => {
  fc.assert(
    fc.property(fc.nat(47), (place) => {
      const key = newApiKey('live')
      const at = key.length - 49 + place
      const [a, b] = [key[at]!, key[at + 1]!]
      fc.pre(a !== b)
      assert.equal(parseApiKey(key.slice(0, at) + b + a + key.slice(at + 2)).ok, false)
    }),
  )
})

test('a key of the other mode does not come from swapping the word', () => {
  const key = newApiKey('test').replace('rk_test_', 'rk_live_')
  assert.deepEqual(parseApiKey(key), { ok: false, reason: 'checksum' })
})

test('a key that was cut or has grown is incomplete, whatever is missing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 48 }), (missing) => {
      const key = newApiKey('live')
      assert.deepEqual(parseApiKey(key.slice(0, -missing)), { ok: false, reason: 'incomplete' })
      assert.deepEqual(parseApiKey(key + '0'.repeat(missing)), { ok: false, reason: 'incomplete' })
    }),
  )
})

test('no text makes the parser throw or take what is not a key', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('rk_live_')), (text) => {
      assert.equal(parseApiKey(text).ok, false)
    }),
  )
})

test('the secret of a client is not a key, nor the other way round', () => {
  const secret = newCredential('rks', 'live')
  assert.deepEqual(parseApiKey(secret), { ok: false, reason: 'form' })
  assert.deepEqual(parseCredential('rks', secret), { ok: true, mode: 'live' })
  assert.deepEqual(parseCredential('rks', newApiKey('live')), { ok: false, reason: 'form' })
  assert.equal(looksLikeApiKey(secret), false)
  assert.equal(looksLikeApiKey('rk_live_damaged'), true)
})

test('what is shown of a key is its beginning, and its hash is of all of it', () => {
  const key = newApiKey('live')
  assert.equal(visibleStart(key), key.slice(0, 12))
  assert.equal(hashOfCredential(key).length, 32)
  assert.notDeepEqual(hashOfCredential(key), hashOfCredential(newApiKey('live')))
})
