// The developers' screen over the real stores.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { hashOfCredential } from '../../../server/api/credential-text.ts'
import { createCredentialVersion } from '../../../server/api/credential-version.ts'
import { createApiKeys } from '../../../server/store/api-keys.ts'
import { createApiUsage } from '../../../server/store/api-usage.ts'
import { createClients } from '../../../server/store/clients.ts'
import { createCredentialChange } from '../../../server/store/credential-change.ts'
import { createDatabase } from '../../../server/store/db.ts'
import { createTestDatabase } from '../../database.ts'
import { bearer, NOW, now } from '../serve.ts'
import { settingsPage } from './settings-page.ts'

const { url } = await createTestDatabase()
const db = createDatabase({ url, poolSize: 4 })
after(() => db.close())
const credentials = { db, change: createCredentialChange({ db, version: createCredentialVersion() }), now }
const clients = createClients(credentials)
const apiKeys = createApiKeys(credentials)
const usage = createApiUsage({ db })

const page = settingsPage({
  clients,
  apiKeys,
  usage,
  apiScopes: ['customers.read', 'customers.write', 'events.read'],
})
const get = async (session = {}) =>
  page.agent
    .get('/settings/developers')
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
    const { text } = await get().then((answer) => answer)
    assert.match(text, /No app has called yet/)
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
    assert.doesNotMatch((await get()).text, new RegExp(secret))
    assert.deepEqual([last().action, last().subject.id, last().actor.id], ['client.created', app!.id, 'user_1'])
    assert.doesNotMatch(JSON.stringify(page.audits) + JSON.stringify(page.lines), new RegExp(secret))
  })

  const [app] = await clients.list('loc_1')
  const { id } = app ?? (await clients.list('loc_1'))[0]!

  await t.test('its secret is changed with an overlap, or at once', async () => {
    await post(`/settings/developers/${id}/secret`)
    assert.equal((await clients.findForAuthentication(id))!.secrets.length, 2)
    assert.equal(last().action, 'client.secret_changed')
    const answer = await post(`/settings/developers/${id}/secret`, { now: 'yes' })
    assert.match(answer.text, /no longer accepted/)
    assert.equal((await clients.findForAuthentication(id))!.secrets.length, 1)
  })

  await t.test('its keys are shown once, replaced and revoked', async () => {
    const made = shownSecret((await post(`/settings/developers/${id}/keys`)).text)
    assert.match(made, /^rk_live_/)
    const [key] = await apiKeys.list('loc_1')
    const next = shownSecret((await post(`/settings/keys/${key!.id}/rotate`)).text)
    assert.notEqual(next, made)
    assert.equal((await post(`/settings/keys/${key!.id}/rotate`)).status, 409)
    assert.ok((await get()).text.includes(key!.start), 'both work, so both are listed')
    await post(`/settings/keys/${key!.id}/revoke`)
    assert.equal(last().action, 'api_key.revoked')
    assert.equal((await apiKeys.findByHash(hashOfCredential(made)))?.revokedAt !== null, true)
    assert.equal((await apiKeys.findByHash(hashOfCredential(next)))?.revokedAt, null)
  })

  await t.test('calls and errors of the last days are drawn, older ones are not', async () => {
    const at = (days: number) => new Date(Math.floor((NOW.getTime() - days * 86_400_000) / 3_600_000) * 3_600_000)
    const count = (days: number, statusClass: number, calls: number) => ({
      ...{ locationId: 'loc_1', hour: at(days), clientId: id, route: 'GET /v1/customers', statusClass, calls },
    })
    await usage.add([count(0, 2, 1200), count(0, 4, 3), count(2, 5, 2), count(8, 2, 77)])
    const { text } = await get()
    assert.equal([...text.matchAll(/<progress value="\d+" max="1203"/g)].length, 7)
    assert.match(text, /<progress value="1203"/)
    assert.doesNotMatch(text, /<progress value="77"/)
    assert.doesNotMatch((await get({ locationId: 'loc_2' })).text, /<progress/)
  })

  await t.test('another account reaches none of it', async () => {
    const [key] = await apiKeys.list('loc_1')
    const before = page.audits.length
    for (const path of [
      ...['secret', 'on', 'off', 'remove', 'keys'].map((what) => `/settings/developers/${id}/${what}`),
      ...['rotate', 'revoke'].map((what) => `/settings/keys/${key!.id}/${what}`),
    ]) {
      assert.deepEqual([path, (await post(path, {}, { locationId: 'loc_2' })).status], [path, 404])
    }
    assert.equal(page.audits.length, before)
    assert.equal((await clients.get('loc_1', id))?.status, 'active')
  })

  await t.test('it is switched off and on, and removed', async () => {
    await post(`/settings/developers/${id}/off`)
    assert.equal((await clients.get('loc_1', id))?.status, 'disabled')
    await post(`/settings/developers/${id}/on`)
    assert.equal((await clients.get('loc_1', id))?.status, 'active')
    assert.match((await post(`/settings/developers/${id}/remove`)).text, /The app was removed/)
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
