// Credentials for Rankr that are entered while the app is being added: the CRM's page and our address for it over HTTP, with a
// real database and the simulated Rankr that says whether they are right.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import test, { after, beforeEach } from 'node:test'
import express from 'express'
import supertest from 'supertest'
import { externalAuthRoutes } from '../../server/http/modules/external-auth.ts'
import { createConnectAtInstall } from '../../server/rankr/connect-at-install.ts'
import { createRankrHttp } from '../../server/rankr/http.ts'
import { createRankrTokens } from '../../server/rankr/tokens.ts'
import { createSimulatedCrm, SEED } from '../../server/sandbox/crm/simulated-crm.ts'
import { createSimulatedRankr } from '../../server/sandbox/rankr/rankr.ts'
import { createAudit } from '../../server/store/audit.ts'
import { createConnections } from '../../server/store/connections.ts'
import { createInstallations } from '../../server/store/installations.ts'
import { createPendingConnections } from '../../server/store/pending-connections.ts'
import { createSeal } from '../../server/store/seal.ts'
import { serve } from '../http/serve.ts'
import { listen } from '../listen.ts'
import { empty, openDatabase } from '../relay/kit.ts'

const db = await openDatabase(after)
const SECRET = 'a-module-secret-of-enough-length-for-tests'
const HEADERS = { 'x-connect-secret': SECRET }
const COMPANY = SEED.companyId
const { dental } = SEED.locations

let at = new Date('2026-11-25T10:00:00Z')
const now = () => at
const seal = createSeal([{ id: 'k', key: Buffer.alloc(32, 7) }])
const audit = createAudit({ db, now })
const connections = createConnections({ db, seal, now })
const installations = createInstallations({ db, seal })
const pending = createPendingConnections({ db, seal })

const outer = express()
const server = createServer(outer)
const url = await listen(server)

const rankr = createSimulatedRankr({
  appUrl: url,
  asset: (name) => name,
  file: undefined,
  now,
  onError: (error) => assert.fail(String(error)),
})
const http = createRankrHttp({ apiUrl: `${url}/rankr/api` })
const resumed: string[] = []
const connectAtInstall = createConnectAtInstall({
  verify: createRankrTokens({ http, now }).check,
  connections,
  pending,
  installations,
  audit,
  transaction: db.transaction,
  resume: async (id) => void resumed.push(id),
  now,
})
const { app, agent, lines } = serve(externalAuthRoutes({ connectAtInstall }))
const APP = {
  clientId: 'authapp00000000000000001-key1',
  clientSecret: 'a secret of the app',
  ssoKey: 'a shared secret',
  redirectUris: ['https://app.example.com/oauth/callback'],
  webhookUrl: 'https://app.example.com/webhooks/crm',
  scopes: ['contacts.readonly'],
  externalAuth: {
    url: `${url}/modules/external-auth`,
    headers: HEADERS,
    fields: [
      { key: 'rankrClientId', label: 'Client ID of Rankr', type: 'text' as const, required: false },
      { key: 'rankrClientSecret', label: 'Client secret of Rankr', type: 'password' as const, required: false },
    ],
  },
}
const heard: string[] = []
const crm = createSimulatedCrm({
  now,
  apps: [APP],
  sendWebhook: async (_url, body) => {
    heard.push(JSON.parse(body).type)
    return 200
  },
})
outer.use('/rankr', rankr.router)
outer.use('/crm', crm.router)
outer.use(app)
after(async () => {
  http.close()
  server.closeAllConnections()
  server.close()
  await rankr.stop()
  await crm.close()
})

const ACCESS = rankr.workspace.apiAccess!
const RIGHT = { rankrClientId: ACCESS.clientId, rankrClientSecret: ACCESS.clientSecret }
const ofAccounts = (...locationId: string[]) => ({ companyId: null, locationId, approveAllLocations: false })
const ask = (body: object, headers: Record<string, string> = HEADERS) =>
  agent.post('/modules/external-auth').set(headers).send(body)
const install = async (id: string, companyId: string = COMPANY) => {
  await installations.create(id, { kind: 'location', status: 'pending', companyId })
  await installations.storeTokens(id, { accessToken: 'a', refreshToken: 'r', expiresAt: at, scopes: [], at })
}
const told = async (id: string) => (await audit.list(id)).map(({ action, actorType }) => `${actorType} ${action}`)
const waiting = async () =>
  (await db.kysely.selectFrom('pending_connections').select('location_id').orderBy('location_id').execute()).map(
    (row) => row.location_id,
  )

beforeEach(async () => {
  await empty(db, 'connections', 'pending_connections', 'installations', 'audit', 'audit_heads')
  rankr.control.clearFaults()
})

test('the door is closed without the secret of the app, and what is no request of the CRM is refused', async () => {
  await install('L1')
  for (const headers of [{}, { 'x-connect-secret': 'guessed' }] as Record<string, string>[]) {
    assert.equal((await ask({ ...ofAccounts('L1'), ...RIGHT }, headers)).status, 401)
  }
  for (const body of [
    RIGHT,
    { ...ofAccounts(), ...RIGHT },
    { approveAllLocations: true, ...RIGHT },
    { locationId: 7 },
  ]) {
    const { status, body: problem } = await ask(body)
    assert.deepEqual([status, problem.code], [422, 'invalid_body'], JSON.stringify(body))
  }
  const empty = { ...ofAccounts('L1'), rankrClientId: '', rankrClientSecret: '' }
  assert.deepEqual((await ask(empty)).body, { success: true, connected: 0, waiting: 0 }, 'connected later')
  assert.deepEqual([await connections.list('L1'), await waiting()], [[], []])
})

test('wrong credentials, and a Rankr that does not answer, are said in plain words and keep nothing', async () => {
  await install('L1')
  for (const rankrClientSecret of ['rks_not-that-one', 'line\nbreak', '']) {
    const { status, body } = await ask({ ...ofAccounts('L1'), ...RIGHT, rankrClientSecret })
    assert.deepEqual([status, body.code], [422, 'rankr_credentials_refused'])
    assert.match(`${body.title}. ${body.detail}`, /does not accept this client ID and secret\. Copy both again/)
  }
  rankr.control.failNext({ path: '/oauth/token', status: 503, times: 1 })
  const { status, body } = await ask({ ...ofAccounts('L1', 'new'), ...RIGHT })
  assert.deepEqual([status, body.code], [503, 'rankr_check_failed'])
  assert.deepEqual([await connections.list('L1'), await waiting(), await told('L1')], [[], [], []])
  assert.doesNotMatch(JSON.stringify(lines), new RegExp(`rks_not-that-one|${ACCESS.clientSecret}`))
})

test('an account that has the app is connected, sealed and audited; the same again changes nothing', async () => {
  await install('L1')
  for (let times = 0; times < 2; times++) {
    assert.deepEqual((await ask({ ...ofAccounts('L1'), ...RIGHT })).body, { success: true, connected: 1, waiting: 0 })
  }
  await Promise.all([1, 2, 3].map(() => ask({ ...ofAccounts('L1'), ...RIGHT })))
  const [one, ...more] = await connections.list('L1')
  assert.deepEqual([one?.origin, one?.hasCredentials, more], ['install', true, []])
  assert.deepEqual((await connections.forCalls('L1'))?.credentials, ACCESS)
  assert.deepEqual(await told('L1'), ['crm connection.created'])
  assert.deepEqual(await audit.verify('L1'), { ok: true, entries: 1 })
  assert.ok(resumed.includes('L1'), 'what Rankr had refused goes on')
  const { rows } = await db.pool.query('select encode(credentials, $1) as text from connections', ['escape'])
  assert.ok(!rows[0].text.includes(ACCESS.clientSecret))
})

test('other credentials take the place of those entered before, and those of the settings are known again', async () => {
  await install('L1')
  const { connection } = await connections.create('L1', { name: 'By hand' })
  await connections.setCredentials('L1', connection.id, {
    credentials: { clientId: ACCESS.clientId, clientSecret: 'old' },
  })
  await ask({ ...ofAccounts('L1'), ...RIGHT })
  const rows = await connections.list('L1')
  assert.deepEqual(
    rows.map(({ name, origin }) => [name, origin]),
    [['By hand', 'settings']],
  )
  await connections.setCredentials('L1', connection.id, { credentials: { clientId: 'other', clientSecret: 'old' } })
  await ask({ ...ofAccounts('L1'), ...RIGHT })
  assert.equal((await connections.list('L1')).length, 2, 'another workspace of the account stays')
  const made = (await connections.list('L1')).find(({ origin }) => origin === 'install')!
  await connections.setCredentials('L1', made.id, { credentials: { clientId: 'rkc_rotated', clientSecret: 'x' } })
  await ask({ ...ofAccounts('L1'), ...RIGHT })
  assert.equal((await connections.list('L1')).length, 2, 'connected anew')
  assert.deepEqual((await told('L1')).toSorted(), [
    'crm connection.access_changed',
    'crm connection.access_changed',
    'crm connection.created',
  ])
})

test('accounts of another company are not touched, whoever else is named beside them', async () => {
  await install('mine')
  await install('theirs', 'other-company')
  const { status, body } = await ask({ ...ofAccounts('mine', 'theirs', 'new'), companyId: COMPANY, ...RIGHT })
  assert.deepEqual([status, body.code], [404, 'not_installed'])
  assert.deepEqual([await connections.list('mine'), await connections.list('theirs'), await waiting()], [[], [], []])
  const all = { companyId: COMPANY, locationId: null, approveAllLocations: true, excludedLocations: [], ...RIGHT }
  assert.equal((await ask(all)).body.connected, 1)
  assert.deepEqual(await connections.list('theirs'), [])
})

test('credentials that come before the app wait for it, for a day, and are kept nowhere afterwards', async () => {
  assert.deepEqual((await ask({ ...ofAccounts('L1', 'L2'), ...RIGHT })).body, {
    success: true,
    connected: 0,
    waiting: 2,
  })
  await ask({ ...ofAccounts('L1'), ...RIGHT })
  await connectAtInstall.installed('L1')
  assert.deepEqual([await connections.list('L1'), await waiting()], [[], ['L1', 'L2']])
  await install('L1')
  await connectAtInstall.installed('L1')
  await connectAtInstall.installed('L1')
  assert.equal((await connections.list('L1')).length, 1)
  assert.deepEqual([await waiting(), await told('L1')], [['L2'], ['crm connection.created']])
  at = new Date(at.getTime() + 25 * 3_600_000)
  await install('L2')
  await connectAtInstall.task.handler()
  assert.deepEqual([await connections.list('L2'), await waiting()], [[], []], 'too late')
})

test('of a bulk install all but the excluded are connected as they come, and what one has chosen by itself stays', async () => {
  await install('A1')
  const sent = { companyId: COMPANY, locationId: null, approveAllLocations: true, excludedLocations: ['A3'], ...RIGHT }
  assert.deepEqual((await ask(sent)).body, { success: true, connected: 1, waiting: 0 })
  for (const id of ['A2', 'A3', 'A4']) await install(id)
  await install('B1', 'other-company')
  await connections.create('A4', { name: 'Chosen by itself' })
  await connectAtInstall.task.handler()
  await connectAtInstall.task.handler()
  const origins = async (id: string) => (await connections.list(id)).map(({ origin }) => origin)
  assert.deepEqual(await Promise.all(['A1', 'A2', 'A3', 'A4', 'B1'].map(origins)), [
    ['install'],
    ['install'],
    [],
    ['settings'],
    [],
  ])
})

test('the CRM asks at install, says what is wrong, installs when it is right; an account connects later on its own page', async () => {
  const link = `/crm/v2/oauth/chooselocation?${new URLSearchParams({
    response_type: 'code',
    client_id: APP.clientId,
    redirect_uri: APP.redirectUris[0]!,
    scope: 'contacts.readonly',
  })}`
  const browser = supertest(outer)
  const consent = await browser.get(link)
  for (const text of ['Client ID of Rankr', 'type="password"']) assert.ok(consent.text.includes(text), text)
  const allow = (fields: object) =>
    browser
      .post(link)
      .type('form')
      .send({
        ...{ decision: 'allow', userId: SEED.users.admin, target: `location:${dental}` },
        ...fields,
      })
  const refused = await allow({ ...RIGHT, rankrClientSecret: 'wrong' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /Not added yet\.<\/strong> Rankr does not accept this client ID and secret\. Copy both/)
  assert.deepEqual([crm.state.installations.count('location', dental), heard], [0, []])
  const installed = await allow(RIGHT)
  assert.equal(installed.status, 303)
  await crm.control.flushWebhooks()
  assert.deepEqual(heard.toSorted(), ['EXTERNAL_AUTH_CONNECTED', 'INSTALL'])
  await install(dental)
  await connectAtInstall.installed(dental)
  assert.equal((await connections.list(dental)).length, 1)

  const later = `/crm/external-connection?client_id=${APP.clientId}&location_id=${dental}`
  assert.match(
    (
      await browser
        .post(later)
        .type('form')
        .send({ ...RIGHT, rankrClientSecret: 'no' })
    ).text,
    /Not connected\./,
  )
  assert.match((await browser.post(later).type('form').send(RIGHT)).text, /<strong>Connected\./)
  assert.equal((await connections.list(dental)).length, 1)
})
