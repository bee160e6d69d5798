import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'node:test'
import { AppError } from '../../../server/errors.ts'
import type { AuditFilter, AuditRow } from '../../../server/store/audit.ts'
import type { RevenueRow } from '../../../server/store/revenue.ts'
import { bearer, NOW } from '../serve.ts'
import { change, event, installation, look, settingsPage } from './settings-page.ts'

test('the overview shows what is left to do in a new account', async () => {
  const html = await look(settingsPage(), '/settings')
  assert.match(html, /<p id="screen-lead">How Harbor Dental and Rankr work together/)
  assert.match(html, /id="overview"[^>]* hx-select-oob="#screen-lead"/, 'a name that comes late is shown, too')
  assert.match(html, /1 of 4 done/)
  assert.match(html, /href="\/settings\/connection">Connect Rankr</)
  assert.match(html, /Not connected/)
})

test('the first steps go when they are done, or when they were put away', async () => {
  const page = settingsPage()
  assert.equal((await change(page, '/settings/guide/hide')).status, 204)
  assert.doesNotMatch(await look(page, '/settings'), /First steps/)

  const complete = settingsPage()
  const { connection } = await complete.deps.connections.create('loc_1', { name: 'Rankr' })
  connection.lastEventAt = NOW
  complete.world.syncs.set('loc_1 customers', {
    isEnabled: true,
    options: { tags: [], note: true, deleteContacts: false },
  })
  complete.world.events.push({ locationId: 'loc_1', event: event() })
  const html = await look(complete, '/settings')
  assert.doesNotMatch(html, /First steps/)
  assert.match(html, /Customer created/)
})

test('an account to be reconnected says so first, with a button that leaves the frame', async () => {
  const page = settingsPage()
  page.world.installations.set(
    'loc_1',
    installation({
      status: 'needs_reconnect',
      statusCode: 'reconnect_needed',
      refreshFailures: 3,
      refreshFailedAt: NOW,
    }),
  )
  const html = await look(page, '/settings')
  assert.match(html, /This account needs to be reconnected/)
  assert.match(html, /href="\/install" target="_blank" rel="noopener" hx-boost="false">Reconnect/)
  assert.match(html, /Last attempt failed/)
})

test('a suspended account, missing permissions, failures and a full backlog are named on the overview', async () => {
  const page = settingsPage({
    keepsOut: (locationId) => locationId === 'loc_1',
    backlog: async () => ({ unread: 1_204, parked: 3 }),
  })
  page.world.installations.set('loc_1', installation({ status: 'suspended', scopes: ['contacts.readonly'] }))
  page.world.events.push({
    locationId: 'loc_1',
    event: event({ outcome: 'dead', code: 'crm_rejected', deadLetterId: 'd' }),
  })
  const html = await look(page, '/settings')
  assert.match(html, /This account is not active in your CRM/)
  assert.match(html, /3 permissions are missing/)
  assert.match(html, /One event failed/)
  assert.match(html, /Your CRM refused the data\. Correct it in Rankr/)
  assert.match(html, /Too many events are waiting/)
  assert.match(html, /Working[\s\S]*waiting<\/dt><dd>1,204<[\s\S]*waiting for a retry<\/dt><dd>3</)
})

test('a user sees everything and no button that changes something', async () => {
  const page = settingsPage({ sampleWorkspace: { connect: async () => {} } })
  await page.deps.connections.create('loc_1', { name: 'Rankr' })
  page.world.events.push({ locationId: 'loc_1', event: event({ outcome: 'dead', deadLetterId: 'd' }) })
  for (const path of [
    '/settings',
    '/settings/connection',
    '/settings/syncs',
    '/settings/activity',
    `/settings/activity/${event().eventId}`,
    '/settings/permissions',
    '/settings/disconnect',
  ]) {
    const html = await look(page, path, { role: 'user' })
    const writes = [...html.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/g)].map(([form]) => form)
    assert.deepEqual(
      writes.filter((form) => /type="submit"/.test(form)),
      [],
      path,
    )
  }
  assert.match(await look(page, '/settings', { role: 'user' }), /Only an administrator of this account can change it/)
})

test('a new connection shows its secret once, in the answer that made it', async () => {
  const page = settingsPage()
  const made = await change(page, '/settings/connection', { name: 'My Rankr' })
  assert.equal(made.status, 200)
  assert.match(made.text, /value="whsec_secret1"/)
  assert.match(made.text, /value="https:\/\/connect\.example\.com\/webhooks\/rankr\/con_1"/)
  const later = await look(page, '/settings/connection')
  assert.doesNotMatch(later, /whsec_/)
  assert.match(later, /My Rankr/)
  assert.doesNotMatch(JSON.stringify([page.audits, page.lines]), /whsec_/)
  assert.deepEqual(
    page.audits.map(({ locationId, record }) => [locationId, record.action]),
    [['loc_1', 'connection.created']],
  )
})

test('a name that cannot be used comes back with the form, and nothing is made', async () => {
  const page = settingsPage()
  const long = 'x'.repeat(81)
  const answer = await change(page, '/settings/connection', { name: long })
  assert.equal(answer.status, 422)
  assert.match(String(answer.headers['content-type']), /text\/html/)
  assert.match(answer.text, /data-errors/)
  assert.match(answer.text, new RegExp(`value="${long}"`))
  assert.equal((await change(page, '/settings/connection', { name: '  ' })).status, 422)
  assert.equal(page.world.connections.length, 0)
  assert.deepEqual(page.audits, [])
})

test('a changed secret names the overlap; one that leaked ends at once', async () => {
  const page = settingsPage()
  await page.deps.connections.create('loc_1', { name: 'Rankr' })
  const rotated = await change(page, '/settings/connection/con_1/secret')
  assert.match(rotated.text, /value="whsec_secret2"/)
  assert.match(rotated.text, /before Nov 26, 2026, 10:00\sAM UTC/)
  assert.match(await look(page, '/settings/connection'), /Two secrets are accepted until/)
  const replaced = await change(page, '/settings/connection/con_1/secret', { now: 'yes' })
  assert.match(replaced.text, /The previous secret is no longer accepted/)
  assert.doesNotMatch(await look(page, '/settings/connection'), /Two secrets/)
  assert.deepEqual(
    page.audits.map(({ record }) => [record.action, record.details]),
    [
      ['connection.secret_changed', { overlapHours: 24 }],
      ['connection.secret_changed', { overlapHours: 0 }],
    ],
  )
})

test('a connection is switched off and on again', async () => {
  const page = settingsPage()
  await page.deps.connections.create('loc_1', { name: 'Rankr' })
  assert.match((await change(page, '/settings/connection/con_1/off')).text, /status-idle">Off</)
  assert.match(await look(page, '/settings'), /Switched off/)
  assert.match((await change(page, '/settings/connection/con_1/on')).text, /status-success">On</)
  assert.deepEqual(
    page.audits.map(({ record }) => [record.action, record.subject.id]),
    [
      ['connection.disabled', 'con_1'],
      ['connection.enabled', 'con_1'],
    ],
  )
})

test('more connections than anybody needs are refused', async () => {
  const page = settingsPage()
  for (let count = 0; count < 20; count += 1) await page.deps.connections.create('loc_1', { name: `${count}` })
  const answer = await change(page, '/settings/connection', { name: 'One more' })
  assert.deepEqual([answer.status, answer.body.code], [409, 'conflict'])
})

test('in a sandbox one click connects the sample workspace', async () => {
  const given: object[] = []
  const page = settingsPage({ sampleWorkspace: { connect: async (wish) => void given.push(wish) } })
  assert.match(await look(page, '/settings/connection'), /Connect the sample workspace/)
  const answer = await change(page, '/settings/connection', { name: 'Sample workspace', sample: 'yes' })
  assert.match(answer.text, /The sample workspace is connected/)
  assert.doesNotMatch(answer.text, /whsec_/)
  assert.deepEqual(given, [
    {
      name: 'Sample workspace',
      webhookUrl: 'https://connect.example.com/webhooks/rankr/con_1',
      signingSecret: 'whsec_secret1',
    },
  ])
})

test('when the sample workspace does not take it, the secret is shown for doing it by hand', async () => {
  const page = settingsPage({
    sampleWorkspace: {
      connect: async () => {
        throw new Error('down')
      },
    },
  })
  const answer = await change(page, '/settings/connection', { name: 'Sample', sample: 'yes' })
  assert.match(answer.text, /did not accept the connection/)
  assert.match(answer.text, /value="whsec_secret1"/)
})

test('without a sandbox nothing is said of a sample', async () => {
  const page = settingsPage()
  assert.doesNotMatch(await look(page, '/settings/connection'), /ample/)
  const answer = await change(page, '/settings/connection', { name: 'Rankr', sample: 'yes' })
  assert.match(answer.text, /value="whsec_secret1"/)
})

test('the customer sync is switched on with its options, and what changed is recorded', async () => {
  const page = settingsPage()
  const answer = await change(page, '/settings/syncs/customers', {
    enabled: 'on',
    tags: ' rankr, vip ,, rankr',
    deleteContacts: 'on',
  })
  assert.match(answer.text, /Switched on\. It applies/)
  // Its choices lie open then, and no other's.
  assert.equal(answer.text.match(/<details class="more" open>/g)?.length, 1)
  const wanted = {
    isEnabled: true,
    options: { tags: ['rankr', 'vip'], note: false, business: false, deleteContacts: true },
  }
  assert.deepEqual(page.world.syncs.get('loc_1 customers'), wanted)
  assert.equal(page.audits[0]?.record.action, 'sync.changed')
  assert.deepEqual(page.audits[0]?.record.details, {
    before: { isEnabled: false, options: { tags: ['rankr'], note: true, business: false, deleteContacts: false } },
    after: wanted,
  })
  assert.match((await change(page, '/settings/syncs/customers', { enabled: 'on' })).text, /Saved\. It applies/)
  assert.match((await change(page, '/settings/syncs/customers')).text, /Switched off\. What was synced/)
})

test('too many or too long tags come back with the form, and nothing is saved', async () => {
  const page = settingsPage()
  const many = Array.from({ length: 21 }, (_, index) => `t${index}`).join(',')
  for (const tags of [many, 'x'.repeat(61)]) {
    const answer = await change(page, '/settings/syncs/customers', { enabled: 'on', tags })
    assert.equal(answer.status, 422)
    assert.match(answer.text, /At most 20 tags of at most 60 characters/)
  }
  assert.equal(page.world.syncs.size, 0)
  assert.deepEqual(page.audits, [])
})

test('the sync names the permissions it lacks', async () => {
  const page = settingsPage()
  page.world.installations.set('loc_1', installation({ scopes: ['contacts.readonly'] }))
  assert.match(await look(page, '/settings/syncs'), /Create and change contacts, tags, notes and tasks/)
})

test('keeping events that nothing uses is switched at once, and said', async () => {
  const page = settingsPage()
  assert.doesNotMatch(await look(page, '/settings/activity'), /name="keep"[^>]*checked/)
  const on = (await change(page, '/settings/activity/unwanted', { keep: 'on' })).text
  assert.match(on, /status-toast[\s\S]*are kept from now on[\s\S]*name="keep"[^>]*checked/)
  assert.match((await change(page, '/settings/activity/unwanted')).text, /are dropped from now on/)
  assert.deepEqual(
    page.audits.map(({ record }) => record.details),
    [{ keepsUnwanted: true }, { keepsUnwanted: false }],
  )
})

test('the list of events filters, and an empty list says what to do', async () => {
  const page = settingsPage()
  assert.match(await look(page, '/settings/activity'), /No events yet/)
  page.world.events.push({ locationId: 'loc_1', event: event() })
  assert.match(await look(page, '/settings/activity'), /status-success">Done</)
  const none = await look(page, '/settings/activity?outcome=dead')
  assert.match(none, /No events match/)
  assert.match(none, /href="\/settings\/activity">Show all</)
  assert.match(await look(page, '/settings/activity?outcome=nonsense&type=%3Cscript%3E'), />Customer created</)
})

test('an event shows its attempts, what failed in words, and content as text', async () => {
  const page = settingsPage()
  const attempt = {
    number: 1,
    stepId: 'contact',
    actionId: 'app.customers.upsert-contact',
    outcome: 'failed' as const,
    code: 'crm_rejected',
    detail: 'email must be an email',
    request: { method: 'POST', path: '/contacts/upsert' },
    response: { status: 422 },
    startedAt: NOW,
    durationMs: 1234,
  }
  page.world.events.push({
    locationId: 'loc_1',
    event: event({
      outcome: 'dead',
      code: 'crm_rejected',
      deadLetterId: 'dead_1',
      runs: [
        {
          ...{ runId: 'run_1', workflowId: 'wf_1', workflowName: 'Customers become contacts', status: 'dead' },
          ...{ code: null, detail: null, attempts: [attempt] },
        },
      ],
    }),
  })
  const html = await look(page, `/settings/activity/${event().eventId}`)
  assert.match(html, /Bring a customer into the contacts/)
  assert.match(
    html,
    /href="\/settings\/workflows\/wf_1\/runs\/run_1">Customers become contacts<\/a><\/h3><span class="status status-danger"/,
  )
  assert.match(html, /1,234 ms/)
  assert.match(html, /email must be an email/)
  assert.match(html, /\/contacts\/upsert/)
  assert.match(html, /&lt;b&gt;Ana&lt;\/b&gt;/)
  assert.doesNotMatch(html, /<b>Ana/)
})

test('a failed event is sent again once', async () => {
  const page = settingsPage()
  const { eventId } = event()
  page.world.events.push({
    locationId: 'loc_1',
    event: event({ outcome: 'dead', code: 'crm_rejected', deadLetterId: 'dead_1' }),
  })
  const first = await change(page, `/settings/activity/${eventId}/replay`)
  assert.match(first.text, /It is on its way again/)
  const second = await change(page, `/settings/activity/${eventId}/replay`)
  assert.match(second.text, /already sent again or dismissed/)
  assert.deepEqual(page.world.replayed, ['dead_1'])
  assert.deepEqual(
    page.audits.map(({ record }) => [record.action, record.details.isReplayed]),
    [
      ['event.replayed', true],
      ['event.replayed', false],
    ],
  )
})

test('permissions show missing ones first, each with what is on and needs it', async () => {
  const page = settingsPage()
  assert.match(await look(page, '/settings/permissions'), /Nothing that is on</)
  page.world.uses.push(
    { templateId: 'customers', name: 'customers', scopes: ['contacts.readonly', 'contacts.write'] },
    { templateId: null, name: 'Greet the new ones', scopes: ['contacts.readonly'] },
  )
  page.world.installations.set('loc_1', installation({ scopes: ['contacts.readonly', 'calendars.readonly'] }))
  const html = await look(page, '/settings/permissions')
  assert.match(html, /3 permissions are missing/)
  assert.match(html, /hx-boost="false">Update permissions/)
  const order = ['Create and change contacts', 'Read contacts with their', 'Read calendars'].map((words) =>
    html.indexOf(words),
  )
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a - b),
  )
  assert.ok(order.every((place) => place > 0))
  assert.match(html, /Needed by what is on: Customers become contacts\. Grant it/)
  assert.match(html, /Read contacts with their[\s\S]*Customers become contacts, Greet the new ones[\s\S]*possible uses/)
  assert.match(html, /Granted, not needed/)
  assert.match(html, /Keeping the connection to your CRM/)
})

test('a company sees its own accounts wherever it goes', async () => {
  const page = settingsPage()
  page.world.installations.set('comp_1', installation({ tenantId: 'comp_1', kind: 'company' }))
  page.world.installations.set('loc_2', installation({ tenantId: 'loc_2', name: 'Bay Fitness', status: 'suspended' }))
  page.world.installations.set('loc_3', installation({ tenantId: 'loc_3', name: 'Gone', status: 'uninstalled' }))
  page.world.installations.set('loc_x', installation({ tenantId: 'loc_x', name: 'Stranger', companyId: 'comp_2' }))
  const session = { scope: 'company' as const, locationId: 'comp_1' }
  for (const path of ['/settings', '/settings/syncs', `/settings/activity/${event().eventId}`]) {
    const html = await look(page, path, session)
    assert.match(html, /href="\/settings\?location=loc_1" hx-boost="false">Open/)
    assert.match(html, /Bay Fitness/)
    assert.doesNotMatch(html, /Gone|Stranger/)
  }
})

test('a company without accounts is told how to get one', async () => {
  const page = settingsPage()
  page.world.installations.clear()
  const html = await look(page, '/settings', { scope: 'company', locationId: 'comp_1' })
  assert.match(html, /No account has this app yet/)
  assert.match(html, /href="\/install"/)
})

test('every screen has one heading and a title', async () => {
  const page = settingsPage()
  page.world.events.push({ locationId: 'loc_1', event: event() })
  for (const path of [
    '/settings',
    '/settings/connection',
    '/settings/syncs',
    '/settings/activity',
    `/settings/activity/${event().eventId}`,
    '/settings/permissions',
    '/settings/disconnect',
  ]) {
    const html = await look(page, path)
    assert.equal(html.match(/<h1/g)?.length, 1, path)
    assert.match(html, /^<title>.+ · Rankr Connect<\/title>/)
  }
})

test('the screens speak Spanish to whoever asks for it', async () => {
  const page = settingsPage()
  const answer = await page.agent
    .get('/settings')
    .set('hx-request', 'true')
    .set('accept-language', 'es')
    .set('authorization', await bearer())
  assert.match(answer.text, /Cómo trabajan juntos Harbor Dental y Rankr/)
})

test('disconnecting says what ends and what stays, and erases only when told to', async () => {
  const page = settingsPage()
  const html = await look(page, '/settings/disconnect')
  assert.match(html, /Our access ends at once/)
  assert.match(html, /Contacts, tags and notes stay in your CRM/)
  assert.match((await change(page, '/settings/disconnect')).text, /Your settings are kept/)
  assert.deepEqual(page.world.ended, ['disconnect loc_1'])
  assert.match(
    (await change(page, '/settings/disconnect', { erase: 'on' })).text,
    /everything we stored about this account is erased/,
  )
  assert.deepEqual(page.world.ended.slice(1), ['disconnect loc_1', 'erase loc_1'])
})

test('client id and secret for calls to Rankr are kept, never shown, and what had stopped goes on', async () => {
  const resumed: string[] = []
  const page = settingsPage({ resumeEvents: async (locationId) => void resumed.push(locationId) })
  await change(page, '/settings/connection', { name: 'Rankr' })
  const path = '/settings/connection/con_1/credentials'
  const refused = await change(page, path, { clientId: 'two words', clientSecret: 'x' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /Copy the whole client id/)
  const answer = await change(page, path, { clientId: ' rkc_1 ', clientSecret: 'rks_very_secret' })
  assert.match(answer.text, /Saved\. Changes made here can go back/)
  assert.doesNotMatch(answer.text, /rks_very_secret/)
  assert.deepEqual(page.world.connections[0]?.credentials, { clientId: 'rkc_1', clientSecret: 'rks_very_secret' })
  assert.deepEqual(resumed, ['loc_1'])
})

test('the audit is searched and exported, and what a spreadsheet would run is disarmed', async () => {
  const asked: unknown[] = []
  const row: AuditRow = {
    locationId: 'loc_1',
    seq: 7,
    at: new Date('2026-01-31T12:00:00Z'),
    actorType: 'user',
    actorId: 'u1',
    actorName: '=1+1',
    action: 'contact.marked-deleted',
    subjectType: 'contact',
    subjectId: 'con_1',
    details: { name: '<b>Ana</b>' },
    eventId: null,
    requestId: null,
  }
  const list = async (locationId: string, filter?: AuditFilter) => {
    asked.push([locationId, filter])
    const byApp = { ...row, actorType: 'client' as const, actorName: null, details: {} }
    return [
      row,
      { ...row, subjectType: 'sync', subjectId: 'customers-back' },
      { ...byApp, actorId: 'app_1', subjectType: 'desk', subjectId: 'desk_1' },
      { ...byApp, actorId: 'app_2', subjectType: 'route', subjectId: 'rte_2', details: { name: 'Old' } },
    ]
  }
  const named: Record<string, string> = { app_1: 'Shop <1>', desk_1: 'Help <1>' }
  const page = settingsPage({
    audit: { list },
    names: {
      of:
        async () =>
        ({ id }) =>
          named[id],
    },
  })
  const html = await look(page, '/settings/activity/audit?q=con_1&by=user&from=2026-01-30&to=2026-01-31')
  assert.match(html, /Contact marked deleted[\s\S]*&lt;b&gt;Ana&lt;\/b&gt;<p class="hint">Contact · <code>con_1</)
  assert.match(html, />\s*Contacts back to Rankr<p class="hint">Sync</)
  assert.match(html, />Help &lt;1&gt;<p class="hint">Support desk · <code>desk_1<[\s\S]*?>Shop &lt;1&gt;</)
  assert.match(
    html,
    />Old \(no longer there\)<p class="hint">Route · <code>rte_2<[\s\S]*?>One of your apps \(no longer there/,
  )
  const between = { from: new Date('2026-01-30'), until: new Date('2026-02-01') }
  assert.deepEqual(asked[0], ['loc_1', { text: 'con_1', actorType: 'user', ...between, limit: 51 }])
  const csv = await look(page, '/settings/activity/audit.csv?by=user')
  assert.match(csv, /^\uFEFFnumber,at,by,by_id/)
  assert.match(csv, /7,2026-01-31T12:00:00\.000Z,user,u1,'=1\+1,contact\.marked-deleted/)
})

test('without a place for orders the screen says how to make one, and how many wait', async () => {
  let isReady = false
  const orderPlace = {
    isReady: async () => isReady,
    forget() {
      isReady = true
    },
    move: async () => 2,
    waiting: async () => 2,
  }
  const page = settingsPage({ orderPlace })
  const asks = /hidden hx-get="\/settings\/syncs\/orders\/place"/
  for (const path of ['/settings', '/settings/syncs']) assert.doesNotMatch(await look(page, path), asks)
  page.world.syncs.set('loc_1 orders', { isEnabled: true, options: {} })
  for (const path of ['/settings', '/settings/syncs']) assert.match(await look(page, path), asks)
  const place = await look(page, '/settings/syncs/orders/place')
  assert.match(place, /Orders have no place in your CRM yet[\s\S]*2 orders wait as notes/)
  assert.match(place, /href="\/settings\/syncs\/orders">Create a place for orders/)
  const html = await look(page, '/settings/syncs/orders')
  assert.match(html, /One step is left/)
  assert.match(html, /value="rankr_orders"/)
  assert.match(html, /2 orders wait as notes/)
  const after = await change(page, '/settings/syncs/orders/check')
  assert.match(after.text, /All set/)
  assert.match(await look(page, '/settings/syncs/orders/place'), /id="orders-place" hx-morph-skip hidden><\/div>/)
  assert.match(after.text, /They are being moved/)
})

test('a place for orders that cannot be looked at is named with its reason', async () => {
  const isReady = async () => Promise.reject(new AppError('crm_scope_missing'))
  const orderPlace = { isReady, forget() {}, move: async () => 0, waiting: async () => 0 }
  const page = settingsPage({ orderPlace })
  assert.match(await look(page, '/settings/syncs/orders'), /The check failed/)
  assert.match(await look(page, '/settings/syncs/orders/place'), /hidden><\/div>/)
})

test('revenue is shown by source, each figure opens its records, and all of it is exported', async () => {
  const row = (rankrId: string, source: string | null, amountMinor: number): RevenueRow => ({
    rankrId,
    customerId: 'cus_1',
    amountMinor,
    currency: 'USD',
    source,
    medium: null,
    campaign: null,
    recordedAt: new Date('2026-01-15T12:00:00Z'),
    eventId: event().eventId,
  })
  const revenue = {
    list: async () => [row('rev_2', '<mail>', 10), row('rev_1', 'ads', 12_990)],
    turns: async () =>
      [row('rev_1', 'ads', 0), row('rev_2', '<mail>', 0)].map(({ rankrId, source, recordedAt }) => ({
        ...{ customerId: 'cus_1', key: source!, rankrId, recordedAt },
      })),
    currencies: async () => ['USD'],
  }
  const page = settingsPage({ revenue })
  const html = await look(page, '/settings/revenue?by=source&key=ads')
  assert.match(html, /130\.00 USD in this period/)
  assert.match(html, /&lt;mail/)
  assert.match(html, /What ads is made of: 129\.90 USD/)
  assert.match(html, new RegExp(`href="/settings/activity/${event().eventId}">rev_1<`))
  const csv = await look(page, '/settings/revenue.csv')
  assert.match(csv, /rev_1,cus_1,129\.90,USD,ads/)
  // Where touches share an amount, the list and the export of a figure add up to that figure.
  const shared = await look(page, '/settings/revenue?by=source&model=linear&key=ads')
  assert.match(shared, /What ads is made of: 129\.95 USD/)
  assert.match(shared, /0\.05 USD<\/td>\s*<td data-label="Amount">0\.10 USD/)
  const part = await look(page, '/settings/revenue.csv?by=source&model=linear&key=ads')
  const lines = part.trim().split('\r\n').slice(1)
  assert.deepEqual(
    lines.map((line) => line.split(',').slice(-2)),
    [
      ['ads', '0.05'],
      ['ads', '129.90'],
    ],
  )
  assert.match(await look(settingsPage(), '/settings/revenue'), /No revenue in this period/)
})

test('the overview says how many calls were used today, for whom some are kept, and until when none are made', async () => {
  const budgets = {
    read: async () => ({
      ...{ usedToday: 1_234, dailyLimit: 200_000, usedNow: 42, burst: 100, intervalMs: 10_000 },
      ...{ keptInteractive: 12, keptLive: 34 },
      blockedUntil: new Date('2026-02-01T12:00:00Z'),
    }),
  }
  const html = await look(settingsPage({ budgets }), '/settings')
  assert.match(html, /1,234 of 200,000/)
  assert.match(html, /42 of 100[\s\S]+people and apps[^<]+<\/dt><dd>12 of 100[\s\S]+live events<\/dt><dd>34 of 100/)
  assert.match(html, /Asked us to wait until/)
})

test('an export is not read on when whoever asked for it has left', async (t) => {
  let reads = 0
  let leave = async () => {}
  const { deps } = settingsPage()
  const list = async () => {
    if (++reads === 2) await leave()
    return { entries: [], next: 'further' }
  }
  const { app } = settingsPage({ ...deps, activity: { ...deps.activity, list } })
  const server = createServer(app).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const gone = once(server, 'connection').then(([socket]) => once(socket, 'close'))
  const asked = get({
    ...{ host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    path: '/settings/activity/events.csv',
    headers: { 'hx-request': 'true', authorization: await bearer() },
  })
  asked.on('error', () => {})
  leave = async () => {
    asked.destroy()
    await gone
  }
  await gone
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(reads, 2)
})
