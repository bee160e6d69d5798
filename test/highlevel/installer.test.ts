// What the installer does in single cases; that any order ends in the truth is in installer-model.test.ts.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import test, { after, beforeEach } from 'node:test'
import express from 'express'
import { AppError } from '../../server/errors.ts'
import { createBudget } from '../../server/highlevel/budget.ts'
import { createCrmHttp } from '../../server/highlevel/http.ts'
import { createInstaller } from '../../server/highlevel/installer.ts'
import { FOLLOW_UP } from '../../server/highlevel/lifecycle-event.ts'
import { createOAuth } from '../../server/highlevel/oauth.ts'
import { missingScopes } from '../../server/highlevel/scopes.ts'
import { createTokens } from '../../server/highlevel/tokens.ts'
import { newId } from '../../server/ids.ts'
import { createSimulatedCrm, SEED } from '../../server/sandbox/crm/simulated-crm.ts'
import { createAudit } from '../../server/store/audit.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createErasure } from '../../server/store/erasure.ts'
import { createInstallations } from '../../server/store/installations.ts'
import { createRateBudgets } from '../../server/store/rate-budgets.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createTestDatabase } from '../database.ts'
import { listen } from '../listen.ts'
import { createClock, createRemembering, silent } from './surroundings.ts'

const CLIENT_ID = 'installer0000000000000001-key'
const REDIRECT = 'https://app.example.com/oauth/callback'
const SCOPES = ['oauth.readonly', 'oauth.write', 'locations.readonly', 'marketplace-installer-details.readonly']
const { dental, fitness, legal } = SEED.locations
const { companyId } = SEED

const { url: databaseUrl } = await createTestDatabase()
const db = createDatabase({ url: databaseUrl })
const clock = createClock()
const { now } = clock
const sent: Record<string, unknown>[] = []
const crm = createSimulatedCrm({
  now,
  apps: [
    {
      clientId: CLIENT_ID,
      clientSecret: 'secret',
      ssoKey: 'key',
      redirectUris: [REDIRECT],
      webhookUrl: 'https://app.example.com/webhooks/crm',
      scopes: SCOPES,
    },
  ],
  sendWebhook: async (_url, body) => {
    sent.push(JSON.parse(body))
    return 200
  },
  lifecycleIds: false,
})
const server = createServer(express().use(crm.router))
const http = createCrmHttp({ apiUrl: await listen(server) })
after(async () => {
  http.close()
  server.closeAllConnections()
  server.close()
  await crm.close()
  await db.close()
})

const installations = createInstallations({ db, seal: createSeal([{ id: 'k', key: randomBytes(32) }]) })
const audit = createAudit({ db, now })
const { listener, told } = createRemembering()
const oauth = createOAuth({ http, clientId: CLIENT_ID, clientSecret: 'secret', redirectUri: REDIRECT, now })
const followUps: string[] = []
const createParts = () => {
  const tokens = createTokens({ installations, oauth, audit, listener, now, random: () => 0, log: silent })
  const installer = createInstaller({
    installations,
    oauth,
    tokens,
    budget: createBudget({ budgets: createRateBudgets({ db }), now }),
    audit,
    erasure: createErasure({ db }),
    listener,
    followUp: async (tenantId) => void followUps.push(tenantId),
    wantedScopes: [...SCOPES, 'contacts.readonly'],
    now,
    log: silent,
  })
  return { tokens, installer }
}
let { tokens, installer } = createParts()

beforeEach(async () => {
  await db.pool.query('truncate installations, audit, audit_heads, rate_budgets')
  for (const id of [dental, fitness, legal, companyId]) {
    if (crm.state.installations.get(`${CLIENT_ID} ${id}`)) crm.control.uninstall(id)
  }
  await crm.control.flushWebhooks()
  crm.control.clearFaults()
  crm.control.resetRateLimits()
  crm.control.setWhitelabel(companyId, undefined)
  sent.length = 0
  told.length = 0
  followUps.length = 0
  ;({ tokens, installer } = createParts())
})

const exchange = async (code: string) =>
  installer.exchanged(await oauth.exchangeCode({ code }), { origin: 'marketplace', at: now() })

const installLocation = (locationId: string) =>
  exchange(crm.control.install({ target: { kind: 'Location', locationId } }))

const installCompany = (locationIds: string[], installToFuture = false) =>
  exchange(crm.control.install({ target: { kind: 'Company', companyId, locationIds, installToFuture } }))

const hear = (payload: Record<string, unknown>, over: { source?: string; type?: string } = {}) =>
  installer.handle({
    id: newId(),
    locationId: String(payload.locationId ?? payload.companyId),
    source: 'crm',
    type: String(payload.type),
    receivedAt: now(),
    payload,
    ...over,
  })

const followUp = (tenantId: string) => hear({ locationId: tenantId }, { source: 'app', type: FOLLOW_UP })
const statusOf = async (id: string) => (await installations.find(id))?.status
const actionsOf = async (id: string) => (await audit.list(id)).map(({ action }) => action).reverse()

test('scopes that are wanted and not granted are missing', () => {
  assert.deepEqual(missingScopes(['b', 'a', 'b', 'c'], ['c']), ['a', 'b'])
  assert.deepEqual(missingScopes(['a'], ['a', 'x']), [])
})

test('an install of a location keeps its scopes, name, time zone and white-label domain', async () => {
  crm.control.setWhitelabel(companyId, { domain: 'crm.acme.example', logoUrl: 'https://x.example/l.png' })
  const result = await installLocation(dental)
  assert.deepEqual(result.missingScopes, ['contacts.readonly'])
  const row = await installations.find(dental)
  assert.equal(row?.name, 'Bright Dental')
  assert.equal(row?.timeZone, 'America/Chicago')
  assert.equal(row?.whiteLabelDomain, 'crm.acme.example')
  assert.equal(row?.companyId, companyId)
  assert.deepEqual(row?.scopes, [...SCOPES].sort())
  assert.deepEqual(told, [`recovered ${dental}`])
})

test('a bulk install gives every chosen location a token of its own and the company’s domain', async () => {
  crm.control.setWhitelabel(companyId, { domain: 'crm.acme.example', logoUrl: 'https://x.example/l.png' })
  const result = await installCompany([dental, legal])
  assert.deepEqual([result.kind, result.name, result.locations], ['company', 'Acme Growth', 2])
  assert.deepEqual(followUps, [companyId])
  assert.deepEqual(await followUp(companyId), { kind: 'done' })
  for (const id of [dental, legal]) {
    const row = await installations.find(id)
    assert.deepEqual([row?.status, row?.isBulk, row?.whiteLabelDomain], ['active', true, 'crm.acme.example'])
    assert.ok((await tokens.tokenFor(id)).accessToken)
    assert.deepEqual(await actionsOf(id), ['installation.connected'])
  }
  assert.equal(await statusOf(fitness), undefined)
})

test('a follow-up that was interrupted goes on where it stopped', async () => {
  await installCompany([dental, fitness, legal])
  crm.control.failNext({ path: '/oauth/locationToken', times: 1 })
  const outcome = await followUp(companyId)
  assert.equal(outcome.kind, 'retry')
  const minted = crm.control.writes()['tokens.minted'] ?? 0
  assert.deepEqual(await followUp(companyId), { kind: 'done' })
  assert.deepEqual(await Promise.all([dental, fitness, legal].map(statusOf)), ['active', 'active', 'active'])
  assert.ok((crm.control.writes()['tokens.minted'] ?? 0) - minted <= 3)
  assert.deepEqual(await followUp(companyId), { kind: 'done' }, 'again is harmless')
})

test('a location that the company has taken the app off ends with the next comparison', async () => {
  await installCompany([dental, legal])
  await followUp(companyId)
  clock.advance({ minutes: 1 })
  crm.control.uninstall(legal)
  assert.equal(await installer.reconcile(), 1)
  clock.advance({ minutes: 1 })
  await followUp(companyId)
  assert.equal(await statusOf(legal), 'uninstalled')
  assert.equal(await statusOf(dental), 'active')
  assert.deepEqual(await actionsOf(legal), ['installation.connected', 'installation.ended'])
})

test('a location with a token of its own is asked before it ends for missing on the list', async () => {
  await installLocation(fitness)
  await installCompany([dental])
  clock.advance({ minutes: 1 })
  crm.state.change(() => crm.state.installations.delete(`${CLIENT_ID} ${fitness}`))
  await followUp(companyId)
  assert.equal(await statusOf(fitness), 'active')
})

test('an INSTALL before the exchange waits for it', async () => {
  const code = crm.control.install({ target: { kind: 'Location', locationId: dental } })
  await crm.control.flushWebhooks()
  assert.deepEqual(await hear(sent[0]!), { kind: 'done' })
  assert.equal(await statusOf(dental), 'pending')
  await assert.rejects(tokens.tokenFor(dental), (error) => error instanceof AppError && error.code === 'not_installed')
  await exchange(code)
  assert.equal(await statusOf(dental), 'active')
})

test('an INSTALL of a future location is completed from its company, also when it does not say which', async () => {
  await installCompany([dental], true)
  await followUp(companyId)
  for (const isBareInstallEvent of [false, true]) {
    sent.length = 0
    const { id } = crm.control.addLocation({ name: `New shop ${isBareInstallEvent}`, isBareInstallEvent })
    await crm.control.flushWebhooks()
    assert.deepEqual(await hear(sent[0]!), { kind: 'done' })
    const row = await installations.find(id)
    assert.deepEqual([row?.status, row?.companyId], ['active', companyId])
  }
})

test('an INSTALL that cannot be completed just now is tried again', async () => {
  await installCompany([dental], true)
  crm.control.addLocation({ name: 'Later shop' })
  await crm.control.flushWebhooks()
  crm.control.failNext({ path: '/oauth/locationToken', times: 1 })
  const install = sent.at(-1)!
  assert.equal((await hear(install)).kind, 'retry')
  assert.deepEqual(await hear(install), { kind: 'done' })
  assert.equal(await statusOf(String(install.locationId)), 'active')
})

test('with the budget of the company used up, the rest waits', async () => {
  await installCompany([dental], true)
  await db.pool.query(`update rate_budgets set blocked_until = $1 where location_id = $2`, [
    new Date(now().getTime() + 20_000),
    companyId,
  ])
  ;({ tokens, installer } = createParts())
  assert.deepEqual(await followUp(companyId), { kind: 'wait', code: 'crm_rate_limited', afterSeconds: 20 })
})

test('an UNINSTALL of a location ends it, and its repeats change nothing', async () => {
  await installLocation(dental)
  sent.length = 0
  crm.control.uninstall(dental)
  await crm.control.flushWebhooks()
  for (let times = 0; times < 3; times++) assert.deepEqual(await hear(sent[0]!), { kind: 'done' })
  const row = await installations.find(dental)
  assert.deepEqual([row?.status, row?.hasRefreshToken], ['uninstalled', false])
  assert.deepEqual(await actionsOf(dental), ['installation.connected', 'installation.ended'])
  assert.deepEqual(told, [`recovered ${dental}`, `ended ${dental}`])
})

test('an UNINSTALL of a company ends all its locations', async () => {
  await installCompany([dental, legal])
  await followUp(companyId)
  await installLocation(fitness)
  sent.length = 0
  crm.control.uninstall(companyId)
  await crm.control.flushWebhooks()
  assert.deepEqual(await hear(sent[0]!), { kind: 'done' })
  for (const id of [companyId, dental, legal, fitness]) assert.equal(await statusOf(id), 'uninstalled', id)
})

test('an UNINSTALL needs no token that works', async () => {
  await installLocation(dental)
  await db.pool.query(`update installations set status = 'needs_reconnect' where tenant_id = $1`, [dental])
  crm.control.clearCalls()
  await hear({ type: 'UNINSTALL', appId: 'x', locationId: dental })
  assert.equal(await statusOf(dental), 'uninstalled')
  assert.deepEqual(crm.control.calls(), [])
})

test('a late UNINSTALL without a time is found out by asking, and nobody is told', async () => {
  await installLocation(dental)
  told.length = 0
  assert.deepEqual(await hear({ type: 'UNINSTALL', appId: 'x', locationId: dental }), { kind: 'done' })
  assert.equal(await statusOf(dental), 'active')
  assert.ok((await tokens.tokenFor(dental)).accessToken)
  assert.deepEqual(told, [])
})

test('a late UNINSTALL of a company that is back has its locations compared again', async () => {
  await installCompany([dental])
  followUps.length = 0
  assert.deepEqual(await hear({ type: 'UNINSTALL', appId: 'x', companyId }), { kind: 'done' })
  assert.equal(await statusOf(companyId), 'active')
  assert.deepEqual(followUps, [companyId])
})

test('when HighLevel cannot be asked, an UNINSTALL without a time is tried again', async () => {
  await installLocation(dental)
  crm.control.uninstall(dental)
  crm.control.failNext({ path: '/oauth/token', times: 1 })
  assert.equal((await hear({ type: 'UNINSTALL', appId: 'x', locationId: dental })).kind, 'retry')
  assert.equal(await statusOf(dental), 'active')
  assert.deepEqual(await hear({ type: 'UNINSTALL', appId: 'x', locationId: dental }), { kind: 'done' })
  assert.equal(await statusOf(dental), 'uninstalled')
})

test('after a re-install everything works again', async () => {
  await installLocation(dental)
  crm.control.uninstall(dental)
  await hear({ type: 'UNINSTALL', appId: 'x', locationId: dental })
  clock.advance({ minutes: 1 })
  await installLocation(dental)
  assert.ok((await tokens.tokenFor(dental)).accessToken)
  assert.deepEqual(await actionsOf(dental), ['installation.connected', 'installation.ended', 'installation.connected'])
})

test('an exchange that lost the race against an uninstall does not revive the installation', async () => {
  const answer = await oauth.exchangeCode({
    code: crm.control.install({ target: { kind: 'Location', locationId: dental } }),
  })
  const at = now()
  clock.advance({ seconds: 1 })
  crm.control.uninstall(dental)
  await hear({ type: 'UNINSTALL', appId: 'x', locationId: dental })
  await assert.rejects(
    installer.exchanged(answer, { origin: 'marketplace', at }),
    (error) => error instanceof AppError && error.code === 'not_installed',
  )
  assert.equal(await statusOf(dental), 'uninstalled')
})

test('of two exchanges the one that began last is kept, whichever ends last; a renewal in between is no exchange', async () => {
  await installLocation(dental)
  const begin = async () => {
    clock.advance({ seconds: 1 })
    const began = now()
    const answer = await oauth.exchangeCode({
      code: crm.control.install({ target: { kind: 'Location', locationId: dental } }),
    })
    return { answer, context: { origin: 'app', at: began } as const }
  }
  const kept = async () => (await installations.tokens(dental))?.accessToken
  const older = await begin()
  const newer = await begin()
  await installer.exchanged({ ...newer.answer, scopes: [...SCOPES, 'contacts.readonly'] }, newer.context)
  assert.deepEqual((await installer.exchanged(older.answer, older.context)).missingScopes, [])
  assert.equal(await kept(), newer.answer.accessToken)

  const slow = await begin()
  clock.advance({ seconds: 1 })
  // The refresh token that HighLevel would still take is not the point here: only that one was stored in between.
  const pair = { accessToken: 'renewed', refreshToken: 'renewed', expiresAt: now(), scopes: [...SCOPES], at: now() }
  await installations.storeTokens(dental, pair)
  await installer.exchanged(slow.answer, slow.context)
  assert.equal(await kept(), slow.answer.accessToken)

  // With no tokens in use any that work are taken.
  await installations.end(dental, slow.context.at)
  const again = await begin()
  await installer.exchanged(again.answer, { ...again.context, at: new Date(slow.context.at.getTime() + 1) })
  await installations.refreshFailed(dental, { at: now(), error: 'refused', status: 'needs_reconnect' })
  await installer.exchanged(again.answer, slow.context)
  assert.equal(await statusOf(dental), 'active')
})

test('a token answer that names nobody is a failure', async () => {
  const answer = await oauth.exchangeCode({
    code: crm.control.install({ target: { kind: 'Location', locationId: dental } }),
  })
  await assert.rejects(
    installer.exchanged({ ...answer, locationId: undefined }, { origin: 'app', at: now() }),
    (error) => error instanceof AppError && error.code === 'install_failed',
  )
})

test('a change of plan or version is kept', async () => {
  await installLocation(dental)
  await hear({ type: 'PLAN_CHANGE', locationId: dental, companyId, currentPlanId: 'p1', newPlanId: 'p2' })
  await hear({ type: 'UPDATE', locationId: dental, companyId, versionId: 'v2' })
  const row = await installations.find(dental)
  assert.deepEqual([row?.planId, row?.appVersionId, row?.status], ['p2', 'v2', 'active'])
})

test('other lifecycle events are passed over', async () => {
  assert.deepEqual(await hear({ type: 'EXTERNAL_AUTH_CONNECTED', locationId: dental }), { kind: 'skipped' })
})

test('a disconnect takes the app off at HighLevel, and ends it here also when the token is refused', async () => {
  await installLocation(dental)
  await installer.disconnect(dental, { actor: { type: 'user', id: 'u1' }, reason: 'asked for', requestId: 'r1' })
  assert.equal(crm.state.installations.get(`${CLIENT_ID} ${dental}`), undefined)
  assert.equal(await statusOf(dental), 'uninstalled')
  const [entry] = await audit.list(dental, { action: 'installation.ended' })
  assert.deepEqual([entry?.actorId, entry?.requestId], ['u1', 'r1'])

  await installLocation(legal)
  crm.control.uninstall(legal)
  await installer.disconnect(legal, { actor: { type: 'user', id: 'u1' } })
  assert.equal(await statusOf(legal), 'uninstalled')
  await installer.disconnect(legal, { actor: { type: 'user', id: 'u1' } })
})

test('a disconnect of a company ends its locations, too', async () => {
  await installCompany([dental])
  await followUp(companyId)
  clock.advance({ minutes: 10 })
  await installer.disconnect(companyId, { actor: { type: 'operator' } })
  assert.deepEqual([await statusOf(companyId), await statusOf(dental)], ['uninstalled', 'uninstalled'])
})

test('when HighLevel cannot be reached, a disconnect does not pretend', async () => {
  await installLocation(dental)
  crm.control.failNext({ path: '/marketplace/app/*', times: 1 })
  await assert.rejects(installer.disconnect(dental, { actor: { type: 'user', id: 'u1' } }))
  assert.equal(await statusOf(dental), 'active')
})

test('erasure takes tokens and data, leaves one audit entry, and a late INSTALL revives nothing', async () => {
  await installLocation(dental)
  await db.pool.query(`insert into location_settings (location_id) values ($1), ('someone-else')`, [dental])
  clock.advance({ minutes: 1 })
  const erased = await installer.erase(dental, { actor: { type: 'operator', id: 'op', name: 'Jane Doe' } })
  assert.equal(erased.location_settings, 1)
  assert.equal(await installations.tokens(dental), undefined)
  const row = await installations.find(dental)
  assert.deepEqual([row?.status, row?.name, row?.userId, row?.scopes], ['uninstalled', null, null, []])
  const entries = await audit.list(dental)
  assert.deepEqual(
    entries.map(({ action, actorId, actorName }) => [action, actorId, actorName]),
    [['tenant.erased', 'op', null]],
  )
  assert.equal((await audit.verify(dental)).ok, true)
  const others = await db.pool.query(`select from location_settings where location_id = 'someone-else'`)
  assert.equal(others.rowCount, 1)
  await assert.rejects(tokens.tokenFor(dental), (error) => error instanceof AppError && error.code === 'not_installed')
})
