import assert from 'node:assert/strict'
import test from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { APP, startCrm } from './harness.ts'

const dental = { kind: 'Location' as const, locationId: SEED.locations.dental }
const bulk = (locationIds: string[], installToFuture = false) => ({
  kind: 'Company' as const,
  companyId: SEED.companyId,
  locationIds,
  installToFuture,
})

test('a code gives a location token with what the platform documents', async (t) => {
  const { crm, exchange } = await startCrm(t)
  const { status, body } = await exchange(crm.control.install({ target: dental }))
  assert.equal(status, 200)
  assert.equal(body.token_type, 'Bearer')
  assert.equal(body.expires_in, 86_399)
  assert.equal(body.userType, 'Location')
  assert.equal(body.companyId, SEED.companyId)
  assert.equal(body.locationId, SEED.locations.dental)
  assert.equal(body.isBulkInstallation, false)
  assert.equal(body.access_token.split('.').length, 3)
})

test('v3 speaks camelCase both ways, as JSON too', async (t) => {
  const { crm, call } = await startCrm(t)
  const { status, body } = await call('POST', '/oauth/token', {
    version: 'v3',
    body: {
      clientId: APP.clientId,
      clientSecret: APP.clientSecret,
      grantType: 'authorization_code',
      code: crm.control.install({ target: dental }),
      redirectUri: APP.redirectUris[0],
    },
  })
  assert.equal(status, 200)
  assert.deepEqual(
    ['accessToken', 'tokenType', 'expiresIn', 'refreshToken', 'userType'].filter((key) => !(key in body)),
    [],
  )
  assert.ok(!('access_token' in body))
})

test('a code works once, for sixty seconds, with its own redirect address', async (t) => {
  const { crm, clock, call, exchange } = await startCrm(t)
  const used = crm.control.install({ target: dental })
  await exchange(used)
  assert.equal((await exchange(used)).status, 400)

  const old = crm.control.install({ target: dental })
  clock.at += 60_001
  assert.equal((await exchange(old)).status, 400)

  const code = crm.control.install({ target: dental })
  const elsewhere = await call('POST', '/oauth/token', {
    form: {
      client_id: APP.clientId,
      client_secret: APP.clientSecret,
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'https://evil.example.com/',
    },
  })
  assert.equal(elsewhere.status, 400)
})

test('a refresh gives a new pair and kills the old refresh token', async (t) => {
  const { crm, exchange, refresh } = await startCrm(t)
  const first = (await exchange(crm.control.install({ target: dental }))).body
  const second = await refresh(first.refresh_token)
  assert.equal(second.status, 200)
  assert.notEqual(second.body.refresh_token, first.refresh_token)
  const again = await refresh(first.refresh_token)
  assert.equal(again.status, 400)
  assert.equal(again.body.message, 'Invalid grant: refresh token is invalid')
  assert.equal((await refresh(second.body.refresh_token)).status, 200)
})

test('of two refreshes at the same time exactly one wins', async (t) => {
  const { crm, exchange, refresh } = await startCrm(t)
  const { refresh_token } = (await exchange(crm.control.install({ target: dental }))).body
  const answers = await Promise.all([refresh(refresh_token), refresh(refresh_token), refresh(refresh_token)])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400])
  assert.equal(crm.control.writes()['tokens.refreshed'], 1)
})

test('a suspended location refuses refreshes and calls until it is active again, and the refresh token survives', async (t) => {
  const { crm, exchange, refresh, call } = await startCrm(t)
  const { access_token, refresh_token } = (await exchange(crm.control.install({ target: dental }))).body
  crm.control.suspendLocation(SEED.locations.dental)
  const refused = await refresh(refresh_token)
  assert.equal(refused.status, 400)
  assert.equal(refused.body.message, 'Location is not active')
  assert.equal((await call('GET', '/contacts/x', { token: access_token })).status, 401)
  crm.control.activateLocation(SEED.locations.dental)
  assert.equal((await refresh(refresh_token)).status, 200)
})

for (const [what, changes, status, text] of [
  ['a wrong secret', { client_secret: 'no' }, 401, /Invalid client/],
  ['an unknown app', { client_id: 'no' }, 401, /Invalid client/],
  ['another grant type', { grant_type: 'password' }, 422, /grant_type must be one of/],
  ['an unknown property', { extra: '1' }, 422, /property extra should not exist/],
  ['no code', { grant_type: 'authorization_code', refresh_token: '' }, 422, /code should not be empty/],
  ['client credentials', { grant_type: 'client_credentials' }, 400, /Unsupported grant type/],
] as const) {
  test(`the token endpoint refuses ${what}`, async (t) => {
    const { call } = await startCrm(t)
    const form = { client_id: APP.clientId, client_secret: APP.clientSecret, grant_type: 'refresh_token', ...changes }
    const answer = await call('POST', '/oauth/token', { form })
    assert.equal(answer.status, status)
    assert.match(String(answer.body.message), text)
    assert.ok(answer.body.traceId)
  })
}

test('a bulk install gives a company token, says nothing of its locations, and mints one for each installed', async (t) => {
  const { crm, exchange, call } = await startCrm(t)
  const code = crm.control.install({ target: bulk([SEED.locations.dental]) })
  const { body } = await exchange(code)
  assert.equal(body.userType, 'Company')
  assert.equal(body.isBulkInstallation, true)
  assert.ok(!('locationId' in body) && !('approvedLocations' in body))

  const token = body.access_token
  const mint = (locationId: string) =>
    call('POST', '/oauth/locationToken', { token, form: { companyId: SEED.companyId, locationId } })
  const minted = await mint(SEED.locations.dental)
  assert.equal(minted.status, 200)
  assert.equal(minted.body.userType, 'Location')
  assert.ok(minted.body.refresh_token)
  assert.equal((await mint(SEED.locations.fitness)).status, 400)
  assert.equal((await mint('Unknown0000000000001')).status, 403)
  crm.control.suspendLocation(SEED.locations.dental)
  assert.equal((await mint(SEED.locations.dental)).body.message, 'Location is not active')
})

test('v3 renames the bulk endpoints; each name exists in its own versions only', async (t) => {
  const { call, companyToken } = await startCrm(t)
  const token = await companyToken()
  const form = { companyId: SEED.companyId, locationId: SEED.locations.dental }
  const minted = await call('POST', '/oauth/location-token', { token, version: 'v3', form })
  assert.equal(minted.status, 200)
  assert.equal(minted.body.locationId, SEED.locations.dental)
  const removed = await call('POST', '/oauth/locationToken', { token, version: 'v3', form })
  assert.equal(removed.status, 400)
  assert.match(removed.body.message, /not available in API version v3/)
  const tooNew = await call('POST', '/oauth/location-token', { token, form })
  assert.equal(tooNew.status, 404)
  assert.match(tooNew.body.message, /^Cannot POST/)
})

const listPath = (name: string, query: Record<string, string>) =>
  `/oauth/${name}?${new URLSearchParams({ companyId: SEED.companyId, appId: 'testapp000000000000000001', ...query })}`

test('installed locations are listed in pages, with the future flag', async (t) => {
  const { call, companyToken } = await startCrm(t)
  const token = await companyToken(true)
  const first = await call('GET', listPath('installedLocations', { isInstalled: 'true', limit: '2', skip: '0' }), {
    token,
  })
  assert.equal(first.body.count, 3)
  assert.equal(first.body.locations.length, 2)
  assert.equal(first.body.installToFutureLocations, true)

  const page = (pageToken?: string) =>
    call(
      'GET',
      listPath('installed-locations', { isInstalled: 'true', pageSize: '2', ...(pageToken && { pageToken }) }),
      {
        token,
        version: 'v3',
      },
    )
  const { items, pagination } = (await page()).body
  assert.equal(items.length, 2)
  assert.equal(pagination.hasNextPage, true)
  const second = (await page(pagination.nextPageToken)).body
  assert.equal(second.items.length, 1)
  assert.equal(second.pagination.hasNextPage, false)
})

test('v3 lists refuse in the nested shape, the dated one in the flat shape', async (t) => {
  const { call, companyToken } = await startCrm(t)
  const token = await companyToken()
  const nested = await call('GET', listPath('installed-locations', { appId: 'another' }), { token, version: 'v3' })
  assert.equal(nested.status, 404)
  assert.equal(nested.body.error.code, 'RESOURCE_NOT_FOUND')
  const flat = await call('GET', listPath('installedLocations', { appId: 'another' }), { token })
  assert.equal(flat.status, 404)
  assert.equal(flat.body.statusCode, 404)
})

test('a location token may not use the company endpoints, and reconnecting by API is gone', async (t) => {
  const { call, locationToken } = await startCrm(t)
  const token = await locationToken()
  const answer = await call('GET', listPath('installedLocations', {}), { token })
  assert.equal(answer.status, 401)
  assert.match(answer.body.message, /authClass type is not allowed/)
  const gone = await call('POST', '/oauth/reconnect', { body: {} })
  assert.equal(gone.body.message, 'API endpoint has been removed')
})

test('installing and uninstalling send lifecycle webhooks to the default URL, at the consent already', async (t) => {
  const { crm, sent, webhooks } = await startCrm(t)
  crm.control.install({ target: bulk([SEED.locations.dental, SEED.locations.legal]) })
  const installs = await webhooks('INSTALL')
  assert.deepEqual(
    installs.map(({ locationId }) => locationId),
    [undefined, SEED.locations.dental, SEED.locations.legal],
  )
  assert.ok(
    installs.every(({ companyId, appId }) => companyId === SEED.companyId && appId === 'testapp000000000000000001'),
  )
  assert.ok(sent.every(({ url }) => url === APP.webhookUrl))
})

test('a location made after a bulk install with future locations is installed by itself; its webhook may be bare', async (t) => {
  const { crm, companyToken, webhooks, call } = await startCrm(t)
  const token = await companyToken(true)
  const { id } = crm.control.addLocation({ name: 'Later One', isBareInstallEvent: true })
  const last = (await webhooks('INSTALL')).at(-1)
  assert.equal(last.locationId, id)
  assert.ok(!('userId' in last) && !('companyId' in last))
  const minted = await call('POST', '/oauth/locationToken', {
    token,
    form: { companyId: SEED.companyId, locationId: id },
  })
  assert.equal(minted.status, 200)
})

test('after an uninstall the tokens are dead; a company takes its locations along', async (t) => {
  const { crm, companyToken, call, webhooks } = await startCrm(t)
  const token = await companyToken()
  const { body } = await call('POST', '/oauth/locationToken', {
    token,
    form: { companyId: SEED.companyId, locationId: SEED.locations.dental },
  })
  const answer = await call('DELETE', '/marketplace/app/testapp000000000000000001/installations', {
    token,
    body: { companyId: SEED.companyId },
  })
  assert.deepEqual(answer.body, { success: true })
  assert.equal((await call('GET', '/contacts/x', { token: body.access_token })).status, 401)
  assert.equal(crm.state.installations.size, 0)
  assert.deepEqual(
    (await webhooks('UNINSTALL')).map(({ companyId, locationId }) => [companyId, locationId]),
    [[SEED.companyId, undefined]],
  )
})

test('a location token ends the installation of its own location only', async (t) => {
  const { crm, locationToken, call } = await startCrm(t)
  const token = await locationToken()
  await locationToken(SEED.locations.legal)
  const path = '/marketplace/app/testapp000000000000000001/installations'
  assert.equal((await call('DELETE', path, { token, body: { locationId: SEED.locations.legal } })).status, 403)
  assert.equal((await call('DELETE', path, { token, body: { locationId: SEED.locations.dental } })).status, 200)
  assert.deepEqual(
    [...crm.state.installations.all()].map(({ locationId }) => locationId),
    [SEED.locations.legal],
  )
})

test('installer details tell the company and its white-label domain', async (t) => {
  const { crm, locationToken, call } = await startCrm(t)
  const token = await locationToken()
  crm.control.setWhitelabel(SEED.companyId, {
    domain: 'crm.acme.example.com',
    logoUrl: 'https://acme.example.com/l.png',
  })
  const { body } = await call('GET', '/marketplace/app/testapp000000000000000001/installations', { token })
  assert.equal(body.installationDetails.companyName, 'Acme Growth')
  assert.equal(body.installationDetails.locationId, SEED.locations.dental)
  assert.equal(body.installationDetails.whitelabelDetails.domain, 'crm.acme.example.com')
})
