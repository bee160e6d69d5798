import assert from 'node:assert/strict'
import test from 'node:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { createKeyRing } from '../../server/api/key-ring.ts'
import { createTokenIssuer } from '../../server/api/tokens.ts'
import { fc } from '../property.ts'
import { createClock, MINUTE, SECOND } from './clock.ts'
import { createMemoryKeyStore } from './key-store.ts'

const PUBLIC_URL = 'https://connect.example.com'

const issuerAt = (clock = createClock(), publicUrl = PUBLIC_URL, store = createMemoryKeyStore(clock.now)) => {
  const keyRing = createKeyRing({ store, now: clock.now })
  return { clock, keyRing, store, tokens: createTokenIssuer({ keyRing, publicUrl, now: clock.now }) }
}

const grant = { clientId: 'cl_1', scopes: ['customers.read', 'orders.write'] as const, validFrom: new Date(0) }

test('a token says what RFC 9068 asks for, and opens again', async () => {
  const { tokens, clock } = issuerAt()
  const { accessToken, expiresInSeconds } = await tokens.issue(grant)
  assert.equal(expiresInSeconds, 900)
  const { alg, typ, kid } = decodeProtectedHeader(accessToken)
  assert.deepEqual([alg, typ, typeof kid], ['ES256', 'at+jwt', 'string'])
  const { jti, ...claims } = decodeJwt(accessToken)
  const now = clock.now().getTime() / 1000
  assert.match(jti!, /^[0-9a-f-]{36}$/)
  assert.deepEqual(claims, {
    iss: PUBLIC_URL,
    aud: `${PUBLIC_URL}/v1`,
    sub: 'cl_1',
    client_id: 'cl_1',
    scope: 'customers.read orders.write',
    iat: now,
    exp: now + 900,
  })
  const opened = await tokens.open(accessToken)
  assert.ok(opened.ok)
  assert.deepEqual(opened.token, {
    jti,
    clientId: 'cl_1',
    grantId: undefined,
    subject: 'cl_1',
    scopes: ['customers.read', 'orders.write'],
    issuedAt: clock.now(),
    expiresAt: new Date(clock.now().getTime() + 15 * MINUTE),
  })
})

test('anybody can check a token with what we publish', async () => {
  const { tokens, keyRing, clock } = issuerAt()
  const { accessToken } = await tokens.issue(grant)
  const keys = createLocalJWKSet(await keyRing.published())
  const { payload } = await jwtVerify(accessToken, keys, { currentDate: clock.now(), audience: `${PUBLIC_URL}/v1` })
  assert.equal(payload.client_id, 'cl_1')
})

test('a token that is over is told apart from one that never was', async () => {
  const { tokens, clock } = issuerAt()
  const { accessToken } = await tokens.issue(grant)
  clock.forward(15 * MINUTE - SECOND)
  assert.equal((await tokens.open(accessToken)).ok, true)
  clock.forward(SECOND)
  assert.deepEqual(await tokens.open(accessToken), { ok: false, reason: 'expired' })
  assert.deepEqual(await tokens.open('x'.repeat(5_000)), { ok: false, reason: 'invalid' })
})

test('a token issued in the very second of a cut counts as issued after it', async () => {
  const { tokens, clock } = issuerAt(createClock('2026-03-01T12:00:00.900Z'))
  const validFrom = new Date('2026-03-01T12:00:01.000Z')
  const { accessToken } = await tokens.issue({ ...grant, validFrom })
  const opened = await tokens.open(accessToken)
  assert.ok(opened.ok && opened.token.issuedAt >= validFrom, clock.now().toISOString())
})

test('no change of a token is let through', async () => {
  const { tokens } = issuerAt()
  const { accessToken } = await tokens.issue(grant)
  const original = decodeJwt(accessToken)
  await fc.assert(
    fc.asyncProperty(fc.nat(accessToken.length - 1), fc.constantFrom(...'AZaz09-_.'), async (at, letter) => {
      const changed = accessToken.slice(0, at) + letter + accessToken.slice(at + 1)
      const opened = await tokens.open(changed)
      // The last letter of a signature has two bits that mean nothing.
      if (opened.ok) assert.deepEqual(decodeJwt(changed), original)
      else assert.equal(opened.reason, 'invalid')
    }),
  )
})

test('no text makes it throw', async () => {
  const { tokens } = issuerAt()
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.array(fc.base64String()).map((parts) => parts.join('.')),
      ),
      async (text) => {
        assert.deepEqual(await tokens.open(text), { ok: false, reason: 'invalid' })
      },
    ),
  )
})

test('tokens of another server, another purpose or another algorithm open nothing', async () => {
  const { tokens, keyRing, clock, store } = issuerAt()
  const { kid, key } = await keyRing.signer()
  const sign = (claims: object, header: object, by: Parameters<SignJWT['sign']>[0] = key) =>
    new SignJWT({ client_id: 'cl_1', scope: 'customers.read', sub: 'cl_1', jti: 'j', ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header })
      .setIssuedAt(clock.now())
      .setExpirationTime(clock.now().getTime() / 1000 + 60)
      .sign(by)
  const right = { iss: PUBLIC_URL, aud: `${PUBLIC_URL}/v1` }
  assert.equal((await tokens.open(await sign(right, {}))).ok, true)

  const otherServer = issuerAt(clock, 'https://elsewhere.example.com', store)
  const secret = new TextEncoder().encode('a-session-secret-of-enough-length-for-tests')
  const stranger = await generateKeyPair('ES256')
  const wrong = [
    (await otherServer.tokens.issue(grant)).accessToken,
    await sign({ ...right, aud: 'settings' }, {}),
    await sign({ ...right, iss: 'rankr-connect' }, {}),
    await sign(right, { typ: 'JWT' }),
    await sign(right, { alg: 'HS256' }, secret),
    await sign(right, { kid: 'unknown' }),
    await sign(right, {}, stranger.privateKey),
    `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${(await sign(right, {})).split('.')[1]}.`,
  ]
  for (const [i, token] of wrong.entries()) {
    assert.deepEqual(await tokens.open(token), { ok: false, reason: 'invalid' }, `token ${i}`)
  }
})
