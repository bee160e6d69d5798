// The screens of checks and of the list before going live, over the real stores.

import assert from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import { newId } from '../../../server/ids.ts'
import { createAudit } from '../../../server/store/audit.ts'
import type { IntegrityCheck } from '../../../server/store/integrity-checks.ts'
import type { Finding, FindingType, NewFinding } from '../../../server/store/integrity-findings.ts'
import { createLinks } from '../../../server/store/links.ts'
import { fingerprint } from '../../../server/sync/customers/customer-contact.ts'
import { wireIntegrity } from '../../../server/wire/integrity.ts'
import { templateWorkflowId } from '../../../server/workflows/template-service.ts'
import { customersTemplate } from '../../../server/workflows/templates/customers.ts'
import { empty, openDatabase, silent } from '../../relay/kit.ts'
import { bearer, now } from '../serve.ts'
import { change, event, installation, look, settingsPage } from './settings-page.ts'

const db = await openDatabase(after)

beforeEach(() =>
  empty(
    db,
    ...['integrity_checks', 'integrity_findings', 'integrity_seen', 'integrity_accepted', 'integrity_settings'],
    'links',
  ),
)

type Page = ReturnType<typeof arrange>

const arrange = ({ isOn = true, sample = { id: 'cus_1', name: 'Maya' } as object | undefined } = {}) => {
  const accepted: { source: string; type: string; sourceEventId?: string; payload: object }[] = []
  const document = customersTemplate.document
  const options = { tags: [], note: false, deleteContacts: false }
  const customers = { id: 'w', name: document.name, version: 1, document, options, leavesAccount: false }
  const integrity = wireIntegrity({
    db,
    links: createLinks({ db }),
    rankr: {
      list: async () => ({ records: [], next: undefined, total: 0 }),
      get: async () => sample as Record<string, unknown>,
    },
    desks: { names: async () => new Map(), read: async () => undefined },
    execute: async () => ({ output: {} }),
    registry: {
      callable: async (locationId, id) =>
        isOn && id === templateWorkflowId(locationId, 'customers') ? customers : undefined,
    },
    accept: async (event) => {
      accepted.push(event)
      return { outcome: 'stored', eventId: newId() }
    },
    audit: createAudit({ db, now }),
    appEvents: { drifted: async () => {} },
    account: async (id) => ({ id }),
    home: async () => undefined,
    now,
    log: silent,
  })
  const page = settingsPage({ integrity: integrity.turns.service, transaction: db.transaction })
  const { connections } = page.world
  const connect = async (locationId = 'loc_1') => {
    const { connection } = await page.deps.connections.create(locationId, { name: 'Rankr' })
    connection.hasCredentials = true
    return connection
  }
  return { ...page, ...integrity.turns, accepted, connections, connect }
}

const finding = (type: FindingType, rankrId: string, over: Partial<NewFinding> = {}): NewFinding => ({
  id: newId(),
  kind: 'customer',
  type,
  rankrId,
  crmId: null,
  label: `Name of ${rankrId}`,
  fields: [],
  repair: type === 'missing' || type === 'different' ? 'write' : null,
  code: null,
  fingerprint: fingerprint({ rankrId }),
  ...over,
})

/** A check that has ended with these findings. */
const checked = async (
  { checks, findings }: Page,
  found: NewFinding[],
  { locationId = 'loc_1', counts = {} }: { locationId?: string; counts?: IntegrityCheck['counts'] } = {},
): Promise<Finding[]> => {
  const id = newId()
  const of = { locationId, checkId: id }
  await db.transaction(async (tx) => {
    await checks.start(
      locationId,
      { id, kinds: ['customer', 'ticket'], isNightly: false, startedBy: 'u', at: now() },
      tx,
    )
    await checks.advance(locationId, { id, turn: 0 }, { place: { step: 0, cursor: null }, counts }, tx)
    await findings.replace(of, { kind: 'customer', rankrIds: [], findings: found }, tx)
    await findings.confirm(
      of,
      found.map((one) => ({ id: one.id, found: 'same' })),
      tx,
    )
    const differences = { missing: found.length }
    await checks.end(
      locationId,
      id,
      { status: 'done', differences: found.length > 0 ? differences : {}, at: now() },
      tx,
    )
  })
  return await findings.page(of, { after: 0, limit: 100 })
}

test('an account sees what is missing before it can be compared, and how to begin', async () => {
  const page = arrange({ isOn: false })
  assert.match(await look(page, '/settings/integrity'), /Rankr is not connected yet/)
  await page.connect()
  assert.match(await look(page, '/settings/integrity'), /nothing to compare/)
  const ready = arrange()
  await ready.connect()
  const html = await look(ready, '/settings/integrity')
  assert.match(html, /No check yet/)
  assert.match(html, /Start a check/)
  assert.doesNotMatch(
    await look(ready, '/settings/integrity', { role: 'user' }),
    /<button[^>]*>[^<]*(<svg.*?<\/svg>)?Start a check/,
  )

  const started = await change(ready, '/settings/integrity/check')
  assert.equal(started.status, 200)
  assert.match(started.text, /A check is running/)
  assert.match(started.text, /auto-refresh/)
  assert.equal((await change(ready, '/settings/integrity/check')).status, 422)
  assert.match((await change(ready, '/settings/integrity/stop')).text, /The check was stopped/)
  assert.match((await change(ready, '/settings/integrity/resume')).text, /A check is running/)
  assert.deepEqual(
    ready.audits.map(({ record }) => record.action),
    ['integrity.check_started', 'integrity.check_started', 'integrity.check_stopped', 'integrity.check_resumed'],
  )
})

test('differences are listed with both values, filtered, paged and exported', async () => {
  const page = arrange()
  await page.connect()
  const fields = [{ field: 'email', rankr: 'm••••@example.com', crm: '=••••@example.com' }]
  await checked(page, [
    finding('different', 'cus_0', { fields, label: '<b>Maya</b>' }),
    ...Array.from({ length: 27 }, (_, n) => finding('missing', `cus_${n + 1}`)),
    finding('refused', 'cus_99', { code: 'customer_unmatchable' }),
  ])
  const html = await look(page, '/settings/integrity')
  assert.match(html, /29 differences/)
  assert.match(html, /&lt;b&gt;Maya&lt;\/b&gt;/)
  assert.match(html, /Rankr: m••••@example\.com<br>Here: =••••@example\.com/)
  assert.match(html, /Repair all/)
  assert.doesNotMatch(html, /cus_26/)
  const older = /href="([^"]*after=\d+)"/.exec(html)![1]!.replaceAll('&amp;', '&')
  assert.match(await look(page, older), /cus_26/)
  const refused = await look(page, '/settings/integrity?type=refused')
  assert.match(refused, /Cannot be synced/)
  assert.doesNotMatch(refused, /cus_26|cus_0</)
  assert.match(await look(page, '/settings/integrity?type=orphan'), /No differences match/)
  const csv = await look(page, '/settings/integrity.csv?type=different')
  assert.match(csv, /different,open,customer,cus_0,,<b>Maya<\/b>,email,m••••@example\.com,'=••••@example\.com,/)
  const reader = await look(page, '/settings/integrity', { role: 'user' })
  assert.match(reader, /cus_0/)
  assert.doesNotMatch(reader, /\/repair"|\/accept"/)
})

test('one difference is repaired as an event, once, or left as it is; all by a job', async () => {
  const page = arrange()
  await page.connect()
  const [missing, refused, other] = await checked(page, [
    finding('missing', 'cus_1'),
    finding('refused', 'cus_2'),
    finding('missing', 'cus_3'),
  ])
  const path = (id: string, what: string) => `/settings/integrity/${id}/${what}`
  const repaired = await change(page, path(missing!.id, 'repair'))
  assert.match(repaired.text, /It is on its way/)
  assert.match(repaired.text, /\/settings\/activity\/[\da-f-]{36}/)
  assert.match((await change(page, path(missing!.id, 'repair'))).text, /It was already repaired/)
  assert.deepEqual(
    page.accepted.map(({ source, type, sourceEventId }) => [source, type, sourceEventId]),
    [['rankr', 'customer.updated', `repair:${missing!.id}`]],
  )
  assert.equal((await change(page, path(refused!.id, 'repair'))).status, 422)
  assert.match((await change(page, path(refused!.id, 'accept'))).text, /Left as it is/)
  assert.equal((await change(page, path(refused!.id, 'accept'))).status, 422)

  assert.match((await change(page, '/settings/integrity/repair')).text, /Repairing: 0 of 1/)
  assert.equal((await change(page, '/settings/integrity/repair')).status, 422)
  await page.repair.turn({ locationId: 'loc_1', id: other!.checkId }, new AbortController().signal)
  assert.equal(page.accepted.length, 2)
  assert.match((await change(page, '/settings/integrity/repair/stop')).text, /The repair was stopped/)
  assert.deepEqual(
    page.audits.map(({ record: { action, details } }) => [action, details?.outcome].filter(Boolean).join(' ')),
    [
      'integrity.repaired sent',
      'integrity.repaired gone',
      'integrity.repaired busy',
      'integrity.accepted',
      'integrity.accepted busy',
      'integrity.repair_started',
      'integrity.repair_started busy',
      'integrity.repair_stopped',
    ],
  )
})

test('tickets are listed in their own words, and desks that were left out with the reason, in both languages', async () => {
  const page = arrange()
  await page.connect()
  const leftOut = {
    dsk_1: { name: '<i>Northwind</i>', code: 'unreadable' },
    dsk_2: { name: 'Harbor', code: 'support_unauthorized' },
    dsk_3: { name: null, code: 'removed' },
  }
  const counts = { ticket: { rankr: 7, crm: 5, rankrTotal: 7, crmTotal: null, leftOut } }
  const ticket = { kind: 'ticket', repair: 'write' } as const
  const status = [{ field: 'status', rankr: '<open>', crm: 'solved' }]
  await checked(
    page,
    [
      finding('missing', 'iss_1', { ...ticket, label: '<Import>' }),
      finding('orphan', 'iss_2', { ...ticket, label: null, repair: 'forget', code: 'support_not_found' }),
      finding('orphan', 'iss_3', { ...ticket, label: null, repair: 'forget' }),
      finding('different', 'iss_4', { ...ticket, label: null, repair: 'tell', fields: status }),
    ],
    { counts },
  )
  const html = await look(page, '/settings/integrity')
  for (const words of [
    /Issues in Rankr<\/dt><dd>7</,
    /Tickets read at the support desk<\/dt><dd>5</,
    /Tickets of &lt;i&gt;Northwind&lt;\/i&gt; were not compared.*?cannot be read from it/s,
    /Tickets of Harbor were not compared.*?refused our key/s,
    /Some tickets were not compared.*?no longer connected/s,
    /Ticket of issue &lt;Import&gt;.*?has no ticket at the support desk/s,
    /iss_2.*?The ticket is no longer at the support desk\.[^<]*<\/p>/s,
    /iss_3.*?It is no longer in Rankr/s,
    /Rankr: &lt;open&gt;<br>Support desk: solved/,
    /data-confirm="Rankr gets the status that the ticket has/,
    /data-confirm="4 differences[^"]*Support desks may notify customers/,
  ]) {
    assert.match(html, words)
  }
  const spanish = await page.agent
    .get('/settings/integrity?kind=ticket')
    .set({ 'hx-request': 'true', 'accept-language': 'es', authorization: await bearer() })
  assert.match(spanish.text, /Los tickets de Harbor no se compararon/)
  assert.match(spanish.text, /no tiene ticket en el centro de soporte/)
})

test('what was found in another account is not there', async () => {
  const page = arrange()
  const [theirs] = await checked(page, [finding('missing', 'cus_theirs')], { locationId: 'loc_2' })
  assert.doesNotMatch(await look(page, '/settings/integrity'), /cus_theirs/)
  for (const path of [`?check=${theirs!.checkId}`, `.csv?check=${theirs!.checkId}`, '.csv']) {
    const answer = await page.agent
      .get(`/settings/integrity${path}`)
      .set('hx-request', 'true')
      .set('authorization', await bearer())
    assert.equal(answer.status, 404, path)
  }
  for (const what of ['repair', 'accept']) {
    assert.equal((await change(page, `/settings/integrity/${theirs!.id}/${what}`)).status, 404)
  }
  for (const path of ['stop', 'resume', 'repair', 'repair/stop']) {
    assert.equal((await change(page, `/settings/integrity/${path}`)).status, 404, path)
  }
  assert.deepEqual([page.accepted, page.audits], [[], []])
})

test('nightly checks are switched on and off', async () => {
  const page = arrange()
  const on = (await change(page, '/settings/integrity/nightly', { nightly: 'on' })).text
  assert.match(on, /name="nightly"[^>]*checked/)
  assert.match(on, /status-toast[\s\S]*The next check runs tonight/)
  const off = (await change(page, '/settings/integrity/nightly')).text
  assert.doesNotMatch(off, /name="nightly"[^>]*checked/)
  assert.match(off, /status-toast[\s\S]*No more nightly checks/)
  assert.deepEqual(
    page.audits.map(({ record }) => record.details),
    [{ nightly: true }, { nightly: false }],
  )
})

/** Lines of the list by what they say of themselves. */
const statesIn = (html: string): string[] => [...html.matchAll(/<li class="is-(\w+)"/g)].map(([, state]) => state!)

test('a line before going live turns green by what has really happened', async () => {
  const page = arrange()
  const { world } = page
  world.installations.set('loc_1', installation({ scopes: [] }))
  assert.deepEqual(statesIn(await look(page, '/settings/go-live')), ['open', 'problem', 'open', 'open', 'open', 'open'])

  world.installations.set('loc_1', installation())
  const connection = await page.connect()
  world.syncs.set('loc_1 customers', { isEnabled: true, options: {} })
  assert.match((await change(page, '/settings/go-live/test')).text, /The test has passed/)
  await checked(page, [finding('missing', 'cus_1')])
  connection.lastEventAt = now()
  world.events.push({ locationId: 'loc_1', event: event({ outcome: 'dead', deadLetterId: 'dead_1' }) })
  const halfway = await look(page, '/settings/go-live')
  assert.deepEqual(statesIn(halfway), ['done', 'done', 'done', 'problem', 'done', 'problem'])
  assert.match(halfway, /One event has failed/)
  assert.match(halfway, /href="\/settings\/integrity"/)

  world.events[0]!.event = event({ outcome: 'done' })
  await checked(page, [])
  const html = await look(page, '/settings/go-live')
  assert.deepEqual(statesIn(html), ['done', 'done', 'done', 'done', 'done', 'done'])
  assert.match(html, /you can go live/)
  assert.deepEqual(
    page.audits.map(({ record }) => record.action),
    ['go_live.tested'],
  )
})
