import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import test from 'node:test'
import { type JWK, SignJWT } from 'jose'
import { ASSERTION_TYPE } from '../../server/api/client-assertion.ts'
import { createClientAuthentication, type KnownClient } from '../../server/api/client-authentication.ts'
import { hashOfCredential, newCredential } from '../../server/api/credential-text.ts'
import { fc } from '../property.ts'
import { createClock, HOUR } from './clock.ts'

const ISSUER = 'https://connect.example.com'
const TOKEN_ENDPOINT = `${ISSUER}/oauth/token`
const secret = newCredential('rks', 'live')
const older = newCredential('rks', 'live')
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const second = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicOf = (pair: { publicKey: typeof key.publicKey }) => pair.publicKey.export({ format: 'jwk' }) as JWK

const set = (over: Partial<KnownClient> = {}) => {
  const clock = createClock()
  const client: KnownClient = {
    id: 'cl_1',
    locationId: 'loc_1',
    mode: 'live',
    isEnabled: true,
    isPublic: false,
    scopes: ['customers.read'],
    secrets: [
      { hash: hashOfCredential(secret), expiresAt: null },
      { hash: hashOfCredential(older), expiresAt: new Date(clock.now().getTime() + HOUR) },
    ],
    tokensValidFrom: new Date(0),
    ...over,
  }
  const keys = [{ kid: 'k1', jwk: publicOf(key) }]
  const used = new Set<string>()
  const asked: string[] = []
  const authenticate = createClientAuthentication({
    findClient: async (id) => {
      asked.push(id)
      return id === client.id ? client : undefined
    },
    keysOf: async () => keys,
    useAssertion: async ({ id }, { jti }) => !used.has(`${id} ${jti}`) && Boolean(used.add(`${id} ${jti}`)),
    audiences: [ISSUER, TOKEN_ENDPOINT],
    now: clock.now,
  })
  return { clock, client, keys, asked, authenticate }
}

const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`

type Claims = {
  iss?: string
  sub?: string
  aud?: string | string[]
  exp?: number | undefined
  iat?: number
  jti?: string
}

const assertionAt = (now: Date, claims: Claims = {}, header: object = {}, by = key.privateKey) => {
  const at = now.getTime() / 1000
  const payload = { iss: 'cl_1', sub: 'cl_1', aud: TOKEN_ENDPOINT, exp: at + 60, jti: 'j1', ...claims }
  return new SignJWT(payload as Record<string, unknown>)
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
    .sign(by)
}
const withAssertion = (client_assertion: string, more = {}) => ({
  authorization: undefined,
  form: { client_assertion, client_assertion_type: ASSERTION_TYPE, ...more },
})

test('nothing and halves of a proof are refused', async () => {
  const { authenticate } = set()
  for (const form of [{}, { client_id: 'cl_1' }, { client_secret: secret }]) {
    const result = await authenticate({ authorization: undefined, form })
    assert.equal(!result.ok && result.error, 'invalid_client')
  }
})

test('id and secret are taken from the header or from the form', async () => {
  const { authenticate, client } = set()
  assert.deepEqual(await authenticate({ authorization: basic('cl_1', secret), form: {} }), { ok: true, client })
  const form = { client_id: 'cl_1', client_secret: secret }
  assert.deepEqual(await authenticate({ authorization: undefined, form }), { ok: true, client })
})

test('the secret before is taken until its overlap ends', async () => {
  const { authenticate, clock } = set()
  assert.equal((await authenticate({ authorization: basic('cl_1', older), form: {} })).ok, true)
  clock.forward(HOUR)
  assert.equal((await authenticate({ authorization: basic('cl_1', older), form: {} })).ok, false)
  assert.equal((await authenticate({ authorization: basic('cl_1', secret), form: {} })).ok, true)
})

test('an unknown client and a wrong secret are told the same', async () => {
  const { authenticate } = set()
  const wrong = await authenticate({ authorization: basic('cl_1', newCredential('rks', 'live')), form: {} })
  const unknown = await authenticate({ authorization: basic('cl_2', secret), form: {} })
  assert.deepEqual(wrong, unknown)
  assert.equal(!wrong.ok && wrong.error, 'invalid_client')
})

test('the secret of a client without one is not the hash of nothing', async () => {
  const { authenticate } = set({ secrets: [] })
  for (const secret of ['', newCredential('rks', 'live'), '0'.repeat(32)]) {
    assert.equal((await authenticate({ authorization: basic('cl_1', secret), form: {} })).ok, false)
  }
})

test('a client that cannot keep a secret only says its id, and nothing it sends besides is taken for one', async () => {
  const { authenticate } = set({ isPublic: true, secrets: [] })
  assert.ok((await authenticate({ authorization: undefined, form: { client_id: 'cl_1' } })).ok)
  for (const [authorization, form] of [
    [undefined, { client_id: 'cl_2' }],
    [undefined, { client_id: 'cl_1', client_secret: secret }],
    [basic('cl_1', secret), {}],
    [basic('cl_1', ''), {}],
  ] as const) {
    assert.equal((await authenticate({ authorization, form })).ok, false, JSON.stringify([authorization, form]))
  }
  const off = await set({ isPublic: true, isEnabled: false, secrets: [] }).authenticate({
    ...{ authorization: undefined, form: { client_id: 'cl_1' } },
  })
  assert.equal(off.ok, false)
})

test('a damaged secret is noticed without asking the database', async () => {
  const { authenticate, asked } = set()
  const result = await authenticate({ authorization: basic('cl_1', secret.slice(0, -1)), form: {} })
  assert.match(!result.ok ? result.description : '', /not copied completely/)
  assert.deepEqual(asked, [])
})

test('a client that is switched off is told so only when it proves itself', async () => {
  const { authenticate } = set({ isEnabled: false })
  const right = await authenticate({ authorization: basic('cl_1', secret), form: {} })
  assert.match(!right.ok ? right.description : '', /switched off/)
  const wrong = await authenticate({ authorization: basic('cl_1', newCredential('rks', 'live')), form: {} })
  assert.doesNotMatch(!wrong.ok ? wrong.description : '', /switched off/)
})

test('two ways at once are refused, also when both are right', async () => {
  const { authenticate, clock } = set()
  const authorization = basic('cl_1', secret)
  const assertion = withAssertion(await assertionAt(clock.now()))
  for (const proof of [
    { authorization, form: { client_id: 'cl_1', client_secret: secret } },
    { ...assertion, authorization },
    withAssertion(assertion.form.client_assertion, { client_secret: secret }),
    { authorization, form: { client_id: 'cl_2' } },
  ]) {
    const result = await authenticate(proof)
    assert.equal(!result.ok && result.error, 'invalid_request')
  }
})

test('no header and no id make it throw, or reach the database in a form that it would choke on', async () => {
  const { authenticate, asked } = set()
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('cl_1\0', '%', '%00', 'a:b'))
  await fc.assert(
    fc.asyncProperty(text, text, async (id, word) => {
      const header = `Basic ${Buffer.from(word).toString('base64')}`
      assert.equal((await authenticate({ authorization: word, form: {} })).ok, false)
      assert.equal((await authenticate({ authorization: header, form: {} })).ok, false)
      assert.equal(
        (await authenticate({ authorization: undefined, form: { client_id: id, client_secret: word } })).ok,
        false,
      )
    }),
  )
  assert.ok(asked.every((id) => /^[\w-]+$/.test(id)))
})

test('an assertion signed with a registered key opens, once', async () => {
  const { authenticate, client, clock } = set()
  const proof = withAssertion(await assertionAt(clock.now()))
  assert.deepEqual(await authenticate(proof), { ok: true, client })
  const again = await authenticate(proof)
  assert.match(!again.ok ? again.description : '', /used before/)
  const fresh = withAssertion(await assertionAt(clock.now(), { jti: 'j2', aud: ISSUER }), { client_id: 'cl_1' })
  assert.equal((await authenticate(fresh)).ok, true)
})

test('a key need not be named where it alone fits the algorithm', async () => {
  const { authenticate, clock, keys } = set()
  assert.equal((await authenticate(withAssertion(await assertionAt(clock.now(), {}, { kid: undefined })))).ok, true)
  keys.push({ kid: 'k2', jwk: publicOf(second) })
  const unnamed = (jti: string) => assertionAt(clock.now(), { jti }, { kid: undefined })
  assert.equal((await authenticate(withAssertion(await unnamed('j2')))).ok, true)
  for (const alg of ['RS256', 'PS256']) {
    const named = await assertionAt(clock.now(), { jti: alg }, { kid: 'k2', alg }, second.privateKey)
    assert.equal((await authenticate(withAssertion(named))).ok, true)
  }
  keys.push({ kid: 'k3', jwk: publicOf(generateKeyPairSync('ec', { namedCurve: 'P-256' })) })
  const either = await authenticate(withAssertion(await unnamed('j3')))
  assert.match(!either.ok ? either.description : '', /Put the kid/)
})

test('an assertion with anything wrong in it is refused and not remembered', async () => {
  const { authenticate, clock } = set()
  const at = clock.now().getTime() / 1000
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const hmac = new SignJWT({ iss: 'cl_1', sub: 'cl_1', aud: ISSUER, exp: at + 60, jti: 'j1' })
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .sign(new TextEncoder().encode(JSON.stringify(publicOf(key))))
  const wrong: [string, Promise<string>, RegExp?][] = [
    ['another key', assertionAt(clock.now(), {}, {}, stranger)],
    ['an unknown key id', assertionAt(clock.now(), {}, { kid: 'k9' })],
    ['the public key used as a shared secret', hmac],
    ['another issuer', assertionAt(clock.now(), { iss: 'cl_2' }), /iss must be cl_1/],
    [
      'another audience',
      assertionAt(clock.now(), { aud: 'https://elsewhere.example.com' }),
      new RegExp(`aud must be ${ISSUER} or ${TOKEN_ENDPOINT}`),
    ],
    ['one without an end', assertionAt(clock.now(), { exp: undefined }), /lacks exp/],
    ['one audience too many', assertionAt(clock.now(), { aud: [ISSUER, 'https://elsewhere.example.com'] })],
    ['an expired one', assertionAt(clock.now(), { exp: at - 31 })],
    ['one that lives longer than five minutes', assertionAt(clock.now(), { exp: at + 331 })],
    ['one from the future', assertionAt(clock.now(), { iat: at + 31 })],
    ['one without an id', assertionAt(clock.now(), { jti: '' })],
  ]
  for (const [what, assertion, why = /./] of wrong) {
    const result = await authenticate(withAssertion(await assertion))
    assert.equal(!result.ok && result.error, 'invalid_client', what)
    assert.match(!result.ok ? result.description : '', why)
  }
  assert.equal((await authenticate(withAssertion(await assertionAt(clock.now())))).ok, true)
})

test('an assertion needs its type, its own client, and to be one', async () => {
  const { authenticate, clock } = set()
  const assertion = await assertionAt(clock.now())
  const untyped = await authenticate({ authorization: undefined, form: { client_assertion: assertion } })
  assert.equal(!untyped.ok && untyped.error, 'invalid_request')
  assert.equal((await authenticate(withAssertion(assertion, { client_id: 'cl_2' }))).ok, false)
  for (const text of ['', 'x', 'a.b.c', 'x'.repeat(9_000), `${'a'.repeat(20)}.e30.x`]) {
    assert.equal((await authenticate(withAssertion(text))).ok, false)
  }
})

test('the life of an assertion is remembered for as long as it would be accepted', async () => {
  const clock = createClock()
  const remembered: Date[] = []
  const authenticate = createClientAuthentication({
    findClient: async () => set().client,
    keysOf: async () => [{ kid: 'k1', jwk: publicOf(key) }],
    useAssertion: async (_client, { expiresAt }) => remembered.push(expiresAt) > 0,
    audiences: [ISSUER, TOKEN_ENDPOINT],
    now: clock.now,
  })
  const assertion = await assertionAt(clock.now())
  assert.equal((await authenticate(withAssertion(assertion))).ok, true)
  clock.forward(89_000)
  assert.equal((await authenticate(withAssertion(assertion))).ok, true)
  clock.forward(1_000)
  assert.equal((await authenticate(withAssertion(assertion))).ok, false)
  assert.ok(remembered.every((expiresAt) => expiresAt >= clock.now()))
})
