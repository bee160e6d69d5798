// The authorization code grant over the real store and endpoints: what a person has agreed to, and what becomes of it.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test, { after } from 'node:test'
import { decodeJwt } from 'jose'
import { challengeOf } from '../../../server/api/code-grant.ts'
import type { Role, Scope } from '../../../server/api/scopes.ts'
import { createClock, MINUTE, SECOND } from '../../api/clock.ts'
import { createTestDatabase } from '../../database.ts'
import { startNode, unrecorded } from './node.ts'

const { url } = await createTestDatabase()
const clock = createClock()
const people = new Map<string, Role | 'away'>([['user_1', 'admin']])
const uninstalled = new Set<string>()
const node = startNode({
  url,
  now: clock.now,
  installed: (id) => !uninstalled.has(id),
  async roleOf(_locationId, userId) {
    const role = people.get(userId)
    if (role === 'away') throw new Error('the CRM does not answer')
    return role
  },
})
after(() => node.stop())

const REDIRECT = 'https://shop.example.com/callback'

const clientOf = async (scopes: Scope[] = ['customers.read', 'customers.write', 'orders.read']) => {
  const { client, secret } = await node.clients.create('L1', { name: 'Shop', mode: 'live', scopes }, unrecorded)
  return { id: client.id, secret: secret! }
}
type Credentials = { id: string; secret: string }
const shop = await clientOf()

/** A person of another account than the client's agrees; answers what the client then holds. */
const agree = async ({ client = shop, userId = 'user_1', locationId = 'L2', scopes = ['customers.read'] } = {}) => {
  const verifier = randomBytes(32).toString('base64url')
  const person = { id: userId, name: 'Jane Doe', role: 'admin' as const }
  const { code, grantId } = await node.oauthGrants.consent(
    locationId,
    { clientId: client.id, mode: 'live', person, scopes, redirectUri: REDIRECT, codeChallenge: challengeOf(verifier) },
    unrecorded,
  )
  const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: verifier }
  return { form, grantId, locationId }
}
const post = (path: string, form: object, by: Credentials = shop) =>
  node.agent.post(path).auth(by.id, by.secret).type('form').send(form)
const exchange = async (form: object, by?: Credentials) => (await post('/oauth/token', form, by).expect(200)).body
const refused = async (form: object, by?: Credentials) =>
  (await post('/oauth/token', form, by).expect(400)).body.error as string
const renew = (refresh_token: string, more = {}) => ({ grant_type: 'refresh_token', refresh_token, ...more })
const get = (token: string, path = '/v1/customers') => node.agent.get(path).set('Authorization', `Bearer ${token}`)

test('a code becomes tokens that reach the account and the scopes that were agreed to, and no others', async () => {
  const { form, grantId } = await agree({ scopes: ['customers.read', 'orders.read'] })
  const answer = await exchange(form)
  assert.deepEqual([answer.token_type, answer.expires_in, answer.scope], ['Bearer', 900, 'customers.read orders.read'])
  assert.match(answer.refresh_token, /^rkr_live_/)
  const { client_id, sub, grant_id } = decodeJwt(answer.access_token)
  assert.deepEqual([client_id, sub, grant_id], [shop.id, 'user_1', grantId])
  const { body: caller } = await get(answer.access_token).expect(200)
  assert.deepEqual(
    [caller.locationId, caller.ownerLocationId, caller.clientId, caller.grant],
    ['L2', 'L1', shop.id, { id: grantId, locationId: 'L2', userId: 'user_1' }],
  )
  await get(answer.access_token, '/v1/both').expect(403)
})

test('a code is good once: whoever sends it again ends what came of it', async () => {
  const { form, locationId } = await agree()
  const first = await exchange(form)
  node.recorded.length = 0
  assert.equal(await refused(form), 'invalid_grant')
  await get(first.access_token).expect(401)
  assert.equal(await refused(renew(first.refresh_token)), 'invalid_grant')
  assert.deepEqual(
    node.recorded.map(({ locationId: of, record }) => [of, record.action, record.actor.id]),
    [[locationId, 'oauth_grant.ended', shop.id]],
  )
})

test('a code needs its client, its verifier and its address, within a minute', async () => {
  const other = await clientOf()
  const { form } = await agree()
  assert.equal(await refused(form, other), 'invalid_grant')
  for (const wrong of [
    { code_verifier: randomBytes(32).toString('base64url') },
    { redirect_uri: `${REDIRECT}/` },
    { code: form.code.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')) },
  ]) {
    assert.equal(await refused({ ...(await agree()).form, ...wrong }), 'invalid_grant', JSON.stringify(wrong))
  }
  for (const lacking of ['code', 'code_verifier', 'redirect_uri']) {
    assert.equal(await refused({ ...form, [lacking]: '' }), 'invalid_request', lacking)
  }
  assert.equal(await refused({ ...form, grant_type: 'password' }), 'unsupported_grant_type')
  clock.forward(61 * SECOND)
  assert.equal(await refused(form), 'invalid_grant')
})

test('a refresh token is replaced at each use; a lost answer can be asked for again, a stolen one ends all', async () => {
  const { form } = await agree({ scopes: ['customers.read', 'customers.write'] })
  const first = await exchange(form)
  const second = await exchange(renew(first.refresh_token, { scope: 'customers.read' }))
  assert.equal(second.scope, 'customers.read')
  assert.notEqual(second.refresh_token, first.refresh_token)
  const again = await exchange(renew(first.refresh_token))
  assert.equal(again.scope, 'customers.read customers.write')
  assert.equal(await refused(renew(second.refresh_token, { scope: 'orders.read' })), 'invalid_scope')
  assert.equal(await refused(renew(second.refresh_token), await clientOf()), 'invalid_grant')
  clock.forward(MINUTE)
  assert.equal(await refused(renew(first.refresh_token)), 'invalid_grant')
  assert.equal(await refused(renew(again.refresh_token)), 'invalid_grant')
  await get(again.access_token).expect(401)
})

test('an app without a secret works with the verifier alone; a used refresh token ends all, without grace', async () => {
  const { client, secret } = await node.clients.create(
    'L1',
    { name: 'Phone', mode: 'live', scopes: ['customers.read'], isPublic: true },
    unrecorded,
  )
  assert.equal(secret, undefined)
  const ask = (form: object, path = '/oauth/token') =>
    node.agent
      .post(path)
      .set('Origin', 'https://pages.example')
      .type('form')
      .send({ client_id: client.id, ...form })
  const { form } = await agree({ client: { id: client.id, secret: '' } })
  const { code_verifier: _verifier, ...without } = form
  assert.equal((await ask(without).expect(400)).body.error, 'invalid_request')
  const answer = await ask(form).expect(200)
  assert.equal(answer.get('Access-Control-Allow-Origin'), '*')
  await get(answer.body.access_token).expect(200)

  const tooMuch = renew(answer.body.refresh_token, { scope: 'orders.read' })
  assert.equal((await ask(tooMuch).expect(400)).body.error, 'invalid_scope', 'and its token is not used up')
  const second = await ask(renew(answer.body.refresh_token)).expect(200)
  assert.equal((await ask(renew(answer.body.refresh_token)).expect(400)).body.error, 'invalid_grant')
  await get(second.body.access_token).expect(401)
  assert.equal((await ask(renew(second.body.refresh_token)).expect(400)).body.error, 'invalid_grant')

  for (const [path, sent, error] of [
    ['/oauth/token', { grant_type: 'client_credentials' }, 'unauthorized_client'],
    ['/oauth/introspect', { token: second.body.access_token }, 'unauthorized_client'],
  ] as const) {
    assert.equal((await ask(sent, path).expect(400)).body.error, error)
  }
  await ask({ token: second.body.refresh_token }, '/oauth/revoke').expect(200)
  await ask({ ...form, client_id: shop.id }).expect(401)
  const key = { clientId: client.id, name: 'x', mode: 'live', scopes: [] } as const
  await assert.rejects(node.apiKeys.create('L1', key, unrecorded), { code: 'conflict' })
  await assert.rejects(node.clients.rotateSecret('L1', client.id, { record: unrecorded }), { code: 'conflict' })
})

test('nothing reaches further than the person does, and it ends when they leave', async () => {
  const { form } = await agree({ scopes: ['customers.read', 'customers.write'] })
  const first = await exchange(form)
  people.set('user_1', 'user')
  const less = await exchange(renew(first.refresh_token))
  assert.equal(less.scope, 'customers.read')
  people.set('user_1', 'away')
  const still = await exchange(renew(less.refresh_token))
  assert.equal(still.scope, 'customers.read', 'the last answer holds while nobody can tell')
  people.delete('user_1')
  assert.equal(await refused(renew(still.refresh_token)), 'invalid_grant')
  await get(still.access_token).expect(401)
  people.set('user_1', 'admin')
})

test('agreeing again changes what was agreed to, and an account ends it by itself', async () => {
  const { form } = await agree({ locationId: 'L3', scopes: ['customers.read', 'customers.write'] })
  const first = await exchange(form)
  await agree({ locationId: 'L3', scopes: ['customers.read'] })
  const [listed, ...more] = await node.oauthGrants.list('L3')
  assert.deepEqual([listed?.clientName, listed?.userName, listed?.scopes], ['Shop', 'Jane Doe', ['customers.read']])
  assert.deepEqual(more, [])
  assert.equal((await exchange(renew(first.refresh_token))).scope, 'customers.read')
  assert.equal(await node.oauthGrants.end('L4', listed!.id, { record: unrecorded }), undefined)
  await get(first.access_token).expect(200)
  await node.oauthGrants.end('L3', listed!.id, { record: unrecorded })
  await get(first.access_token).expect(401)
  assert.deepEqual(await node.oauthGrants.list('L3'), [])
})

test('an account or a client that is gone takes its tokens along', async () => {
  const { form } = await agree({ locationId: 'L5' })
  const first = await exchange(form)
  uninstalled.add('L5')
  assert.equal((await get(first.access_token).expect(404)).body.code, 'not_installed')
  assert.equal(await refused(renew(first.refresh_token)), 'invalid_grant')
  const client = await clientOf()
  const mine = await exchange((await agree({ client })).form, client)
  await node.clients.remove('L1', client.id, { record: unrecorded })
  await get(mine.access_token).expect(401)
})

test('a client takes its refresh token back, and is told about it', async () => {
  const { form } = await agree({ locationId: 'L6', scopes: ['customers.read'] })
  const { refresh_token: token, access_token: access } = await exchange(form)
  const { body } = await post('/oauth/introspect', { token }).expect(200)
  assert.deepEqual(
    [body.active, body.sub, body.scope, body.token_type],
    [true, 'user_1', 'customers.read', 'refresh_token'],
  )
  assert.equal((await post('/oauth/introspect', { token: access }).expect(200)).body.sub, 'user_1')
  const other = await clientOf()
  assert.deepEqual((await post('/oauth/introspect', { token }, other).expect(200)).body, { active: false })
  await post('/oauth/revoke', { token }, other).expect(200)
  await get(access).expect(200)
  node.recorded.length = 0
  await post('/oauth/revoke', { token }).expect(200)
  await post('/oauth/revoke', { token }).expect(200)
  assert.deepEqual(
    node.recorded.map(({ locationId, record }) => [locationId, record.action]),
    [['L6', 'oauth_grant.ended']],
  )
  await get(access).expect(401)
  assert.deepEqual((await post('/oauth/introspect', { token }).expect(200)).body, { active: false })
})

test('what nobody needs any more is forgotten', async () => {
  await exchange((await agree({ locationId: 'L7' })).form)
  clock.forward(100 * 24 * 60 * MINUTE)
  await node.oauthGrants.prune(clock.now())
  for (const table of ['oauth_codes', 'oauth_refresh_tokens']) {
    assert.equal((await node.db.pool.query(`select from ${table}`)).rowCount, 0, table)
  }
  assert.equal(node.logged().includes('rkr_live_'), false)
  assert.equal(node.logged().includes('rkc_live_'), false)
})
