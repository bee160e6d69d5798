// The screens of webhooks, routes and failed events over the real stores.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { AppError } from '../../../server/errors.ts'
import { createGuard } from '../../../server/outbound/guard.ts'
import { wireFanOut } from '../../../server/wire/fan-out.ts'
import { wireOutbound } from '../../../server/wire/outbound.ts'
import { createTenants } from '../../fan-out/tenants.ts'
import { newEvent, openDatabase, silent } from '../../relay/kit.ts'
import { bearer } from '../serve.ts'
import { installation, settingsPage } from './settings-page.ts'

const db = await openDatabase(after)
const ADDRESS = 'https://hooks.example.com/in?token=abc'

/** loc_1 and loc_2 of one company, over one database; each test has stores of its own accounts. */
const arrange = async (t: { after(hook: () => void): void }) => {
  await db.pool.query('truncate webhook_endpoints, routes, replays, dead_letters, workflows, workflow_versions')
  const tenants = createTenants(db)
  const { registry, accept, account, seal, audit, workflows, runs, relay, now } = tenants
  const outbound = wireOutbound({ config: { mode: 'live' }, now })
  const { settings, own } = wireFanOut({
    outbound,
    manifest: { webhooks: { webhookUrl: '', subscribedEvents: [{ name: 'ContactCreate' }] } },
    log: silent,
    now,
    db,
    seal,
    audit,
    installations: undefined as never,
    workflows,
    runs,
    relay,
    registry,
    accept: accept.accept,
    admit: accept.accept,
    account,
    installed: async () => true,
  })
  t.after(outbound.close)
  Object.assign(tenants.own, own)
  const { installations: _none, ...parts } = settings
  const page = settingsPage({
    ...parts,
    now,
    transaction: db.transaction,
    tryWebhook: async (locationId, id) =>
      (await settings.webhooks.get(locationId, id)) && { isOk: true, status: 202, durationMs: 12, body: 'thank <you>' },
  })
  page.world.installations.set('loc_2', installation({ tenantId: 'loc_2', name: 'Harbor South' }))
  page.world.installations.set('loc_3', installation({ tenantId: 'loc_3', companyId: 'comp_9', name: 'Other' }))
  const look = async (path: string, session = {}) => {
    const answer = await page.agent
      .get(path)
      .set('hx-request', 'true')
      .set('authorization', await bearer(session))
    assert.equal(answer.status, 200, answer.text)
    return answer.text
  }
  const change = async (path: string, form: object = {}, session = {}) =>
    page.agent
      .post(path)
      .type('form')
      .set('authorization', await bearer(session))
      .send(form)
  const actions = () => page.audits.map(({ locationId, record }) => `${locationId} ${record.action}`)
  return { ...tenants, ...page, settings, look, change, actions }
}

const INSTALLED = `insert into installations (tenant_id, kind, status, company_id) values ($1, 'location', 'active', $2)`

const WEBHOOK = { name: 'Order desk', url: ADDRESS, types: ['rankr.customer.created', 'crm.contact.created'] }
const ROUTE = { name: 'North to south', types: 'rankr.customer.created' }

test('a webhook is made, its secret shown once, and users see neither secret nor the query of its address', async (t) => {
  const { change, look, actions, audits, lines } = await arrange(t)
  assert.match(await look('/settings/webhooks/new'), /Customer created[\s\S]*Contact created/)
  const made = await change('/settings/webhooks', WEBHOOK)
  assert.equal(made.status, 200, made.text)
  assert.match(made.text, /value="whsec_/)
  for (const role of ['admin', 'user']) {
    const html = await look('/settings/webhooks', { role })
    assert.match(html, /Order desk[\s\S]*Customer created, Contact created/)
    assert.doesNotMatch(html, /whsec_|token=abc/)
  }
  assert.deepEqual(actions(), ['loc_1 webhook.created'])
  assert.doesNotMatch(JSON.stringify([audits, lines]), /whsec_|token=abc/)
})

test('what cannot be used comes back with the form', async (t) => {
  const { change, audits } = await arrange(t)
  for (const [form, fault] of [
    [{ ...WEBHOOK, url: 'http://hooks.example.com' }, /starts with https/],
    [{ ...WEBHOOK, url: 'https://127.0.0.1/x' }, /public address/],
    [{ ...WEBHOOK, types: [] }, /at least one and at most 20/],
    [{ ...WEBHOOK, types: 'crm.contact.deleted' }, /at least one and at most 20/],
    [{ ...WEBHOOK, name: '' }, /a name of at most 80 characters/],
    [{}, /3 things need to be corrected/],
  ] as const) {
    const answer = await change('/settings/webhooks', form)
    assert.equal(answer.status, 422)
    assert.match(answer.text, fault)
  }
  assert.deepEqual(audits, [])
  assert.throws(() => createGuard().check('https://127.0.0.1/x'), AppError)
})

test('a webhook is changed, tried, switched off and on, given a new secret and removed, all recorded', async (t) => {
  const { change, look, actions, settings } = await arrange(t)
  await change('/settings/webhooks', WEBHOOK)
  const [webhook] = await settings.webhooks.list('loc_1')
  const at = `/settings/webhooks/${webhook!.id}`
  assert.match(await look(at), /value="https:\/\/hooks\.example\.com\/in\?token=abc"/)
  assert.match((await change(at, { ...WEBHOOK, name: 'Desk' })).text, /Saved[\s\S]*Desk/)
  assert.match((await change(`${at}/test`)).text, /answered 202 after 12 ms[\s\S]*thank &lt;you&gt;/)
  assert.match((await change(`${at}/off`)).text, /Switch on/)
  assert.match((await change(`${at}/on`)).text, /Switch off/)
  assert.match((await change(`${at}/secret`)).text, /signed with both secrets/)
  assert.match((await change(`${at}/secret`, { now: 'yes' })).text, /no longer signed with the previous secret/)
  assert.match((await change(`${at}/remove`)).text, /No webhooks yet/)
  assert.deepEqual(
    actions().map((action) => action.replace('loc_1 webhook.', '')),
    ['created', 'changed', 'tried', 'disabled', 'enabled', 'secret_changed', 'secret_changed', 'removed'],
  )
})

test("another account's webhook, route and failed event are not there", async (t) => {
  const { change, agent, settings, accept, own, work, audits } = await arrange(t)
  await change('/settings/webhooks', WEBHOOK, { locationId: 'loc_2' })
  await change('/settings/routes', ROUTE, { locationId: 'loc_2' })
  own['app.webhooks.deliver'] = async () => {
    throw new AppError('target_rejected')
  }
  await accept.accept(newEvent({ locationId: 'loc_2' }))
  await work('loc_2')
  const [webhook] = await settings.webhooks.list('loc_2')
  const [route] = await settings.relayRoutes.list('loc_2')
  const [failure] = (await settings.failures.page('loc_2', { filter: {}, limit: 1 })).entries
  audits.length = 0
  const mine = await bearer()
  for (const path of [`/settings/webhooks/${webhook!.id}`, `/settings/activity/failed/${failure!.id}`]) {
    await agent.get(path).set('hx-request', 'true').set('authorization', mine).expect(404)
  }
  for (const path of [
    ...['', '/secret', '/test', '/on', '/off', '/remove'].map((end) => `/settings/webhooks/${webhook!.id}${end}`),
    `/settings/routes/${route!.id}/end`,
    ...['/replay', '/discard'].map((end) => `/settings/activity/failed/${failure!.id}${end}`),
  ]) {
    const answer = await change(path, { ...WEBHOOK, reason: 'x' })
    assert.deepEqual([path, answer.status], [path, 404])
  }
  assert.deepEqual(audits, [])
  assert.match((await change('/settings/activity/failed/replay')).text, /Nothing matches any more/)
})

test('an invitation is made, looked at and accepted by the other account, and ended by either', async (t) => {
  const { change, look, actions, settings } = await arrange(t)
  const made = await change('/settings/routes', { ...ROUTE, filterPath: 'data.plan', filterValue: 'pro' })
  const code = /value="(invite_[^"]+)"/.exec(made.text)?.[1]
  assert.ok(code, made.text)
  assert.doesNotMatch(await look('/settings/routes'), /invite_/)
  const there = { locationId: 'loc_2' }
  assert.match((await change('/settings/routes/invitation', { code: 'invite_x' }, there)).text, /code is not valid/)
  assert.equal((await change('/settings/routes/invitation', { code })).status, 422, 'not its own')
  assert.match((await change('/settings/routes/invitation', { code }, there)).text, /Harbor Dental wants to send/)
  assert.match((await change('/settings/routes/accept', { code }, there)).text, /From Harbor Dental/)
  assert.equal((await change('/settings/routes/accept', { code }, there)).status, 422)
  assert.match(await look('/settings/routes'), /To Harbor South/)
  const [route] = await settings.relayRoutes.list('loc_1')
  assert.match((await change(`/settings/routes/${route!.id}/end`, {}, there)).text, /The route has ended/)
  assert.match(await look('/settings/routes'), /The other account ended it/)
  assert.deepEqual(actions(), [
    'loc_1 route.invited',
    'loc_1 route.accepted',
    'loc_2 route.accepted',
    'loc_2 route.accepted',
    'loc_1 route.ended',
    'loc_2 route.ended',
  ])
})

test('the form of a route offers the fields of the events that are ticked, and both sides read what passes', async (t) => {
  const { change, look, settings } = await arrange(t)
  assert.match(await look('/settings/routes/new'), /Choose kinds of events above/)
  const draft = { ...ROUTE, types: ['rankr.customer.created', 'crm.contact.created'] }
  const again = await change('/settings/routes/draft', { ...draft, do: 'add' })
  assert.equal(again.status, 200, again.text)
  assert.match(again.text, /<option value="data\.company">Company \(/)
  assert.match(again.text, /data-focus="" id="field-field-0"/)
  assert.doesNotMatch(again.text, /LocationCreate|\(location\)|altType/)
  const before = await change('/settings/routes', { ...draft, mapping: 'mail = data.email' })
  assert.equal(before.status, 422, 'lines of the version before do not pass for all fields')
  const two = { ...draft, fieldPaths: ['data.email', 'data.company'], fieldNames: ['mail', ''] }
  const less = await change('/settings/routes/draft', { ...two, do: 'remove:0' })
  assert.match(less.text, /<option value="data\.company" selected>/)
  assert.doesNotMatch(less.text, /value="mail"/)
  for (const fieldNames of [
    ['company', ''],
    ['1st', ''],
    ['a b', ''],
  ]) {
    const refused = await change('/settings/routes', { ...two, fieldNames })
    assert.equal(refused.status, 422)
    assert.match(refused.text, /must start with a letter/)
  }
  const made = await change('/settings/routes', { ...two, filterPath: 'data.company', filterValue: 'Acme' })
  assert.match(made.text, /Only if<\/dt><dd>Company is Acme<[\s\S]*E-mail \(mail\), Company \(company\)/)
  const [route] = await settings.relayRoutes.list('loc_1')
  assert.deepEqual(route?.mapping, { mail: { path: 'trigger.data.email' }, company: { path: 'trigger.data.company' } })
})

test('an administrator of the company joins two of its accounts, and no others, sees their routes and ends them', async (t) => {
  const { change, look, agent, actions, settings } = await arrange(t)
  const at = '/settings/accounts/routes'
  const company = { scope: 'company', locationId: 'comp_1' }
  assert.match(await look(`${at}/new`, company), /From account[\s\S]*Harbor South/)
  const join = (from: string, to: string, session: object = company) => change(at, { ...ROUTE, from, to }, session)
  for (const [from, to] of [
    ['loc_1', 'loc_3'],
    ['loc_3', 'loc_1'],
    ['loc_1', 'loc_1'],
    ['loc_1', 'comp_1'],
    ['loc_1', ''],
  ] as const) {
    assert.equal((await join(from, to)).status, 422, `${from} to ${to}`)
  }
  for (const path of [at, `${at}/draft`, `${at}/rte_1/end`]) {
    assert.equal((await change(path, ROUTE)).status, 403, 'not from within one account')
  }
  await agent
    .get(at)
    .set('hx-request', 'true')
    .set('authorization', await bearer())
    .expect(403)
  assert.equal((await join('loc_1', 'loc_2', { ...company, role: 'user' })).status, 403)
  assert.deepEqual(actions(), [])
  for (const [tenant, companyId] of [
    ['loc_1', 'comp_1'],
    ['loc_2', 'comp_1'],
    ['loc_3', 'comp_9'],
  ]) {
    await db.pool.query(INSTALLED, [tenant, companyId])
  }
  assert.match((await join('loc_1', 'loc_2')).text, /The route has started[\s\S]*From Harbor Dental to Harbor South/)
  assert.deepEqual(actions(), ['loc_1 route.joined', 'loc_2 route.joined'])
  const [route] = await settings.relayRoutes.list('loc_2')
  assert.equal(route?.status, 'active')
  const others = { scope: 'company', locationId: 'comp_9', companyId: 'comp_9' }
  assert.doesNotMatch(await look(at, others), /North to south/)
  assert.equal((await change(`${at}/${route!.id}/end`, {}, others)).status, 404)
  assert.match((await change(`${at}/${route!.id}/end`, {}, company)).text, /The route has ended/)
  assert.deepEqual(actions().slice(2), ['loc_1 route.ended', 'loc_2 route.ended'])
})

test('failed events are shown, tried dry, sent again and put aside', async (t) => {
  const { change, look, actions, accept, work, own, settings } = await arrange(t)
  await change('/settings/webhooks', WEBHOOK)
  own['app.webhooks.deliver'] = async () => {
    throw new AppError('target_rejected', { extra: { answer: { status: 400, body: 'no <such> field' } } })
  }
  for (const n of [1, 2]) await accept.accept(newEvent({ locationId: 'loc_1', recordKey: `customer:${n}` }))
  await work('loc_1')
  const list = await look('/settings/activity/failed')
  assert.match(list, /2 failed events match[\s\S]*>Customer created<[\s\S]*The web address refused the event/)
  assert.match(await look('/settings/activity/failed?code=target_gone'), /No failed events match/)
  assert.match(
    await look('/settings/activity/failed/try'),
    /What the latest 2 of 2 would do[\s\S]*Send the event to a webhook/,
  )
  const { entries } = await settings.failures.page('loc_1', { filter: {}, limit: 5 })
  const [first, second] = entries.map(({ id }) => `/settings/activity/failed/${id}`)
  assert.match(await look(first!), /no &lt;such&gt; field/)
  assert.equal((await change(`${first}/discard`, { reason: ' ' })).status, 422)
  assert.match((await change(`${first}/discard`, { reason: 'a test' })).text, /It was dismissed/)
  assert.match((await change(`${second}/replay`)).text, /It is on its way again/)
  assert.match((await change(`${second}/replay`)).text, /sent again or dismissed in the meantime/)
  await work('loc_1')
  assert.match((await change('/settings/activity/failed/replay', { perMinute: '30' })).text, /being sent again/)
  assert.match((await change('/settings/activity/failed/replay')).text, /already being sent again/)
  assert.match((await change('/settings/activity/failed/stop')).text, /Stopped/)
  assert.deepEqual(
    actions().map((action) => action.replace('loc_1 ', '')),
    [
      'webhook.created',
      'event.discarded',
      'event.replayed',
      'event.replayed',
      'failures.replay_started',
      'failures.replay_started',
      'failures.replay_stopped',
    ],
  )
})

test('a user sees everything and nothing to press', async (t) => {
  const { change, look, accept, work, own } = await arrange(t)
  await change('/settings/webhooks', WEBHOOK)
  await change('/settings/routes', ROUTE)
  own['app.webhooks.deliver'] = async () => {
    throw new AppError('target_rejected')
  }
  await accept.accept(newEvent({ locationId: 'loc_1' }))
  await work('loc_1')
  for (const path of [
    '/settings/webhooks',
    '/settings/webhooks/new',
    '/settings/routes',
    '/settings/activity/failed',
  ]) {
    assert.doesNotMatch(await look(path, { role: 'user' }), /method="post"/, path)
  }
})
