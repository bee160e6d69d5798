// The developers' screen over the real stores.

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import test, { after } from 'node:test'
import { hashOfCredential } from '../../../server/api/credential-text.ts'
import { createCredentialVersion } from '../../../server/api/credential-version.ts'
import { createApiKeys } from '../../../server/store/api-keys.ts'
import { createApiUsage } from '../../../server/store/api-usage.ts'
import { createClientKeys } from '../../../server/store/client-keys.ts'
import { createClients } from '../../../server/store/clients.ts'
import { createCredentialChange } from '../../../server/store/credential-change.ts'
import { createDatabase } from '../../../server/store/db.ts'
import { createOAuthGrants } from '../../../server/store/oauth-grants.ts'
import { createTestDatabase } from '../../database.ts'
import { bearer, NOW, now } from '../serve.ts'
import { settingsPage } from './settings-page.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url, poolSize: 4 })
after(() => db.close())
const credentials = { db, change: createCredentialChange({ db, version: createCredentialVersion() }), now }
const clients = createClients(credentials)
const apiKeys = createApiKeys(credentials)
const clientKeys = createClientKeys(credentials)
const oauthGrants = createOAuthGrants(credentials)
const usage = createApiUsage({ db })

const page = settingsPage({
  clients,
  apiKeys,
  clientKeys,
  oauthGrants,
  usage,
  trialToken: async ({ id }) => `token-of-${id}`,
  tryOperations: [
    { id: 'list', method: 'GET', path: '/v1/customers', summary: 'List', scopes: ['customers.read'], body: undefined },
    {
      id: 'new',
      method: 'POST',
      path: '/v1/customers',
      summary: 'Make',
      scopes: ['customers.write'],
      body: '{"id":1}',
    },
  ],
  apiScopes: ['customers.read', 'customers.write', 'events.read'],
})
const get = async (session = {}, path = '/settings/developers') =>
  page.agent
    .get(path)
    .set('hx-request', 'true')
    .set('authorization', await bearer(session))
const post = async (path: string, form: object = {}, session = {}) =>
  page.agent
    .post(path)
    .set('authorization', await bearer(session))
    .type('form')
    .send(form)
const last = () => page.audits.at(-1)!.record

const shownSecret = (html: string): string => /value="(rks?_(?:live|test)_\w+)"/.exec(html)?.[1] ?? ''

test('an app from its making to its removal', async (t) => {
  await t.test('nothing is there yet', async () => {
    const { text } = await get()
    assert.match(text, /No calls yet/)
    assert.match(text, /Create an app/)
    assert.doesNotMatch((await get({ role: 'user' })).text, /Create an app</)
  })

  await t.test('it needs a name and a permission that there is', async () => {
    const answer = await post('/settings/developers', { name: '', scopes: 'orders.read' })
    assert.equal(answer.status, 422)
    assert.match(answer.text, /data-errors/)
    assert.deepEqual(await clients.list('loc_1'), [])
    assert.deepEqual(page.audits, [])
  })

  await t.test('it is created with the permissions that were ticked; its secret is shown once', async () => {
    const answer = await post('/settings/developers', {
      name: '<b>Shop</b>',
      scopes: ['customers.read', 'events.read'],
    })
    assert.equal(answer.status, 200)
    const [app] = await clients.list('loc_1')
    assert.deepEqual([app!.name, app!.mode, app!.scopes], ['<b>Shop</b>', 'live', ['customers.read', 'events.read']])
    const secret = shownSecret(answer.text)
    const known = await clients.findForAuthentication(app!.id)
    assert.ok(known!.secrets[0]!.hash.equals(hashOfCredential(secret)))
    assert.doesNotMatch(answer.text, /<b>Shop/)
    assert.match(answer.text, /The secret is shown only once\.</)
    for (const path of [undefined, `/settings/developers/${app!.id}`]) {
      assert.doesNotMatch((await get({}, path)).text, new RegExp(secret))
    }
    assert.deepEqual([last().action, last().subject.id, last().actor.id], ['client.created', app!.id, 'user_1'])
    assert.doesNotMatch(JSON.stringify(page.audits) + JSON.stringify(page.lines), new RegExp(secret))
  })

  const [app] = await clients.list('loc_1')
  const { id } = app!
  const here = `/settings/developers/${id}`
  const KEY = { name: 'Server', scopes: ['customers.read'] }

  await t.test('its name, permissions and redirect addresses change; what cannot be used is named', async () => {
    const sent = { name: 'Shop', scopes: ['customers.read', 'events.read'], redirects: 'https://a.example.com/cb' }
    for (const [wrong, named] of [
      [{ name: ' ' }, /data-errors/],
      [{ scopes: 'orders.read' }, /Choose at least one/],
      [
        { redirects: 'https://a.example.com/cb http://b.example.com #' },
        /These cannot be used: http:\/\/b.example.com #/,
      ],
    ] as const) {
      const answer = await post(here, { ...sent, ...wrong })
      assert.equal(answer.status, 422)
      assert.match(answer.text, named)
    }
    assert.equal((await clients.get('loc_1', id))?.name, '<b>Shop</b>')
    await post(here, { ...sent, redirects: `${sent.redirects}\nhttp://127.0.0.1:8080/cb` })
    const changed = await clients.get('loc_1', id)
    assert.deepEqual(
      [changed?.name, changed?.redirectUris],
      ['Shop', ['https://a.example.com/cb', 'http://127.0.0.1:8080/cb']],
    )
    assert.equal(last().action, 'client.changed')
  })

  await t.test('its secret is changed with an overlap, or at once', async () => {
    assert.match((await post(`${here}/secret`)).text, /The previous one works for 24 more hours/)
    assert.equal((await clients.findForAuthentication(id))!.secrets.length, 2)
    assert.equal(last().action, 'client.secret_changed')
    assert.match((await get({}, here)).text, /The previous one is accepted until/)
    const answer = await post(`${here}/secret`, { now: 'yes' })
    assert.match(answer.text, /no longer accepted/)
    assert.equal((await clients.findForAuthentication(id))!.secrets.length, 1)
  })

  await t.test('a key has an end, addresses and permissions of its own', async () => {
    for (const [wrong, named] of [
      [{ name: '' }, /a name of at most 80 characters/],
      [{ expires: '2026-11-24' }, /Choose today or a later day/],
      [{ expires: 'soon' }, /Choose today or a later day/],
      [{ addresses: '203.0.113.7, 10/8 nonsense' }, /These are not valid: 10\/8 nonsense/],
      [{ scopes: 'customers.write' }, /Choose at least one/],
    ] as const) {
      const answer = await post(`${here}/keys`, { ...KEY, ...wrong })
      assert.equal(answer.status, 422, JSON.stringify(wrong))
      assert.match(answer.text, named)
    }
    assert.deepEqual(await apiKeys.list('loc_1'), [])
    const sent = { ...KEY, expires: '2026-12-31', addresses: '203.0.113.7\n2001:DB8::1/32' }
    const made = shownSecret((await post(`${here}/keys`, sent)).text)
    const known = await apiKeys.findByHash(hashOfCredential(made))
    assert.deepEqual(
      [known?.expiresAt, known?.allowedRanges, known?.scopes],
      [new Date('2027-01-01'), ['203.0.113.7/32', '2001:db8::/32'], ['customers.read']],
    )
    const [key] = await apiKeys.list('loc_1')
    await post(`${here}/keys/${key!.id}`, { ...KEY, name: 'Other', expires: '', addresses: '' })
    const changed = await apiKeys.get('loc_1', key!.id)
    assert.deepEqual([changed?.name, changed?.expiresAt, changed?.allowedRanges], ['Other', null, []])
    await post(`${here}/keys/${key!.id}/revoke`)
  })

  await t.test('its keys are shown once, replaced and revoked', async () => {
    const made = shownSecret((await post(`${here}/keys`, KEY)).text)
    assert.match(made, /^rk_live_/)
    const key = (await apiKeys.list('loc_1')).find(({ revokedAt }) => revokedAt === null)
    const next = shownSecret((await post(`${here}/keys/${key!.id}/rotate`)).text)
    assert.notEqual(next, made)
    assert.equal((await post(`${here}/keys/${key!.id}/rotate`)).status, 409)
    assert.ok((await get({}, here)).text.includes(key!.start), 'both work, so both are listed')
    await post(`${here}/keys/${key!.id}/revoke`)
    assert.equal(last().action, 'api_key.revoked')
    assert.equal((await apiKeys.findByHash(hashOfCredential(made)))?.revokedAt !== null, true)
    assert.equal((await apiKeys.findByHash(hashOfCredential(next)))?.revokedAt, null)
  })

  await t.test('it registers public keys, never private ones', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = (key: 'publicKey' | 'privateKey', type: 'spki' | 'pkcs8') =>
      String(pair[key].export({ type: type as never, format: 'pem' }))
    const refused = await post(`${here}/public-keys`, { keys: pem('privateKey', 'pkcs8') })
    assert.equal(refused.status, 422)
    assert.match(refused.text, /This is a private key/)
    assert.match((await post(`${here}/public-keys`, { keys: '{}' })).text, /Provide a JWK Set/)
    await post(`${here}/public-keys`, { keys: pem('publicKey', 'spki') })
    const [key] = await clientKeys.list('loc_1', id)
    assert.deepEqual([key?.jwk.crv, last().action], ['P-256', 'client_key.added'])
    assert.match(
      (await post(`${here}/public-keys`, { keys: pem('publicKey', 'spki') })).text,
      /A key with this id already exists/,
    )
    assert.ok((await get({}, here)).text.includes(key!.kid))
    await post(`${here}/public-keys/remove`, { kid: key!.kid })
    assert.deepEqual(await clientKeys.list('loc_1', id), [])
  })

  await t.test('calls and errors of the last days are drawn, older ones are not', async () => {
    const at = (days: number) => new Date(Math.floor((NOW.getTime() - days * 86_400_000) / 3_600_000) * 3_600_000)
    const count = (days: number, statusClass: number, calls: number) => ({
      ...{ locationId: 'loc_1', hour: at(days), clientId: id, route: 'GET /v1/customers', statusClass, calls },
    })
    await usage.add([count(0, 2, 1200), count(0, 4, 3), count(2, 5, 2), count(8, 2, 77)])
    const { text } = await get()
    assert.equal([...text.matchAll(/<rect class="chart-slot"/g)].length, 7)
    assert.match(text, /<title>2026-11-25: 1,203 calls, 3 refused, 0 failed<\/title>/)
    assert.match(text, /1,205 calls in 7 days, at most 1,203 on one day/)
    assert.match(text, /<td data-label="Calls">1,203<\/td>/)
    assert.doesNotMatch(text, /77 calls/)
    assert.match((await get({}, '/settings/developers?days=30')).text, /<title>2026-11-17: 77 calls/)
    assert.doesNotMatch((await get({ locationId: 'loc_2' })).text, /chart-slot/)
  })

  await t.test('a request is tried out as the app, with what the app may do', async () => {
    assert.doesNotMatch((await get({}, '/settings/developers/try')).text, /<try-request/)
    const { text } = await post('/settings/developers/try', { app: id })
    assert.ok(text.includes(`data-token="token-of-${id}"`))
    assert.match(text, /value="\/v1\/customers"/)
    assert.doesNotMatch(text, /Make<\/option>/)
    assert.deepEqual([last().action, last().subject.id], ['access_token.issued', id])
    assert.equal((await post('/settings/developers/try', { app: 'cl_other' })).status, 404)
  })

  await t.test('apps that act on behalf of people are listed and ended', async () => {
    const person = { id: 'user_1', name: '<i>Jane</i>', role: 'admin' as const }
    const consent = {
      redirectUri: 'https://a.example.com/cb',
      codeChallenge: 'x'.repeat(43),
      scopes: ['customers.read'],
    }
    const none = async () => {}
    const wish = { ...consent, clientId: id, mode: 'live', person } as const
    const { grantId } = await oauthGrants.consent('loc_2', wish, none)
    assert.match((await get({}, '/settings/developers/granted')).text, /No connected app/)
    assert.equal((await post(`/settings/developers/granted/${grantId}/end`)).status, 404)
    const { text } = await get({ locationId: 'loc_2' }, '/settings/developers/granted')
    assert.match(text, /An app from outside this account/)
    assert.doesNotMatch(text, /<i>Jane/)
    await post(`/settings/developers/granted/${grantId}/end`, {}, { locationId: 'loc_2' })
    assert.deepEqual(await oauthGrants.list('loc_2'), [])
    assert.equal(last().action, 'oauth_grant.ended')
  })

  await t.test('another account reaches none of it', async () => {
    const [key] = await apiKeys.list('loc_1')
    const other = { locationId: 'loc_2' }
    const before = page.audits.length
    for (const path of [
      ...['', '/secret', '/on', '/off', '/remove', '/keys', '/public-keys', '/public-keys/remove'],
      ...['', '/rotate', '/revoke'].map((what) => `/keys/${key!.id}${what}`),
    ]) {
      const sent = { ...KEY, keys: '{}', kid: 'x', scopes: ['customers.read'] }
      assert.deepEqual([path, (await post(`${here}${path}`, sent, other)).status], [path, 404])
    }
    assert.equal((await get(other, here)).status, 404)
    assert.equal(page.audits.length, before)
    assert.equal((await clients.get('loc_1', id))?.status, 'active')
    const { client } = await clients.create('loc_1', { name: 'B', mode: 'live', scopes: [] }, async () => {})
    assert.equal((await post(`/settings/developers/${client.id}/keys/${key!.id}/revoke`)).status, 404, 'of another app')
  })

  await t.test('it is switched off and on, and removed', async () => {
    await post(`${here}/off`)
    assert.equal((await clients.get('loc_1', id))?.status, 'disabled')
    await post(`${here}/on`)
    assert.equal((await clients.get('loc_1', id))?.status, 'active')
    assert.match((await post(`${here}/remove`)).text, /The app was removed/)
    assert.equal(await clients.get('loc_1', id), undefined)
    assert.equal(last().action, 'client.removed')
  })

  await t.test('it speaks Spanish', async () => {
    const { text } = await page.agent
      .get('/settings/developers')
      .set({ 'hx-request': 'true', 'accept-language': 'es', authorization: await bearer() })
    assert.match(text, /Desarrolladores/)
  })
})

test('an app that runs with people gets no secret, no keys and addresses of its own kind', async () => {
  const sent = { name: 'Phone', scopes: ['customers.read'], kind: 'public' }
  const made = await post('/settings/developers', sent)
  assert.equal(made.status, 200)
  assert.equal(shownSecret(made.text), '')
  assert.match(made.text, /This app has no secret and no keys/)
  const app = (await clients.list('loc_1')).find(({ name }) => name === 'Phone')
  assert.equal(app!.isPublic, true)
  const here = `/settings/developers/${app!.id}`
  for (const hidden of [/Change the secret/, /Create a key/, /Add public keys/]) assert.doesNotMatch(made.text, hidden)
  const redirects = 'http://127.0.0.1/cb com.example.shop:/back'
  assert.equal((await post(here, { ...sent, redirects })).status, 200)
  assert.deepEqual((await clients.get('loc_1', app!.id))!.redirectUris, redirects.split(' '))
  assert.doesNotMatch((await get({}, '/settings/developers/try')).text, /Phone/)
})
