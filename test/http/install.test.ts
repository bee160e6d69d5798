// The round trip of an installation, with the simulated CRM over HTTP, real pages and a real database.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import test, { after, beforeEach } from 'node:test'
import { fileURLToPath } from 'node:url'
import express from 'express'
import session from 'express-session'
import supertest from 'supertest'
import { createBudget } from '../../server/highlevel/budget.ts'
import { createCrmHttp } from '../../server/highlevel/http.ts'
import { createInstaller } from '../../server/highlevel/installer.ts'
import { createOAuth } from '../../server/highlevel/oauth.ts'
import { CrmStrategy } from '../../server/highlevel/strategy.ts'
import { createTokens } from '../../server/highlevel/tokens.ts'
import { createAssets } from '../../server/http/assets.ts'
import { createIcons } from '../../server/http/icons.ts'
import { createBrowserSession } from '../../server/http/install/browser-session.ts'
import { createInstallRoutes } from '../../server/http/install/install-routes.ts'
import { createInstallState } from '../../server/http/install/install-state.ts'
import { createRender } from '../../server/http/render.ts'
import { createViewLocals } from '../../server/http/view-locals.ts'
import { createSimulatedCrm, SEED } from '../../server/sandbox/crm/simulated-crm.ts'
import { createAudit } from '../../server/store/audit.ts'
import { createDatabase } from '../../server/store/db.ts'
import { createErasure } from '../../server/store/erasure.ts'
import { createInstallations } from '../../server/store/installations.ts'
import { createRateBudgets } from '../../server/store/rate-budgets.ts'
import { createSeal } from '../../server/store/seal.ts'
import { createTestDatabase } from '../database.ts'
import { createClock, createRemembering, silent } from '../highlevel/surroundings.ts'
import { listen } from '../listen.ts'
import { PATIENCE_MS } from '../patience.ts'
import { PUBLIC_URL, serve } from './serve.ts'

const CLIENT_ID = 'installapp000000000000001-key'
const REDIRECT = `${PUBLIC_URL}/oauth/callback`
const SCOPES = ['contacts.readonly', 'locations.readonly', 'oauth.readonly', 'oauth.write']
const WANTED = [...SCOPES, 'marketplace-installer-details.readonly']
const BRAND = /high.?level|\bghl\b|lead.?connector|agency|sub-?account|\blocation/i

const { url: databaseUrl } = await createTestDatabase()
const db = createDatabase({ url: databaseUrl })
const clock = createClock()
const { now } = clock
const crm = createSimulatedCrm({
  now,
  apps: [
    {
      clientId: CLIENT_ID,
      clientSecret: 'secret',
      ssoKey: 'key',
      redirectUris: [REDIRECT],
      webhookUrl: '',
      scopes: WANTED,
    },
  ],
})
const crmServer = createServer(express().use(crm.router))
const crmUrl = await listen(crmServer)
const http = createCrmHttp({ apiUrl: crmUrl, timeoutMs: PATIENCE_MS })
after(async () => {
  http.close()
  crmServer.closeAllConnections()
  crmServer.close()
  await crm.close()
  await db.close()
})

const installations = createInstallations({ db, seal: createSeal([{ id: 'k', key: randomBytes(32) }]) })
const audit = createAudit({ db, now })
const { listener } = createRemembering()
const oauth = createOAuth({ http, clientId: CLIENT_ID, clientSecret: 'secret', redirectUri: REDIRECT, now })
const tokens = createTokens({ installations, oauth, audit, listener, now, random: () => 0, log: silent })
const followUps: string[] = []
const installer = createInstaller({
  installations,
  oauth,
  tokens,
  budget: createBudget({ budgets: createRateBudgets({ db }), now }),
  audit,
  erasure: createErasure({ db }),
  listener,
  followUp: async (tenantId) => void followUps.push(tenantId),
  wantedScopes: WANTED,
  now,
  log: silent,
})

const folderOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const strategy = {
  clientId: CLIENT_ID,
  clientSecret: 'secret',
  redirectUri: REDIRECT,
  scopes: WANTED,
  stateStore: createInstallState({ now }),
  oauth,
}
const { app } = serve(
  createInstallRoutes({
    strategies: [
      new CrmStrategy({ name: 'crm', marketplaceUrl: crmUrl, ...strategy }),
      new CrmStrategy({ name: 'crm-branded', marketplaceUrl: 'https://login.reseller.example', ...strategy }),
    ],
    browserSession: createBrowserSession({
      name: 'install',
      lifeMs: 900_000,
      store: new session.MemoryStore(),
      secret: 's'.repeat(40),
      publicUrl: 'http://app.example',
    }),
    oauth,
    installer,
    returnUrl: async () => 'https://crm.reseller.example/',
    now,
  }),
  {
    render: createRender({
      folder: folderOf('views'),
      localsFor: createViewLocals({
        assets: createAssets({ root: folderOf('public') }),
        icons: createIcons(),
        platformLabel: 'your CRM',
      }),
    }),
  },
)

beforeEach(async () => {
  await db.pool.query('truncate installations, audit, audit_heads')
  crm.control.clearFaults()
  followUps.length = 0
})

const browser = () => supertest.agent(app).set('Accept', 'text/html')
type Browser = ReturnType<typeof browser>

/** Presses Install and answers where the marketplace is asked to go. */
const start = async (agent: Browser, query = ''): Promise<URL> => {
  const answer = await agent.get(`/install${query}`).expect(302)
  return new URL(answer.get('Location')!)
}

/** What the person does on the consent page; answers the query with which the browser comes back. */
const decide = async (page: URL, form: Record<string, string>): Promise<string> => {
  const answer = await fetch(page, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ userId: SEED.users.owner, ...form }),
    headers: { origin: page.origin },
  })
  assert.equal(answer.status, 303, await answer.text())
  return new URL(answer.headers.get('location')!).search
}

const allowDental = (page: URL) => decide(page, { decision: 'allow', target: `location:${SEED.locations.dental}` })

/** The page and the problem document of one and the same failure. */
const failures = async (path: string, agents: [Browser, Browser] = [browser(), browser()]) => {
  const page = await agents[0].get(path)
  const problem = await agents[1].get(path).set('Accept', 'application/json')
  assert.match(page.get('Content-Type')!, /^text\/html/)
  assert.match(problem.get('Content-Type')!, /^application\/problem\+json/)
  assert.equal(page.status, problem.status)
  assert.ok(page.text.includes(problem.body.code), 'the page names the code')
  assert.ok(page.text.includes(page.get('X-Request-Id')!), 'the page names the request')
  assert.doesNotMatch(page.text, BRAND)
  assert.match(page.text, /href="\/install"/)
  return { status: page.status, code: problem.body.code, text: page.text }
}

test('an install that starts here asks for the wanted permissions and a state', async () => {
  const page = await start(browser())
  assert.equal(page.origin + page.pathname, `${crmUrl}/v2/oauth/chooselocation`)
  assert.deepEqual(
    ['response_type', 'client_id', 'redirect_uri', 'loginWindowOpenMode'].map((name) => page.searchParams.get(name)),
    ['code', CLIENT_ID, REDIRECT, 'self'],
  )
  assert.deepEqual(page.searchParams.get('scope')?.split(' '), WANTED)
  assert.ok(page.searchParams.get('state')!.length >= 32)
})

test('the address without the platform’s name is used when asked for', async () => {
  const page = await start(browser(), '?branded=1')
  assert.equal(page.origin + page.pathname, 'https://login.reseller.example/v2/oauth/chooselocation')
  assert.ok(page.searchParams.get('state'))
})

test('an install that started here ends on a page that names the account and leads back', async () => {
  const agent = browser()
  const back = await allowDental(await start(agent))
  const answer = await agent.get(`/oauth/callback${back}`).expect(200)
  assert.match(answer.text, /Rankr Connect is installed/)
  assert.match(answer.text, /Bright Dental/)
  assert.match(answer.text, /href="https:\/\/crm\.reseller\.example\/"/)
  assert.doesNotMatch(answer.text, BRAND)
  assert.equal(answer.get('Cache-Control'), 'no-store')
  const row = await installations.find(SEED.locations.dental)
  assert.deepEqual([row?.status, row?.name, row?.timeZone], ['active', 'Bright Dental', 'America/Chicago'])
  const [entry] = await audit.list(SEED.locations.dental, { action: 'installation.connected' })
  assert.equal(entry?.details.origin, 'app')
  assert.equal(entry?.actorId, SEED.users.owner)
  assert.equal(entry?.requestId, answer.get('X-Request-Id'))
})

test('an install that the marketplace started comes without a state and is kept', async () => {
  const code = crm.control.install({ target: { kind: 'Location', locationId: SEED.locations.fitness } })
  const answer = await browser().get(`/oauth/callback?code=${code}`).expect(200)
  assert.match(answer.text, /Harbor Fitness/)
  assert.equal((await installations.find(SEED.locations.fitness))?.status, 'active')
  assert.equal(answer.get('Set-Cookie'), undefined, 'nothing is bound to this browser')
})

test('permissions that were not granted are pointed out', async () => {
  const target = { kind: 'Location', locationId: SEED.locations.legal } as const
  const code = crm.control.install({ target, scopes: SCOPES })
  const answer = await browser().get(`/oauth/callback?code=${code}`).expect(200)
  assert.match(answer.text, /Some permissions were not granted/)
})

test('an install for a whole company says for how many accounts, which get their tokens afterwards', async () => {
  const target = {
    kind: 'Company' as const,
    companyId: SEED.companyId,
    locationIds: [SEED.locations.dental, SEED.locations.legal],
    installToFuture: true,
  }
  crm.control.uninstall(SEED.locations.fitness)
  const answer = await browser()
    .get(`/oauth/callback?code=${crm.control.install({ target })}`)
    .expect(200)
  assert.match(answer.text, /Acme Growth is connected, with 2 accounts/)
  assert.deepEqual(followUps, [SEED.companyId])
})

test('a state works once', async () => {
  const agent = browser()
  const back = await allowDental(await start(agent))
  await agent.get(`/oauth/callback${back}`).expect(200)
  const again = await failures(`/oauth/callback${back}`, [agent, agent])
  assert.deepEqual([again.status, again.code], [400, 'install_state_invalid'])
  assert.match(again.text, /Start the installation again/)
})

test('a state of another browser, a made-up one and the name of an inherited member are refused', async () => {
  const back = await allowDental(await start(browser()))
  const code = new URLSearchParams(back).get('code')
  const other = browser()
  await start(other)
  for (const path of [
    `/oauth/callback${back}`,
    ...['made-up', 'constructor', '__proto__', 'toString'].map(
      (state) => `/oauth/callback?code=${code}&state=${state}`,
    ),
  ]) {
    const { status, code } = await failures(path, [other, other])
    assert.deepEqual([status, code], [400, 'install_state_invalid'], path)
  }
  assert.equal(await installations.find(SEED.locations.dental), undefined)
})

test('a state is too old after ten minutes', async () => {
  const agent = browser()
  const back = await allowDental(await start(agent))
  clock.advance({ minutes: 10, seconds: 1 })
  const { code } = await failures(`/oauth/callback${back}`, [agent, agent])
  assert.equal(code, 'install_state_invalid')
})

test('several tabs can install at once', async () => {
  const agent = browser()
  const pages = [await start(agent), await start(agent), await start(agent)]
  for (const page of pages) await agent.get(`/oauth/callback${await allowDental(page)}`).expect(200)
})

test('consent that was denied ends on a page that says that nothing was installed', async () => {
  const agent = browser()
  const back = await decide(await start(agent), { decision: 'deny' })
  const { status, code, text } = await failures(`/oauth/callback${back}`, [agent, agent])
  assert.deepEqual([status, code], [403, 'install_denied'])
  assert.match(text, /Nothing was installed/)
})

test('another refusal of the marketplace is a failure there', async () => {
  const { status, code } = await failures('/oauth/callback?error=server_error')
  assert.deepEqual([status, code], [502, 'install_failed'])
})

test('a code that was used, is too old or made up ends on a page that says so', async () => {
  const target = { kind: 'Location', locationId: SEED.locations.fitness } as const
  const used = crm.control.install({ target })
  await browser().get(`/oauth/callback?code=${used}`).expect(200)
  const old = crm.control.install({ target })
  clock.advance({ minutes: 5 })
  for (const each of [used, old, 'made-up']) {
    const { status, code, text } = await failures(`/oauth/callback?code=${each}`)
    assert.deepEqual([status, code], [400, 'install_code_invalid'], each)
    assert.match(text, /already used or has expired/)
  }
})

test('a return without a code is told apart', async () => {
  for (const query of ['', '?state=x', '?code=', '?code=a&code=b']) {
    const { status, code } = await failures(`/oauth/callback${query}`)
    assert.deepEqual([status, code], [400, 'install_code_missing'], query)
  }
})

test('trouble at the CRM ends on a page that says to try again, and keeps nothing', async () => {
  for (const kind of ['answer', 'reset'] as const) {
    crm.control.failNext({ path: '/oauth/token', kind, times: 2 })
    const code = crm.control.install({ target: { kind: 'Location', locationId: SEED.locations.legal } })
    const failure = await failures(`/oauth/callback?code=${code}`)
    assert.deepEqual([failure.status, failure.code], [502, 'install_failed'], kind)
    assert.match(failure.text, /Wait a minute/)
  }
  assert.equal(await installations.find(SEED.locations.legal), undefined)
})

test('an install goes through although the details cannot be read, which are asked for again', async () => {
  crm.control.failNext({ path: `/locations/${SEED.locations.legal}`, times: 1 })
  const code = crm.control.install({ target: { kind: 'Location', locationId: SEED.locations.legal } })
  const answer = await browser().get(`/oauth/callback?code=${code}`).expect(200)
  assert.match(answer.text, /Your account is connected/)
  assert.deepEqual(followUps, [SEED.locations.legal])
})

test('installing again renews the tokens and says so in the audit', async () => {
  const target = { kind: 'Location', locationId: SEED.locations.dental } as const
  for (let times = 0; times < 2; times++) {
    await browser()
      .get(`/oauth/callback?code=${crm.control.install({ target })}`)
      .expect(200)
  }
  const entries = await audit.list(SEED.locations.dental, { action: 'installation.reconnected' })
  assert.equal(entries.length, 1)
  assert.equal((await installations.find(SEED.locations.dental))?.tokenVersion, 2)
})

test('the pages speak the reader’s language', async () => {
  const answer = await browser().get('/oauth/callback').set('Accept-Language', 'es').expect(400)
  assert.match(answer.text, /<html lang="es">/)
})
