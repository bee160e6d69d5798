// The screen of the support desks over the real stores and the simulated desks, which are really called.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createLinks } from '../../../server/store/links.ts'
import { wireOutbound } from '../../../server/wire/outbound.ts'
import { wireSupport } from '../../../server/wire/support.ts'
import { createTenants } from '../../fan-out/tenants.ts'
import { empty, openDatabase, silent } from '../../relay/kit.ts'
import { createDeskWorld } from '../../support/desk-world.ts'
import { bearer } from '../serve.ts'
import { installation, look as lookAt, settingsPage } from './settings-page.ts'

const db = await openDatabase(after)

const arrange = async (t: { after(hook: () => void): void }) => {
  await empty(db, 'support_desks')
  const { seal, once, now } = createTenants(db)
  const world = await createDeskWorld(t, { now })
  const config = { mode: 'sandbox', deskUrls: { zendesk: undefined, freshdesk: undefined } } as const
  const outbound = wireOutbound({ config, now })
  const links = createLinks({ db })
  const support = wireSupport({ config, publicUrl: world.origin, db, seal, links, once, outbound, now, log: silent })
  t.after(outbound.close)
  t.after(support.close)
  const page = settingsPage({ ...support.settings, transaction: db.transaction, now })
  page.world.installations.set('loc_2', installation({ tenantId: 'loc_2', name: 'Harbor South' }))
  const change = async (path: string, form: object = {}, session = {}) =>
    page.agent
      .post(path)
      .type('form')
      .set('authorization', await bearer(session))
      .send(form)
  return {
    ...page,
    page,
    desk: world,
    desks: support.settings.desks,
    support,
    look: (session = {}) => lookAt(page, '/settings/desks', session),
    change,
    actions: () => page.audits.map(({ locationId, record }) => `${locationId} ${record.action}`),
  }
}

test('Zendesk is connected after a call that really went there, its webhook set up, tried, given a new key, removed', async (t) => {
  const { page, desk, desks, change, look, actions, audits, lines } = await arrange(t)
  assert.match(await look(), /sample Zendesk[\s\S]*Connect a support desk/)
  const { email, key } = await desk.sample.open({ kind: 'zendesk', name: 'northwind' })
  const wish = { kind: 'zendesk', address: 'https://northwind.zendesk.com/agent', email, key }
  for (const [form, fault] of [
    [{ ...wish, address: 'northwind.evil.example' }, /such as northwind/],
    [{ ...wish, email: 'robin' }, /complete e-mail address/],
    [{ ...wish, key: 'two words' }, /without spaces/],
    [{ kind: 'zendesk' }, /3 things need to be corrected/],
    [{ ...wish, key: 'wrong' }, /Nothing was saved[\s\S]*refused our key/],
    [{ ...wish, address: 'nobody' }, /Nothing was saved[\s\S]*refused our key/],
  ] as const) {
    const answer = await change('/settings/desks', form)
    assert.equal(answer.status, 422)
    assert.match(answer.text, fault)
    assert.doesNotMatch(answer.text, /value="(?:wrong|two words)"/)
  }
  assert.deepEqual(await desks.list('loc_1'), [])
  // The key's owner is no administrator: the way back is set up by hand, then by us after all.
  desk.desk.control.zendesk.failNext({ method: 'POST', path: '/webhooks', status: 403 })
  const made = await change('/settings/desks', wish)
  assert.equal(made.status, 200, made.text)
  assert.match(made.text, /northwind[\s\S]*Cannot notify us yet[\s\S]*Set up the webhook in Zendesk/)
  const [row] = await desks.list('loc_1')
  const at = `/settings/desks/${row!.id}`
  assert.match((await change(`${at}/secret`, { secret: 'a b' })).text, /without spaces/)
  assert.match((await change(`${at}/secret`, { secret: 'entered-by-hand' })).text, /was saved[\s\S]*by hand/)
  assert.match((await change(`${at}/webhook`)).text, /Working[\s\S]*Set up by us/)
  assert.match((await change('/settings/desks', wish)).text, /connected already/)
  const account = desk.account('zendesk')
  assert.deepEqual(
    account.hooks.map(({ url }) => url),
    [`${desk.origin}/webhooks/support/${row!.id}`],
  )
  assert.match((await change(`${at}/test`)).text, /accepts our key/)
  assert.match((await change(`${at}/webhook`)).text, /set up in the desk/)
  assert.equal(account.hooks.length, 1)

  account.key = 'rotated-at-the-desk'
  assert.match((await change(`${at}/test`)).text, /The test failed[\s\S]*refused our key[\s\S]*Failing since/)
  assert.match(await look(), /Not working/)
  assert.match(await lookAt(page, '/settings'), /northwind is not working/)
  assert.match((await change(`${at}/key`, { email, key: 'still-wrong' })).text, /refused our key/)
  assert.match((await change(`${at}/key`, { email, key: account.key })).text, /works and was saved/)
  assert.match((await change(`${at}/test`)).text, /accepts our key/)

  const secret = account.hooks[0]!.secret
  assert.match((await change(`${at}/remove`)).text, /was removed[\s\S]*Connect a support desk/)
  assert.deepEqual(account.hooks, [])
  assert.deepEqual(
    actions().map((action) => action.replace('loc_1 desk.', '')),
    [
      ...['connected', 'secret_changed', 'webhook_set_up', 'tried', 'webhook_set_up'],
      ...['tried', 'key_changed', 'tried', 'removed'],
    ],
  )
  const kept = JSON.stringify([audits, lines])
  for (const hidden of [key, account.key, secret, 'entered-by-hand']) assert.ok(!kept.includes(hidden))
  assert.deepEqual(
    lines.filter(({ level }) => level === 'error'),
    [],
  )
})

test('when the app is taken off, its webhook at the desk goes, too: tried again until the desk can be reached', async (t) => {
  const { desk, desks, support, change } = await arrange(t)
  const { email, key } = await desk.sample.open({ kind: 'zendesk', name: 'northwind' })
  await change('/settings/desks', { kind: 'zendesk', address: 'northwind', email, key })
  const account = desk.account('zendesk')
  const status = (word: string) =>
    db.pool.query(
      `insert into installations (tenant_id, kind, status, uninstalled_at) values ('loc_1', 'location', $1, now())
       on conflict (tenant_id) do update set status = excluded.status`,
      [word],
    )
  const [task] = support.tasks
  const tick = () => task!.handler({}, { signal: new AbortController().signal })
  await status('active')
  await tick()
  assert.equal(account.hooks.length, 1)
  await status('uninstalled')
  desk.desk.control.zendesk.failNext({ method: 'DELETE', path: '/webhooks/*', status: 503 })
  await tick()
  assert.equal(account.hooks.length, 1)
  await tick()
  assert.deepEqual(account.hooks, [])
  const [row] = await desks.list('loc_1')
  assert.deepEqual([row?.webhookId, row?.hasSecret], [null, false])
  await db.pool.query('delete from installations')
})

test('of other desks the secret is ours: shown once, made anew with and without an overlap', async (t) => {
  const { desk, desks, change, look } = await arrange(t)
  const { email, key } = await desk.sample.open({ kind: 'freshdesk', name: 'northwind' })
  const made = await change('/settings/desks', { kind: 'freshdesk', address: 'northwind', email, key })
  assert.match(made.text, /value="whsec_[\s\S]*X-Webhook-Secret[\s\S]*\/webhooks\/support\/dsk_/)
  const other = await change('/settings/desks', { kind: 'generic', address: 'https://hooks.example.com/in?token=abc' })
  assert.match(other.text, /hooks\.example\.com[\s\S]*value="whsec_[\s\S]*ticket\.create/)
  const refused = await change('/settings/desks', { kind: 'generic', address: 'http://hooks.example.com/in' })
  assert.equal(refused.status, 422)
  for (const role of ['admin', 'user']) {
    const html = await look({ role })
    assert.match(html, /New tickets go here/)
    assert.doesNotMatch(html, /whsec_|token=abc/)
    assert.equal(/<form/.test(html), role === 'admin')
  }
  const row = (await desks.list('loc_1')).find(({ kind }) => kind === 'freshdesk')
  const at = `/settings/desks/${row!.id}`
  assert.match((await change(`${at}/secret`)).text, /accepted until[\s\S]*value="whsec_/)
  assert.match(await look(), /Two secrets are accepted/)
  assert.match((await change(`${at}/secret`, { now: 'yes' })).text, /no longer accepted/)
  assert.equal((await change(`${at}/webhook`)).status, 404)
})

test('a sample desk is connected by one click, with its way back', async (t) => {
  const { desk, desks, change } = await arrange(t)
  for (const kind of ['zendesk', 'freshdesk'] as const) {
    const answer = await change('/settings/desks/sample', { kind })
    assert.equal(answer.status, 200, answer.text)
    await change('/settings/desks/sample', { kind })
    assert.equal(desk.desk.state.accounts.find((one) => one.kind === kind)?.hooks.length, 1)
  }
  const all = await desks.list('loc_1')
  assert.deepEqual(all.map(({ kind, hasSecret }) => `${kind} ${hasSecret}`).toSorted(), [
    'freshdesk true',
    'zendesk true',
  ])
})

test("another account's desk is not there, and the screen speaks Spanish", async (t) => {
  const { desks, change, agent } = await arrange(t)
  await change('/settings/desks/sample', {}, { locationId: 'loc_2' })
  const [row] = await desks.list('loc_2')
  for (const what of ['test', 'key', 'secret', 'webhook', 'remove']) {
    const answer = await change(`/settings/desks/${row!.id}/${what}`, { email: 'a@example.com', key: 'k', secret: 's' })
    assert.equal(answer.status, 404, what)
  }
  assert.equal((await desks.list('loc_2')).length, 1)
  const spanish = await agent
    .get('/settings/desks')
    .set({ 'hx-request': 'true', 'accept-language': 'es', authorization: await bearer({ locationId: 'loc_2' }) })
  assert.match(spanish.text, /Centro de soporte[\s\S]*Funciona/)
})
