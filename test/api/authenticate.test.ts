import assert from 'node:assert/strict'
import test from 'node:test'
import { newApiKey } from '../../server/api/api-key.ts'
import { createAuthenticate, type KnownKey, type KnownToken } from '../../server/api/authenticate.ts'
import { hashOfCredential } from '../../server/api/credential-text.ts'
import type { Opened } from '../../server/api/tokens.ts'
import { createClock, HOUR, SECOND } from './clock.ts'

const liveKey = newApiKey('live')
const testKey = newApiKey('test')

const set = ({ key = {}, state = {} }: { key?: Partial<KnownKey>; state?: Partial<KnownToken> } = {}) => {
  const clock = createClock()
  const known = (text: string, mode: 'live' | 'test'): KnownKey => ({
    id: `key_${mode}`,
    locationId: 'loc_1',
    clientId: 'cl_1',
    mode,
    hash: hashOfCredential(text),
    scopes: ['customers.read', 'orders.read'],
    clientScopes: ['customers.read', 'customers.write'],
    isClientEnabled: true,
    allowedRanges: [],
    expiresAt: null,
    revokedAt: null,
    ...key,
  })
  const keys = [known(liveKey, 'live'), known(testKey, 'test')]
  const asked: string[] = []
  const authenticate = createAuthenticate({
    findKey: async (hash) => {
      asked.push(hash.toString('hex'))
      return keys.find((key) => hashOfCredential(key.mode === 'live' ? liveKey : testKey).equals(hash))
    },
    openToken: async (text): Promise<Opened> => {
      if (text === 'token.that.expired') return { ok: false, reason: 'expired' }
      if (text !== 'token.that.opens') return { ok: false, reason: 'invalid' }
      const issuedAt = clock.now()
      const expiresAt = new Date(issuedAt.getTime() + HOUR)
      return {
        ok: true,
        token: {
          subject: 'cl_1',
          jti: 'j1',
          clientId: 'cl_1',
          scopes: ['customers.read', 'orders.read'],
          issuedAt,
          expiresAt,
        },
      }
    },
    tokenState: async () => ({
      locationId: 'loc_1',
      mode: 'live',
      isClientEnabled: true,
      clientScopes: ['customers.read'],
      tokensValidFrom: clock.now(),
      isRevoked: false,
      ...state,
    }),
    sandboxOf: (locationId) => (locationId === 'loc_1' ? 'loc_sandbox' : undefined),
    now: clock.now,
  })
  const by = (authorization?: string, apiKey?: string, address = '203.0.113.7') =>
    authenticate({ authorization, apiKey, address: () => address })
  const reasonOf = async (...args: Parameters<typeof by>) => {
    const result = await by(...args)
    return result.ok ? 'let in' : result.reason
  }
  return { clock, asked, by, reasonOf }
}

test('without a credential, or with one of another kind, nobody comes in', async () => {
  const { reasonOf, asked } = set()
  for (const header of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic Y2xfMTp4',
    'Digest x',
    `Bearer ${liveKey} x`,
    liveKey,
  ]) {
    assert.equal(await reasonOf(header), header === undefined ? 'missing' : 'scheme', header)
  }
  assert.equal(await reasonOf('Bearer rks_live_x'), 'client_secret')
  assert.deepEqual(asked, [])
})

test('a key comes in by either header, with no more scopes than its client has', async () => {
  const { by } = set()
  const caller = {
    locationId: 'loc_1',
    ownerLocationId: 'loc_1',
    clientId: 'cl_1',
    keyId: 'key_live',
    scopes: ['customers.read'],
    mode: 'live',
  }
  assert.deepEqual(await by(`Bearer ${liveKey}`), { ok: true, caller })
  assert.deepEqual(await by(`bearer ${liveKey}`), { ok: true, caller })
  assert.deepEqual(await by(undefined, liveKey), { ok: true, caller })
})

test('two credentials at once are refused, also when they are the same', async () => {
  assert.equal(await set().reasonOf(`Bearer ${liveKey}`, liveKey), 'two_credentials')
})

test('a damaged key is told apart from an unknown one without asking the database', async () => {
  const { reasonOf, asked } = set()
  assert.equal(await reasonOf(undefined, liveKey.slice(0, -1)), 'key_incomplete')
  assert.equal(
    await reasonOf(
      undefined,
      liveKey.replace(/.$/, (c) => (c === 'a' ? 'b' : 'a')),
    ),
    'key_checksum',
  )
  assert.equal(await reasonOf(undefined, 'token.that.opens'), 'key_form')
  assert.equal(await reasonOf(undefined, ''), 'key_form')
  assert.deepEqual(asked, [])
  assert.equal(await reasonOf(undefined, newApiKey('live')), 'unknown')
})

test('a row that does not hold the hash of this very key opens nothing', async () => {
  assert.equal(await set({ key: { hash: hashOfCredential('another') } }).reasonOf(undefined, liveKey), 'unknown')
})

test('a key is refused once it has expired, was revoked, or its client is switched off', async () => {
  const { now } = createClock()
  const refused = async (key: Partial<KnownKey>) => set({ key }).by(undefined, liveKey)
  const identity = { ownerLocationId: 'loc_1', clientId: 'cl_1', keyId: 'key_live' }
  assert.deepEqual(await refused({ expiresAt: now() }), { ok: false, reason: 'expired', identity })
  assert.deepEqual(await refused({ revokedAt: now() }), { ok: false, reason: 'revoked', identity })
  assert.deepEqual(await refused({ isClientEnabled: false }), { ok: false, reason: 'client_disabled', identity })
  assert.equal((await refused({ expiresAt: new Date(now().getTime() + 1) })).ok, true)
})

test('a key with addresses opens from there only', async () => {
  const { reasonOf } = set({ key: { allowedRanges: ['203.0.113.0/24'] } })
  assert.equal(await reasonOf(undefined, liveKey, '203.0.113.7'), 'let in')
  assert.equal(await reasonOf(undefined, liveKey, '203.0.114.7'), 'address')
})

test('a test key acts on the sandbox, whosever it is, and nowhere else', async () => {
  const { by } = set()
  const result = await by(undefined, testKey)
  assert.ok(result.ok)
  assert.deepEqual([result.caller.locationId, result.caller.ownerLocationId], ['loc_sandbox', 'loc_1'])
  assert.equal(result.caller.mode, 'test')
  const without = set({ key: { locationId: 'loc_2' } })
  assert.equal(await without.reasonOf(undefined, testKey), 'no_sandbox')
})

test('a token comes in with no more scopes than its client has now', async () => {
  const result = await set().by('Bearer token.that.opens')
  assert.deepEqual(result, {
    ok: true,
    caller: {
      locationId: 'loc_1',
      ownerLocationId: 'loc_1',
      clientId: 'cl_1',
      scopes: ['customers.read'],
      mode: 'live',
    },
  })
})

test('a token that was taken back, is older than a cut, or of a client that is switched off opens nothing', async () => {
  const header = 'Bearer token.that.opens'
  const { now } = createClock()
  assert.equal(await set({ state: { isRevoked: true } }).reasonOf(header), 'revoked')
  const tokensValidFrom = new Date(now().getTime() + SECOND)
  assert.equal(await set({ state: { tokensValidFrom } }).reasonOf(header), 'revoked')
  assert.equal(await set({ state: { isClientEnabled: false } }).reasonOf(header), 'client_disabled')
  assert.equal(await set().reasonOf('Bearer token.that.expired'), 'expired')
  assert.equal(await set().reasonOf('Bearer token.of.strangers'), 'unknown')
})

test('a token of a test client acts on the sandbox', async () => {
  const result = await set({ state: { mode: 'test' } }).by('Bearer token.that.opens')
  assert.equal(result.ok && result.caller.locationId, 'loc_sandbox')
})
