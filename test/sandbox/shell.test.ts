import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import express from 'express'
import request from 'supertest'
import { openUserContext } from '../../server/highlevel/user-context.ts'
import { createMovableClock, createSandbox, shellOriginOf } from '../../server/sandbox/create-sandbox.ts'
import { createSimulatedCrm, SEED } from '../../server/sandbox/crm/simulated-crm.ts'

const APP = 'http://127.0.0.1:4000'
const SCOPES = ['contacts.readonly', 'contacts.write']
const { dental, fitness } = SEED.locations

const setUp = (t: TestContext) => {
  const clock = createMovableClock({ onError: (error) => assert.fail(String(error)) })
  const { now } = clock
  const redirectUri = `${APP}/oauth/callback`
  const crm = createSimulatedCrm({
    now,
    sendWebhook: async () => 200,
    apps: [
      {
        clientId: 'app-1',
        clientSecret: 's',
        ssoKey: 'sso',
        redirectUris: [redirectUri],
        webhookUrl: `${APP}/webhooks/crm`,
        scopes: SCOPES,
      },
    ],
  })
  const sandbox = createSandbox({
    crm,
    appUrl: APP,
    app: { clientId: 'app-1', redirectUri, scopes: SCOPES },
    asset: (name) => `/assets/x/${name}`,
    clock,
    onError: (error) => assert.fail(String(error)),
  })
  t.after(() => sandbox.stop())
  const install = (locationId: string) => crm.control.install({ target: { kind: 'Location', locationId } })
  return { crm, install, agent: request(express().use('/sandbox', sandbox.router)) }
}

test('the page stands on another origin than the app', async (t) => {
  assert.equal(shellOriginOf(APP), 'http://localhost:4000')
  assert.equal(shellOriginOf('https://connect.example.com/'), 'https://connect.example.com')
  const { agent } = setUp(t)
  const moved = await agent.get('/sandbox?role=user').set('host', '127.0.0.1:4000')
  assert.deepEqual([moved.status, moved.headers.location], [302, 'http://localhost:4000/sandbox?role=user'])
  const shown = await agent.get('/sandbox').set('host', 'localhost:4000').expect(200)
  const policy = String(shown.headers['content-security-policy'])
  assert.match(policy, /frame-src http:\/\/127\.0\.0\.1:4000(;|$)/)
  assert.match(policy, /script-src 'self'(;|$)/)
})

test('the clock is moved on the page, which then shows how far it is ahead', async (t) => {
  const { agent } = setUp(t)
  assert.match((await agent.get('/sandbox')).text, /id="clock-title"/)
  const moved = await agent.post('/sandbox/clock').type('form').send({ step: 'day' }).expect(200)
  assert.match(moved.text, /, 1 day ahead\.[\s\S]*is on its way/)
})

test('without the app the page shows how to install it', async (t) => {
  const { agent } = setUp(t)
  const { text } = await agent.get('/sandbox')
  assert.match(text, /The app is not installed for Bright Dental/)
  assert.doesNotMatch(text, /<iframe/)
  const link = /href="(http:\/\/127\.0\.0\.1:4000\/sandbox\/crm\/v2\/oauth\/chooselocation[^"]+)"/.exec(text)?.[1]
  const url = new URL(String(link).replaceAll('&amp;', '&'))
  assert.equal(url.searchParams.get('redirect_uri'), `${APP}/oauth/callback`)
  assert.equal(url.searchParams.get('scope'), 'contacts.readonly contacts.write')
  assert.equal(url.searchParams.has('state'), false)
  await agent.get(url.pathname + url.search).expect(200)
})

test('the frame shows the settings of the chosen account, and stays while nothing changes', async (t) => {
  const { agent, install } = setUp(t)
  const before = await agent.get(`/sandbox/stage?account=${fitness}&shown=empty-${fitness}`)
  assert.equal(before.status, 204)
  install(fitness)
  const after = await agent.get(`/sandbox/stage?account=${fitness}&shown=empty-${fitness}`).expect(200)
  assert.match(after.text, new RegExp(`src="http://127\\.0\\.0\\.1:4000/settings\\?location=${fitness}"`))
  const same = await agent.get(`/sandbox/stage?account=${fitness}&shown=open-${fitness}-admin`)
  assert.equal(same.status, 204)
})

test('invoices of the account are shown with their state and amounts, and people pay them', async (t) => {
  const { agent, crm } = setUp(t)
  const id = '66f4a1d2e4a5c60013d2e3b1'
  const at = new Date().toISOString()
  const who = { id: 'c', name: 'Maya <Okafor>' }
  const money = { currency: 'USD', subTotal: 129.9, discountTotal: 0, taxTotal: 0, total: 129.9, amountPaid: 0 }
  const days = { issueDate: '2026-03-02', dueDate: '2026-03-16', createdAt: at, updatedAt: at }
  const names = { name: 'Invoice', title: 'INVOICE', invoiceNumber: 'RK-1', invoiceNumberPrefix: '' }
  const rest = { businessDetails: {}, discount: { type: 'fixed' as const, value: 0 }, invoiceItems: [], payments: [] }
  crm.state.change(() =>
    crm.state.invoices.put({
      ...{ id, locationId: dental, status: 'sent', liveMode: true, contactDetails: who },
      ...{ ...money, ...days, ...names, ...rest },
    }),
  )
  const shown = async () => (await agent.get(`/sandbox/invoices?account=${dental}`).expect(200)).text
  assert.match(await shown(), /RK-1<\/b> <span class="badge">sent/)
  const act = (action: string, account: string = dental) =>
    agent
      .post('/sandbox/actions')
      .type('form')
      .send({ account, role: 'admin', action: `${action}:${id}` })
  assert.match((await act('pay-half')).text, /\$64\.95 was paid for RK-1/)
  assert.match(await shown(), /\$129\.90<span class="faint"> · paid \$64\.95 · open \$64\.95/)
  assert.match((await act('pay-all')).text, /\$64\.95 was paid/)
  assert.match(await shown(), /badge">paid</)
  assert.match((await act('void')).text, /already paid/)
  assert.match((await act('void', fitness)).text, /no such invoice/)
})

test('orders of the account are shown with customer, items and total; a person makes their object by hand', async (t) => {
  const { agent, crm } = setUp(t)
  const shown = async () => (await agent.get(`/sandbox/orders?account=${dental}`).expect(200)).text
  const make = () =>
    agent.post('/sandbox/actions').type('form').send({ account: dental, role: 'admin', action: 'make-orders' })
  assert.match(await shown(), /no custom object for orders/)
  assert.match((await make()).text, /id="orders-result".*was created/s)
  assert.match(await shown(), /No orders\./)
  assert.match((await make()).text, /id="orders-result".*already exists/s)
  const record = crm.control.person.createRecord(dental, 'custom_objects.rankr_orders', { number: 'ord_<1>' })
  assert.match(await shown(), new RegExp(`order-${record.id}.*ord_&lt;1&gt;`, 's'))
})

test('the user context is that of the chosen account and role', async (t) => {
  const { agent } = setUp(t)
  const ask = async (form: object) => {
    const { body } = await agent.post('/sandbox/user-context').type('form').send(form).expect(200)
    return openUserContext(body.payload, ['sso'])
  }
  const user = await ask({ account: dental, role: 'user' })
  assert.deepEqual([user.role, user.activeLocation, user.companyId], ['user', dental, SEED.companyId])
  const owner = await ask({ account: 'company', role: 'admin' })
  assert.deepEqual([owner.role, owner.activeLocation, owner.userId], ['admin', undefined, SEED.users.owner])
})

test('contacts show what the CRM has, as text', async (t) => {
  const { agent, crm } = setUp(t)
  const [contact] = crm.state.contacts.by('location', dental)
  crm.state.contacts.put({ ...contact!, firstName: '<u>Maya', tags: ['vip'] })
  crm.state.notes.put({
    id: 'n1',
    locationId: dental,
    contactId: contact!.id,
    body: 'Customer cus_1 of Rankr',
    pinned: false,
    dateAdded: new Date().toISOString(),
  })
  const { text } = await agent.get(`/sandbox/contacts?account=${dental}`)
  assert.match(text, /&lt;u&gt;Maya/)
  assert.match(text, /Customer cus_1 of Rankr/)
  assert.doesNotMatch(text, /Nina Hart/)
})

test('what can be broken breaks, and is said in a sentence', async (t) => {
  const { agent, crm, install } = setUp(t)
  const act = async (action: string, account: string = dental) => {
    const answer = await agent.post('/sandbox/actions').type('form').send({ action, account })
    return answer.text
  }
  assert.match(await act('uninstall'), /notice-bad.*not installed/)
  install(dental)
  assert.match(await act('suspend'), /notice-ok/)
  assert.equal(crm.state.locations.get(dental)?.isActive, false)
  await act('activate')
  assert.equal(crm.state.locations.get(dental)?.isActive, true)
  await act('fail-calls')
  assert.equal(crm.control.faults().length, 1)
  await act('clear-faults')
  assert.equal(crm.control.faults().length, 0)
  assert.match(await act('uninstall'), /notified by webhook/)
  assert.equal(crm.state.installations.count('location', dental), 0)
  assert.match(await act('suspend', 'company'), /notice-bad.*Choose an account/)
  assert.match(await act('anything else'), /no such action/)
})

test('the first steps follow what was really done', async (t) => {
  const { agent, install } = setUp(t)
  const current = async () =>
    /aria-current="step"[\s\S]*?<span>([^<]+)/.exec((await agent.get(`/sandbox/steps?account=${dental}`)).text)?.[1]
  assert.equal(await current(), 'Install the app')
  install(dental)
  assert.equal(await current(), 'Open its settings')
  await agent.post('/sandbox/user-context').type('form').send({ account: dental })
  assert.equal(await current(), 'Connect Rankr')
  await agent
    .post('/sandbox/rankr/connections')
    .send({ webhookUrl: `${APP}/webhooks/rankr/con_1`, signingSecret: `whsec_${Buffer.alloc(24).toString('base64')}` })
    .expect(201)
  assert.equal(await current(), 'Switch on customers')
})

test("another site's page can do nothing here", async (t) => {
  const { agent, crm, install } = setUp(t)
  install(dental)
  for (const path of ['/sandbox/actions', '/sandbox/user-context']) {
    await agent
      .post(path)
      .set('sec-fetch-site', 'cross-site')
      .type('form')
      .send({ action: 'uninstall', account: dental })
      .expect(403)
  }
  assert.equal(crm.state.installations.count('location', dental), 1)
})

test('calls and webhooks are listed', async (t) => {
  const { agent, crm, install } = setUp(t)
  install(dental)
  await crm.control.flushWebhooks()
  await agent.get('/sandbox/crm/contacts/').expect(401)
  const { text } = await agent.get('/sandbox/traffic')
  assert.match(text, /INSTALL/)
  assert.match(text, /GET \/contacts/)
})
