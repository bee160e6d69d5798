import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { newApiKey } from '../../../server/api/api-key.ts'
import { createClock, SECOND } from '../../api/clock.ts'
import { createTestDatabase } from '../../database.ts'
import { startNode, unrecorded } from '../api/node.ts'
import { bearer } from '../serve.ts'

const { url } = await createTestDatabase()
const clock = createClock()
const uninstalled = new Set<string>()
const options = { url, now: clock.now, installed: (id: string) => !uninstalled.has(id) }
const node = startNode(options)
const other = startNode(options)
after(async () => {
  await node.stop()
  await other.stop()
})

type Over = {
  locationId?: string
  mode?: 'live' | 'test'
  scopes?: string[]
  allowedRanges?: string[]
  expiresAt?: Date
}

const credentials = async ({ locationId = 'L1', mode = 'live', scopes = ['customers.read'], ...key }: Over = {}) => {
  const { client, secret } = await node.clients.create(locationId, { name: 'Shop', mode, scopes }, unrecorded)
  const made = await node.apiKeys.create(
    locationId,
    { clientId: client.id, name: 'Server', mode, scopes, ...key },
    unrecorded,
  )
  return { client, secret: secret!, key: made!.key, text: made!.text }
}
const tokenOf = async ({ client, secret }: Awaited<ReturnType<typeof credentials>>) => {
  const answer = await node.agent
    .post('/oauth/token')
    .auth(client.id, secret)
    .type('form')
    .send({ grant_type: 'client_credentials' })
    .expect(200)
  return answer.body.access_token as string
}
const get = (path: string, credential?: string, on = node) => {
  const request = on.agent.get(path)
  return credential === undefined ? request : request.set('Authorization', `Bearer ${credential}`)
}
const refused = async (path: string, credential: string, status: number, code: string, on = node) => {
  const answer = await get(path, credential, on).expect(status)
  assert.equal(answer.get('Content-Type'), 'application/problem+json; charset=utf-8')
  assert.equal(answer.body.code, code)
  return answer
}

test('the door is closed to everybody without a credential, and says how to come in', async () => {
  const answer = await get('/v1/anything').expect(401)
  assert.equal(answer.get('WWW-Authenticate'), 'Bearer')
  assert.equal(answer.body.code, 'unauthenticated')
  assert.match(answer.body.detail, /X-API-Key/)
  await node.agent.get('/v1/anything?access_token=x&api_key=y').expect(401)
  await node.agent.get('/v1/anything').auth('cl_1', 'x').expect(401)
})

test('a key opens the door in either header', async () => {
  const { client, key, text } = await credentials()
  const caller = {
    locationId: 'L1',
    ownerLocationId: 'L1',
    clientId: client.id,
    keyId: key.id,
    scopes: ['customers.read'],
    mode: 'live',
  }
  assert.deepEqual((await get('/v1/customers', text).expect(200)).body, caller)
  assert.deepEqual((await node.agent.get('/v1/customers').set('X-API-Key', text).expect(200)).body, caller)
})

test('a token opens the door', async () => {
  const made = await credentials()
  const answer = await get('/v1/customers', await tokenOf(made)).expect(200)
  assert.deepEqual(answer.body, {
    locationId: 'L1',
    ownerLocationId: 'L1',
    clientId: made.client.id,
    scopes: ['customers.read'],
    mode: 'live',
  })
})

test('two credentials in one request are one too many', async () => {
  const { text } = await credentials()
  const answer = await get('/v1/anything', text).set('X-API-Key', text).expect(400)
  assert.equal(answer.body.code, 'invalid_request')
  assert.equal(answer.get('WWW-Authenticate'), 'Bearer error="invalid_request"')
})

test('what is no credential of ours is invalid, each in its own words', async () => {
  const { text } = await credentials()
  const detailOf = async (credential: string) => {
    const answer = await refused('/v1/anything', credential, 401, 'credential_invalid')
    assert.equal(answer.get('WWW-Authenticate'), 'Bearer error="invalid_token"')
    return answer.body.detail
  }
  assert.match(await detailOf(text.slice(0, -3)), /not copied completely/)
  assert.match(await detailOf(text.slice(0, -1) + (text.endsWith('a') ? 'b' : 'a')), /wrong character/)
  assert.match(await detailOf(newApiKey('live')), /copied completely, or get a new one/)
  assert.match(await detailOf('x.y.z'), /get a new one/)
  assert.match(await detailOf((await bearer()).replace('Bearer ', '')), /get a new one/)
})

test('a missing scope is named', async () => {
  const { text } = await credentials()
  const answer = await refused('/v1/both', text, 403, 'insufficient_scope')
  assert.equal(answer.get('WWW-Authenticate'), 'Bearer error="insufficient_scope", scope="customers.read orders.write"')
  assert.deepEqual(answer.body.missingScopes, ['orders.write'])
  assert.match(answer.body.detail, /orders\.write \(Create, change and cancel orders\)/)
})

test('a key that has expired says so', async () => {
  const { text } = await credentials({ expiresAt: new Date(clock.now().getTime() + SECOND) })
  await get('/v1/customers', text).expect(200)
  clock.forward(SECOND)
  const answer = await refused('/v1/customers', text, 401, 'credential_expired')
  assert.equal(answer.get('WWW-Authenticate'), 'Bearer error="invalid_token"')
})

test('a token that has expired says so', async () => {
  const token = await tokenOf(await credentials())
  clock.forward(900 * SECOND)
  await refused('/v1/customers', token, 401, 'credential_expired')
})

test('a key with addresses opens from there only, and a made-up address does not help', async () => {
  const near = await credentials({ allowedRanges: ['127.0.0.0/8', '203.0.113.0/24'] })
  const far = await credentials({ allowedRanges: ['203.0.113.0/24'] })
  await get('/v1/customers', near.text).expect(200)
  const stopped = await refused('/v1/customers', far.text, 403, 'address_not_allowed')
  assert.match(stopped.body.detail, /does not allow 127\.0\.0\.1\./)
  // Proxies in our own network are believed, so the address they name counts.
  await get('/v1/customers', far.text).set('X-Forwarded-For', '203.0.113.9').expect(200)
  await get('/v1/customers', far.text).set('X-Forwarded-For', '203.0.113.9, 198.51.100.1').expect(403)
})

test('credentials of one account never act on another', async () => {
  const one = await credentials({ locationId: 'L1' })
  const two = await credentials({ locationId: 'L2' })
  assert.equal((await get('/v1/customers?locationId=L1', two.text).expect(200)).body.locationId, 'L2')
  assert.equal((await get('/v1/customers', await tokenOf(two)).expect(200)).body.locationId, 'L2')
  assert.equal((await get('/v1/customers', one.text).expect(200)).body.locationId, 'L1')
})

test('test credentials act on the sandbox only', async () => {
  const made = await credentials({ mode: 'test' })
  for (const credential of [made.text, await tokenOf(made)]) {
    const { body } = await get('/v1/customers', credential).expect(200)
    assert.deepEqual([body.locationId, body.ownerLocationId, body.mode], ['L-sandbox', 'L1', 'test'])
  }
  const without = await credentials({ mode: 'test', locationId: 'L-without' })
  await refused('/v1/customers', without.text, 403, 'sandbox_unavailable')
})

test('an account that has removed the app lets nobody in', async () => {
  const made = await credentials({ locationId: 'L-removed' })
  const token = await tokenOf(made)
  uninstalled.add('L-removed')
  for (const credential of [made.text, token]) await refused('/v1/customers', credential, 404, 'not_installed')
})

test('a client that loses a scope loses it in its keys and tokens', async () => {
  const made = await credentials()
  const token = await tokenOf(made)
  await node.clients.edit('L1', made.client.id, { changes: { scopes: ['orders.read'] }, record: unrecorded })
  for (const credential of [made.text, token]) await refused('/v1/customers', credential, 403, 'insufficient_scope')
})

test('a revoked key is refused here at once, and on other nodes within a second', async () => {
  const { key, text } = await credentials()
  for (const on of [node, other]) await get('/v1/customers', text, on).expect(200)
  await node.apiKeys.revoke('L1', key.id, { record: unrecorded })
  const answer = await refused('/v1/customers', text, 401, 'credential_revoked')
  assert.equal(answer.get('WWW-Authenticate'), 'Bearer error="invalid_token"')
  clock.forward(SECOND)
  await refused('/v1/customers', text, 401, 'credential_revoked', other)
})

test('a revoked token is refused here at once, and on other nodes within a second', async () => {
  const made = await credentials()
  const token = await tokenOf(made)
  for (const on of [node, other]) await get('/v1/customers', token, on).expect(200)
  await node.agent.post('/oauth/revoke').auth(made.client.id, made.secret).type('form').send({ token }).expect(200)
  await refused('/v1/customers', token, 401, 'credential_revoked')
  clock.forward(SECOND)
  await refused('/v1/customers', token, 401, 'credential_revoked', other)
})

test('a client that is switched off is out with all that it has, and its keys come back with it', async () => {
  const made = await credentials()
  const token = await tokenOf(made)
  const { id } = made.client
  await node.clients.setEnabled('L1', id, { isEnabled: false, record: unrecorded })
  for (const credential of [made.text, token]) {
    const answer = await refused('/v1/customers', credential, 401, 'credential_revoked')
    assert.match(answer.body.detail, /switched off/)
  }
  await node.clients.setEnabled('L1', id, { isEnabled: true, record: unrecorded })
  await get('/v1/customers', made.text).expect(200)
  await refused('/v1/customers', token, 401, 'credential_revoked')
})

test('while a key is rotated both work', async () => {
  const { key, text } = await credentials()
  const rotated = await node.apiKeys.rotate('L1', key.id, { overlapHours: 1, record: unrecorded })
  for (const credential of [text, rotated!.text]) await get('/v1/customers', credential).expect(200)
  clock.forward(3_600 * SECOND)
  await refused('/v1/customers', text, 401, 'credential_expired')
  await get('/v1/customers', rotated!.text).expect(200)
})

test('calls and refusals of a known client are counted, strangers are not', async () => {
  const made = await credentials({ locationId: 'L-counted' })
  await get('/v1/customers', made.text).expect(200)
  await get('/v1/both', made.text).expect(403)
  await node.apiKeys.revoke('L-counted', made.key.id, { record: unrecorded })
  await get('/v1/customers', made.text).expect(401)
  await get('/v1/customers', newApiKey('live')).expect(401)
  await node.access.meter.flush()
  const rows = await node.usage.read('L-counted', { from: new Date(0), until: new Date('2030-01-01'), step: 'day' })
  assert.deepEqual(
    rows.map(({ route, calls, rejected, failed }) => ({ route, calls, rejected, failed })),
    [
      { route: 'GET /v1/both', calls: 1, rejected: 1, failed: 0 },
      { route: 'GET /v1/customers', calls: 2, rejected: 1, failed: 0 },
    ],
  )
  assert.deepEqual((await node.apiKeys.get('L-counted', made.key.id))?.lastUsedAt, clock.now())
  assert.deepEqual((await node.clients.get('L-counted', made.client.id))?.lastUsedAt, clock.now())
})

test('the door reads a credential again once a minute, not with every call', async () => {
  const { text } = await credentials()
  await get('/v1/customers', text).expect(200)
  await node.db.pool.query(`update api_keys set revoked_at = now() where start = $1`, [text.slice(0, 12)])
  clock.forward(59 * SECOND)
  await get('/v1/customers', text).expect(200)
  clock.forward(SECOND)
  await refused('/v1/customers', text, 401, 'credential_revoked')
})

test('no credential gets into the log', async () => {
  const made = await credentials()
  const token = await tokenOf(made)
  for (const credential of [made.text, token, made.text.slice(0, -1)]) await get('/v1/both', credential)
  const logged = node.logged()
  for (const secret of [made.text.slice(12, -6), made.secret.slice(13, -6), token.split('.')[2]!]) {
    assert.equal(logged.includes(secret), false)
  }
})
