import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createDatabase } from '../../server/store/db.ts'
import { createClock, MINUTE } from '../api/clock.ts'
import { createTestDatabase } from '../database.ts'
import { createCredentialStores } from './api-credentials.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url })
after(() => db.close())
const clock = createClock()
const { clients, accessTokens, clientKeys, recorded, record } = createCredentialStores(db, clock.now)
const clientOf = async (locationId: string) =>
  (await clients.create(locationId, { name: 'Shop', mode: 'live', scopes: ['customers.read'] }, record)).client
const shop = await clientOf('L1')
const expiresAt = new Date(clock.now().getTime() + 15 * MINUTE)

test('the state of a token is that of its client', async () => {
  assert.deepEqual(await accessTokens.state({ clientId: shop.id, jti: 'j1' }), {
    locationId: 'L1',
    mode: 'live',
    isClientEnabled: true,
    clientScopes: ['customers.read'],
    tokensValidFrom: clock.now(),
    isRevoked: false,
  })
  assert.equal(await accessTokens.state({ clientId: 'cl_gone', jti: 'j1' }), undefined)
})

test('a token is taken back once and recorded once, and no other with it', async () => {
  recorded.length = 0
  const token = { jti: 'j2', clientId: shop.id, expiresAt, record }
  assert.deepEqual(await accessTokens.revoke('L1', token), { jti: 'j2' })
  assert.equal(await accessTokens.revoke('L1', token), undefined)
  assert.equal((await accessTokens.state({ clientId: shop.id, jti: 'j2' }))?.isRevoked, true)
  assert.equal((await accessTokens.state({ clientId: shop.id, jti: 'j3' }))?.isRevoked, false)
  assert.deepEqual(recorded, [{ subjectType: 'access_token', subjectId: 'j2', details: { clientId: shop.id } }])
})

test('another tenant cannot take a token back', async () => {
  await accessTokens.revoke('L2', { jti: 'j4', clientId: shop.id, expiresAt, record })
  assert.equal((await accessTokens.state({ clientId: shop.id, jti: 'j4' }))?.isRevoked, false)
})

test('what has expired is forgotten, the rest is not', async () => {
  await accessTokens.revoke('L1', { jti: 'j5', clientId: shop.id, expiresAt, record })
  await accessTokens.prune(expiresAt)
  assert.equal((await accessTokens.state({ clientId: shop.id, jti: 'j5' }))?.isRevoked, true)
  await accessTokens.prune(new Date(expiresAt.getTime() + 1))
  assert.equal((await accessTokens.state({ clientId: shop.id, jti: 'j5' }))?.isRevoked, false)
})

test('an assertion is used once, by whichever node, per client', async () => {
  const assertion = { jti: 'a1', expiresAt }
  const uses = await Promise.all([1, 2, 3].map(() => clientKeys.useAssertion('L1', shop.id, assertion)))
  assert.deepEqual(uses.sort(), [false, false, true])
  assert.equal(await clientKeys.useAssertion('L1', 'cl_other', assertion), true)
  const long = { jti: '\0'.repeat(5_000), expiresAt }
  assert.equal(await clientKeys.useAssertion('L1', shop.id, long), true)
  await clientKeys.pruneAssertions(expiresAt)
  assert.equal(await clientKeys.useAssertion('L1', shop.id, assertion), false)
  await clientKeys.pruneAssertions(new Date(expiresAt.getTime() + 1))
  assert.equal(await clientKeys.useAssertion('L1', shop.id, assertion), true)
})

test('public keys are of one client of one tenant, each id once', async () => {
  const key = { kid: 'k1', jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'k1' }, record }
  const added = await clientKeys.add('L1', shop.id, key)
  assert.deepEqual(added, { kid: 'k1', jwk: key.jwk, createdAt: clock.now() })
  assert.equal(await clientKeys.add('L1', shop.id, key), undefined)
  assert.equal(await clientKeys.add('L2', shop.id, key), undefined)
  assert.deepEqual(await clientKeys.list('L1', shop.id), [added])
  assert.deepEqual(await clientKeys.list('L2', shop.id), [])
  assert.equal(await clientKeys.remove('L2', shop.id, { kid: 'k1', record }), undefined)
  assert.deepEqual(await clientKeys.remove('L1', shop.id, { kid: 'k1', record }), added)
  assert.deepEqual(await clientKeys.list('L1', shop.id), [])
})
