import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import test, { after } from 'node:test'
import { createLocalJWKSet, decodeJwt, type JWK, jwtVerify, SignJWT } from 'jose'
import { ASSERTION_TYPE } from '../../../server/api/client-assertion.ts'
import { newCredential } from '../../../server/api/credential-text.ts'
import { createClock, MINUTE } from '../../api/clock.ts'
import { createTestDatabase } from '../../database.ts'
import { PUBLIC_URL } from '../serve.ts'
import { startNode, unrecorded } from './node.ts'

const { url } = await createTestDatabase()
const clock = createClock()
const uninstalled = new Set<string>()
const node = startNode({ url, now: clock.now, installed: (id) => !uninstalled.has(id) })
after(() => node.stop())

const clientOf = async (locationId = 'L1', scopes = ['customers.read', 'orders.write']) => {
  const { client, secret } = await node.clients.create(locationId, { name: 'Shop', mode: 'live', scopes }, unrecorded)
  return { id: client.id, secret: secret!, locationId }
}
type Credentials = { id: string; secret: string }
const shop = await clientOf()
const post = (path: string, form: object, by?: Credentials) => {
  const request = node.agent.post(path).type('form')
  return (by ? request.auth(by.id, by.secret) : request).send(form)
}
const GRANT = { grant_type: 'client_credentials' }
const tokenOf = async (by: Credentials, scope = 'customers.read') =>
  (await post('/oauth/token', { ...GRANT, scope }, by).expect(200)).body.access_token as string

test('every endpoint is closed to who is no client, in the words of OAuth', async () => {
  for (const path of ['/oauth/token', '/oauth/revoke', '/oauth/introspect']) {
    const answer = await post(path, { ...GRANT, token: 'x' }).expect(401)
    assert.deepEqual(answer.body, {
      error: 'invalid_client',
      error_description: 'Send the client id and the client secret.',
    })
    assert.match(answer.get('WWW-Authenticate')!, /^Basic realm=/)
    assert.equal(answer.get('Cache-Control'), 'no-store')
    await post(path, GRANT, { id: shop.id, secret: newCredential('rks', 'live') }).expect(401)
  }
})

test('a token comes with all scopes of the client, or with those it asked for', async () => {
  const answer = await post('/oauth/token', GRANT, shop).expect(200)
  const { access_token: token, ...rest } = answer.body
  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 900, scope: 'customers.read orders.write' })
  assert.equal(answer.get('Cache-Control'), 'no-store')
  assert.equal(answer.get('Pragma'), 'no-cache')
  assert.equal(decodeJwt(token).client_id, shop.id)
  const less = await post('/oauth/token', { ...GRANT, scope: 'orders.write' }, shop).expect(200)
  assert.equal(less.body.scope, 'orders.write')
})

test('the secret may stand in the form', async () => {
  await post('/oauth/token', { ...GRANT, client_id: shop.id, client_secret: shop.secret }).expect(200)
})

test('a client may sign for itself, and each signature is good once', async () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...(pair.publicKey.export({ format: 'jwk' }) as JWK), kid: 'k1' }
  await node.clientKeys.add('L1', shop.id, { kid: 'k1', jwk, record: unrecorded })
  const at = clock.now().getTime() / 1000
  const sign = (aud: string, jti: string) =>
    new SignJWT({ iss: shop.id, sub: shop.id, aud, exp: at + 300, iat: at, jti })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(pair.privateKey)
  const form = async (aud: string, jti: string) => ({
    ...GRANT,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await sign(aud, jti),
  })
  const first = await form(`${PUBLIC_URL}/oauth/token`, 'j1')
  await post('/oauth/token', first).expect(200)
  assert.match((await post('/oauth/token', first).expect(401)).body.error_description, /used before/)
  await post('/oauth/token', await form(PUBLIC_URL, 'j2')).expect(200)
  await post('/oauth/token', await form('https://elsewhere.example.com', 'j3')).expect(401)
  await node.clientKeys.remove('L1', shop.id, { kid: 'k1', record: unrecorded })
  await post('/oauth/token', await form(PUBLIC_URL, 'j4')).expect(401)
})

test('what is wrong with a request is said with the error that the standard has for it', async () => {
  const errorOf = async (form: object | string, status = 400) => {
    const answer = await post('/oauth/token', form as object, shop).expect(status)
    assert.equal(answer.get('Cache-Control'), 'no-store')
    assert.match(answer.body.error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
    return answer.body.error
  }
  assert.equal(await errorOf({}), 'invalid_request')
  assert.equal(await errorOf({ grant_type: 'password' }), 'unsupported_grant_type')
  assert.equal(await errorOf({ ...GRANT, scope: 'search.read' }), 'invalid_scope')
  assert.equal(await errorOf({ ...GRANT, scope: 'everything' }), 'invalid_scope')
  assert.equal(await errorOf({ ...GRANT, client_secret: shop.secret }), 'invalid_request')
  assert.equal(await errorOf('grant_type=client_credentials&grant_type=client_credentials'), 'invalid_request')
  assert.equal(await errorOf({ ...GRANT, x: 'x'.repeat(40_000) }), 'invalid_request')
})

test('a body that is no form is refused in the same words', async () => {
  const answer = await node.agent.post('/oauth/token').auth(shop.id, shop.secret).send(GRANT).expect(400)
  assert.equal(answer.body.error, 'invalid_request')
  await node.agent.post('/oauth/token').auth(shop.id, shop.secret).expect(400)
  const zipped = node.agent.post('/oauth/token').auth(shop.id, shop.secret).type('form').set('Content-Encoding', 'gzip')
  assert.equal((await zipped.send(GRANT).expect(400)).body.error, 'invalid_request')
})

test('an account that has removed the app gets no tokens', async () => {
  const removed = await clientOf('L-removed')
  uninstalled.add('L-removed')
  assert.equal((await post('/oauth/token', GRANT, removed).expect(400)).body.error, 'unauthorized_client')
})

test('a client takes its own token back, once, and that is recorded', async () => {
  const token = await tokenOf(shop)
  node.recorded.length = 0
  await post('/oauth/revoke', { token, token_type_hint: 'refresh_token' }, shop).expect(200)
  await post('/oauth/revoke', { token }, shop).expect(200)
  assert.deepEqual(node.recorded, [
    {
      locationId: 'L1',
      record: {
        actor: { type: 'client', id: shop.id },
        action: 'access_token.revoked',
        subject: { type: 'access_token', id: decodeJwt(token).jti },
        details: { clientId: shop.id },
        requestId: node.recorded[0]!.record.requestId,
      },
    },
  ])
})

test('what is no token is as good as revoked; the token of another and an API key are refused', async () => {
  const other = await clientOf('L2')
  node.recorded.length = 0
  await post('/oauth/revoke', { token: 'x.y.z' }, shop).expect(200)
  await post('/oauth/revoke', {}, shop).expect(400)
  const token = await tokenOf(shop)
  assert.equal((await post('/oauth/revoke', { token }, other).expect(400)).body.error, 'unauthorized_client')
  await node.agent.get('/v1/customers').set('Authorization', `Bearer ${token}`).expect(200)
  const key = await post('/oauth/revoke', { token: 'rk_live_x' }, shop).expect(400)
  assert.equal(key.body.error, 'unsupported_token_type')
  assert.deepEqual(node.recorded, [])
})

test('a client is told all about its live token and nothing about any other', async () => {
  const other = await clientOf('L1')
  const token = await tokenOf(shop)
  const { iat, exp, jti } = decodeJwt(token)
  const { body } = await post('/oauth/introspect', { token }, shop).expect(200)
  assert.deepEqual(body, {
    active: true,
    client_id: shop.id,
    sub: shop.id,
    scope: 'customers.read',
    token_type: 'Bearer',
    iat,
    exp,
    iss: PUBLIC_URL,
    aud: `${PUBLIC_URL}/v1`,
    jti,
  })
  const inactive = async (token: string, by: Credentials = shop) =>
    assert.deepEqual((await post('/oauth/introspect', { token }, by).expect(200)).body, { active: false })
  await inactive(token, other)
  await inactive('x.y.z')
  await post('/oauth/revoke', { token }, shop).expect(200)
  await inactive(token)
  const expiring = await tokenOf(shop)
  clock.forward(15 * MINUTE)
  await inactive(expiring)
})

test('a rotation without overlap ends the tokens that were given out before, and no later one', async () => {
  const client = await clientOf()
  const before = await tokenOf(client)
  const rotated = await node.clients.rotateSecret('L1', client.id, { overlapHours: 0, record: unrecorded })
  await post('/oauth/token', GRANT, client).expect(401)
  const fresh = await tokenOf({ id: client.id, secret: rotated!.secret })
  const get = (token: string) => node.agent.get('/v1/customers').set('Authorization', `Bearer ${token}`)
  await get(before).expect(401)
  await get(fresh).expect(200)
})

test('programs find everything they need by themselves', async () => {
  const { body, headers } = await node.agent.get('/.well-known/oauth-authorization-server').expect(200)
  assert.match(headers['cache-control']!, /max-age/)
  assert.equal(body.issuer, PUBLIC_URL)
  assert.equal(body.token_endpoint, `${PUBLIC_URL}/oauth/token`)
  assert.deepEqual(body.grant_types_supported, ['authorization_code', 'client_credentials', 'refresh_token'])
  assert.deepEqual(body.code_challenge_methods_supported, ['S256'])
  assert.deepEqual(body.token_endpoint_auth_methods_supported, [
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    'none',
  ])
  assert.equal(body.introspection_endpoint_auth_methods_supported.includes('none'), false)
  assert.ok(body.scopes_supported.includes('customers.read'))
  const jwks = await node.agent.get(new URL(body.jwks_uri).pathname).expect(200)
  const token = await tokenOf(shop)
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks.body), {
    issuer: body.issuer,
    currentDate: clock.now(),
  })
  assert.equal(payload.client_id, shop.id)
})

test('requests for tokens count for the client', async () => {
  const client = await clientOf('L-counted')
  await tokenOf(client)
  await post('/oauth/token', { ...GRANT, scope: 'search.read' }, client).expect(400)
  await node.access.meter.flush()
  const rows = await node.usage.read('L-counted', { from: new Date(0), until: new Date('2030-01-01'), step: 'day' })
  assert.deepEqual(
    rows.map(({ route, calls, rejected }) => [route, calls, rejected]),
    [['POST /oauth/token', 2, 1]],
  )
})

test('a database that is away is our fault, in the words of OAuth, with nothing of the cause', async () => {
  const broken = startNode({ url: url.replace(/\/[^/]+$/, '/no_such_database'), now: clock.now })
  const answer = await broken.agent.post('/oauth/token').auth(shop.id, shop.secret).type('form').send(GRANT).expect(500)
  assert.equal(answer.body.error, 'server_error')
  assert.equal(JSON.stringify(answer.body).includes('no_such_database'), false)
  await broken.stop()
})
