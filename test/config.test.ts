import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { ConfigError, readConfig, summarizeConfig } from '../server/config.ts'

const live = {
  PUBLIC_URL: 'https://connect.example.com/',
  HIGHLEVEL_CLIENT_ID: 'app1-x',
  HIGHLEVEL_CLIENT_SECRET: 'client-secret-value',
  HIGHLEVEL_SSO_KEY: 'sso-secret-value',
  ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  SESSION_SECRET: 's'.repeat(40),
}

const faultsOf = (environment: Record<string, string>): string => {
  try {
    readConfig(environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
  return ''
}

test('an empty environment is a complete sandbox', () => {
  const config = readConfig({})
  assert.equal(config.mode, 'sandbox')
  assert.equal(config.port, 3000)
  assert.equal(config.dataDir, '.data')
  assert.equal(config.encryptionKeys[0]!.key.length, 32)
  assert.ok(config.sessionSecret.length >= 32)
})

test('a live environment is read, without the slash at the end of the public address', () => {
  const config = readConfig(live)
  assert.equal(config.mode, 'live')
  assert.equal(config.publicUrl, 'https://connect.example.com')
  assert.equal(config.crm.apiUrl, 'https://services.leadconnectorhq.com')
  assert.equal(config.crm.webhookPublicKeys.length, 1)
})

test('a live start without secrets names all that are missing in one message', () => {
  const message = faultsOf({ HIGHLEVEL_CLIENT_ID: 'app1-x', PORT: 'many' })
  for (const name of [
    'PUBLIC_URL',
    'HIGHLEVEL_CLIENT_SECRET',
    'HIGHLEVEL_SSO_KEY',
    'ENCRYPTION_KEYS',
    'SESSION_SECRET',
    'PORT',
  ]) {
    assert.match(message, new RegExp(`- ${name}: `))
  }
  assert.match(message, /\.env\.example/)
})

test('a live process answers on for some seconds after it was told to stop, a sandbox ends at once', () => {
  assert.equal(readConfig({}).drainSeconds, 0)
  assert.equal(readConfig(live).drainSeconds, 10)
  assert.equal(readConfig({ ...live, DRAIN_SECONDS: '0' }).drainSeconds, 0)
})

test('how much one process works on at once is chosen', () => {
  assert.deepEqual(readConfig({}).concurrency, { node: 16, account: 8 })
  const chosen = readConfig({ NODE_CONCURRENCY: '4', ACCOUNT_CONCURRENCY: '1' })
  assert.deepEqual(chosen.concurrency, { node: 4, account: 1 })
})

test('a live process is reached by https, unless from its own machine', () => {
  const withAddress = (PUBLIC_URL: string) => faultsOf({ ...live, PUBLIC_URL })
  assert.match(withAddress('http://connect.example.com'), /PUBLIC_URL: must start with https:\/\/ in live mode/)
  assert.equal(withAddress('http://127.0.0.1:3000'), '')
})

test('blank values count as unset, and the line end of a file is no part of a secret', () => {
  assert.equal(readConfig({ PORT: ' ', DATABASE_URL: '' }).port, 3000)
  assert.equal(readConfig({ ...live, HIGHLEVEL_CLIENT_SECRET: 'secret\n' }).crm.clientSecret, 'secret')
})

const wrong: [string, string, RegExp][] = [
  ['PUBLIC_URL', 'ftp://x', /PUBLIC_URL: must be a URL that starts with http:\/\/ or https:\/\//],
  ['DATABASE_URL', 'mysql://x', /DATABASE_URL: must be a URL that starts with postgres:\/\//],
  ['PUBLIC_URL', 'https://x.example/connect', /PUBLIC_URL: must be an address alone/],
  ['PUBLIC_URL', 'https://user:password@x.example', /PUBLIC_URL: must be an address alone/],
  ['PORT', '70000', /PORT: must be from 0 to 65535/],
  ['PORT', 'many', /PORT: must be a number/],
  ['ENCRYPTION_KEYS', 'k1:short', /ENCRYPTION_KEYS: must be id:base64 of 32 bytes/],
  ['ENCRYPTION_KEYS', `${live.ENCRYPTION_KEYS},${live.ENCRYPTION_KEYS}`, /ENCRYPTION_KEYS: must give each key an id/],
  ['HIGHLEVEL_SSO_KEY', 'current,', /HIGHLEVEL_SSO_KEY: must be a secret, or several/],
  ['MODULE_SECRET', `${'m'.repeat(40)},`, /MODULE_SECRET: must be a secret of at least 32/],
  ['MODULE_SECRET', 'm'.repeat(20).concat(',', 'n'.repeat(20)), /MODULE_SECRET: must be a secret of at least 32/],
  ['SESSION_SECRET', 'short', /SESSION_SECRET: must be at least 32 characters/],
  ['ROLE', 'boss', /ROLE: must be one of all, web, worker/],
  ['NODE_CONCURRENCY', '0', /NODE_CONCURRENCY: /],
  ['BACKLOG_LIMIT', '0', /BACKLOG_LIMIT: /],
  ['ACCOUNT_CONCURRENCY', '65', /ACCOUNT_CONCURRENCY: /],
  ['DRAIN_SECONDS', '301', /DRAIN_SECONDS: /],
  ['HIGHLEVEL_WEBHOOK_PUBLIC_KEY', 'nonsense', /HIGHLEVEL_WEBHOOK_PUBLIC_KEY: must be one or more Ed25519/],
]
for (const [name, value, fault] of wrong) {
  test(`a wrong ${name} is refused with what it must be`, () => assert.match(faultsOf({ [name]: value }), fault))
}

test('two webhook keys are accepted while they are rotated', () => {
  const pem = readConfig({}).crm.webhookPublicKeys[0]!
  assert.equal(readConfig({ HIGHLEVEL_WEBHOOK_PUBLIC_KEY: `${pem}\n${pem}` }).crm.webhookPublicKeys.length, 2)
})

test('the summary shows no secret', () => {
  const text = JSON.stringify(
    summarizeConfig(readConfig({ ...live, DATABASE_URL: 'postgres://u:db-password@db.example.com/x' })),
  )
  for (const secret of [
    'client-secret-value',
    'sso-secret-value',
    'db-password',
    live.SESSION_SECRET,
    live.ENCRYPTION_KEYS.slice(3),
  ]) {
    assert.equal(text.includes(secret), false, secret)
  }
})
