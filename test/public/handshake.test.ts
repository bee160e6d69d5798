import assert from 'node:assert/strict'
import test from 'node:test'
import { isAllowedOrigin } from '../../public/js/handshake.js'

const ALLOWED = ['https://crm.example.com', 'https://*.example.net', 'http://localhost:3000']

for (const origin of [
  'https://crm.example.com',
  'https://app.example.net',
  'https://deep.down.example.net',
  'http://localhost:3000',
]) {
  test(`${origin} may answer`, () => assert.equal(isAllowedOrigin(origin, ALLOWED), true))
}

for (const origin of [
  'http://crm.example.com',
  'https://crm.example.com:8443',
  'https://crm.example.com.evil.test',
  'https://evil-crm.example.com',
  'https://example.net',
  'https://.example.net',
  'https://evilexample.net',
  'http://app.example.net',
  'https://app.example.net:8443',
  'https://evil.test/.example.net',
  'https://evil.test#.example.net',
  'https://user@app.example.net',
  'http://localhost:3001',
  'null',
  '',
]) {
  test(`${origin || 'an empty origin'} may not answer`, () => assert.equal(isAllowedOrigin(origin, ALLOWED), false))
}

test('nobody may answer when nobody is listed', () =>
  assert.equal(isAllowedOrigin('https://crm.example.com', []), false))
