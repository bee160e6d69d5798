import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { newId } from '../../../server/ids.ts'
import type { SimulatedCrmOptions } from '../../../server/sandbox/crm/simulated-crm.ts'
import { createClock, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, LOCATION, MAYA } from '../kit.ts'

const db = await openDatabase(after)

const setUp = async (t: TestContext, options: Partial<SimulatedCrmOptions> = {}, facts = {}) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken, webhooks } = await startCrm(t, {
    now: clock.now,
    limits: { burst: 100_000 },
    ...options,
  })
  const sync = createSync({ db, crmUrl: url, token: await locationToken(), clock, facts })
  t.after(sync.close)
  await sync.enableCustomers()
  const seeded = new Set([...crm.state.contacts.all()].map(({ id }) => id))
  const send = async (...event: Parameters<typeof customerEvent>) => {
    await sync.accept.accept(customerEvent(...event))
    return await sync.drainAll()
  }
  const contacts = () => [...crm.state.contacts.all()].filter(({ id }) => !seeded.has(id))
  const notesOf = (id: string) => [...crm.state.notes.by('contact', id)].map(({ body }) => body)
  const callsTo = (path: RegExp) =>
    crm.control.calls().filter((call) => path.test(`${call.method} ${call.path}`)).length
  return { ...sync, crm, clock, send, contacts, notesOf, callsTo, webhooks }
}

const rows = async <Row extends object>(text: string) => (await db.pool.query<Row>(text)).rows

test('a new customer becomes a contact with tags and a note, and all of it is on record', async (t) => {
  const { send, contacts, notesOf, links, audit, runs, accept, clock } = await setUp(t)
  assert.equal(await send('created'), 'idle')
  const [contact, ...others] = contacts()
  assert.equal(others.length, 0)
  assert.equal(contact?.firstName, 'Maya')
  assert.equal(contact?.lastName, 'Okafor')
  assert.equal(contact?.email, 'maya@example.com')
  assert.equal(contact?.phone, '+14155550132')
  assert.equal(contact?.companyName, 'Okafor Studio')
  assert.deepEqual(contact?.tags.toSorted(), ['growth', 'rankr'])
  assert.match(notesOf(contact.id)[0] ?? '', /^Customer cus_1 of Rankr, added on .*\n\nRef [0-9a-f]{10}$/s)

  const link = await links.find(LOCATION, 'customer', 'cus_1')
  assert.equal(link?.crmId, contact.id)
  assert.equal(link?.state, 'linked')
  assert.deepEqual(link?.data.tags?.toSorted(), ['growth', 'rankr'])

  const entries = await audit.list(LOCATION)
  assert.deepEqual(entries.map(({ action, actorName, subjectId }) => [action, actorName, subjectId]).toReversed(), [
    ['contact.created', 'Customers become contacts', contact.id],
    ['contact.tagged', 'Customers become contacts', contact.id],
    ['contact.noted', 'Customers become contacts', contact.id],
  ])
  assert.deepEqual(await audit.verify(LOCATION), { ok: true, entries: 3 })

  const { eventId } = await accept.accept(customerEvent('created', MAYA, { sourceEventId: 'again' }))
  const receivedOn = clock.now().toISOString().slice(0, 10)
  assert.equal((await runs.ofEvent(LOCATION, { eventId, receivedOn })).length, 0)
  const [run] = await rows<{ id: string; event_id: string; status: string }>('select id, event_id, status from runs')
  assert.equal(run?.status, 'done')
  const attempts = await runs.attempts(LOCATION, { runId: run.id, receivedOn })
  assert.deepEqual(
    attempts.map(({ stepId, outcome, number }) => [stepId, outcome, number]),
    [
      ['contact', 'ok', 1],
      ['tags', 'ok', 1],
      ['note', 'ok', 1],
    ],
  )
  assert.equal(JSON.stringify(attempts).includes('maya@example.com'), false, 'what is sensitive is masked')
})

test('the same data again makes no call; changed data changes the contact and keeps what people added', async (t) => {
  const { send, contacts, crm, callsTo } = await setUp(t)
  await send('created')
  const [contact] = contacts()
  crm.control.person.addTags(contact!.id, ['vip'])
  crm.control.clearCalls()
  await send('updated')
  assert.deepEqual(crm.control.calls(), [])

  await send('updated', { ...MAYA, name: 'Maya Okafor-Lind', phone: '+14155550199', tags: ['growth', 'paying'] })
  assert.equal(callsTo(/^PUT /), 1)
  const [changed, ...others] = contacts()
  assert.equal(others.length, 0)
  assert.equal(changed?.lastName, 'Okafor-Lind')
  assert.equal(changed?.phone, '+14155550199')
  assert.deepEqual(changed?.tags.toSorted(), ['growth', 'paying', 'rankr', 'vip'])
})

test('a tag that a person took off is not put back by the next event', async (t) => {
  const { send, contacts, crm } = await setUp(t)
  await send('created')
  crm.control.person.removeTags(contacts()[0]!.id, ['rankr'])
  await send('updated', { ...MAYA, name: 'Maya Lind' })
  assert.deepEqual(contacts()[0]?.tags, ['growth'])
})

test('a customer who is a contact already, by e-mail or by phone, is not made a second time', async (t) => {
  const { send, crm, contacts } = await setUp(t)
  crm.control.person.createContact(LOCATION, { firstName: 'M.', email: 'maya@example.com', tags: ['vip'] })
  await send('created')
  assert.equal(contacts().length, 1)
  assert.deepEqual(contacts()[0]?.tags.toSorted(), ['growth', 'rankr', 'vip'])
  crm.control.person.createContact(LOCATION, { firstName: 'Ola', phone: '+14155550777' })
  await send('created', { id: 'cus_2', name: 'Ola Berg', phone: '+1 (415) 555-0777' })
  assert.equal(contacts().length, 2)
})

test('a contact that was deleted by hand is made again on the next change', async (t) => {
  const { send, crm, contacts, links } = await setUp(t)
  await send('created')
  const old = contacts()[0]!.id
  crm.control.person.deleteContact(old)
  await send('updated', { ...MAYA, name: 'Maya Lind' })
  const [contact, ...others] = contacts()
  assert.equal(others.length, 0)
  assert.notEqual(contact?.id, old)
  assert.deepEqual(contact?.tags.toSorted(), ['growth', 'rankr'])
  assert.equal((await links.find(LOCATION, 'customer', 'cus_1'))?.crmId, contact?.id)
})

test('a customer without e-mail and phone is a dead letter that says so, unless its contact is known', async (t) => {
  const { send, deadLetters, contacts } = await setUp(t)
  await send('created', { id: 'cus_9', name: 'Nobody', email: '', phone: 'n/a' })
  const [letter] = await deadLetters.list(LOCATION)
  assert.equal(letter?.code, 'customer_unmatchable')
  assert.equal(letter?.stepId, 'contact')
  await send('created')
  await send('updated', { id: 'cus_1', name: 'Maya Lind' })
  assert.equal(contacts()[0]?.lastName, 'Lind')
  assert.equal((await deadLetters.list(LOCATION)).length, 1)
})

test('an e-mail address that cannot be used does not keep a customer with a phone out', async (t) => {
  const { send, contacts } = await setUp(t)
  await send('created', { ...MAYA, email: 'maya@localhost' })
  assert.equal(contacts()[0]?.phone, '+14155550132')
})

test('a deleted customer is tagged and noted, and its contact stays', async (t) => {
  const { send, contacts, notesOf, audit } = await setUp(t)
  await send('created')
  await send('deleted', { id: 'cus_1' })
  const [contact] = contacts()
  assert.ok(contact?.tags.includes('deleted in rankr'))
  assert.equal(notesOf(contact!.id).filter((body) => /was deleted in Rankr/.test(body)).length, 1)
  assert.ok((await audit.list(LOCATION)).some(({ action }) => action === 'contact.marked-deleted'))
})

test('a deleted customer takes its contact along only where the location says so', async (t) => {
  const { send, contacts, enableCustomers, links } = await setUp(t)
  await enableCustomers({ deleteContacts: true })
  await send('created')
  await send('deleted', { id: 'cus_1' })
  assert.equal(contacts().length, 0)
  assert.equal((await links.find(LOCATION, 'customer', 'cus_1'))?.state, 'broken')
  assert.equal(await send('deleted', { id: 'cus_unknown' }), 'idle')
})

test('an account whose language is Spanish is noted in Spanish, but for what people wrote', async (t) => {
  const { send, contacts, notesOf, runAction, clock } = await setUp(t, {}, { language: 'es' })
  await send('created')
  const [contact] = contacts()
  const mine = { rankrId: 'cus_1', body: 'Order 12 boxes\nPlaced on the shelf' }
  const receivedAt = clock.now()
  const receivedOn = receivedAt.toISOString().slice(0, 10)
  const context = { eventId: newId(), receivedOn, receivedAt, isFresh: true }
  await runAction({
    ...{ locationId: LOCATION, actionId: 'app.customers.add-note', input: mine, priority: 'live' },
    context: { ...context, runId: 'run', stepId: 'step' },
  })
  await send('deleted', { id: 'cus_1' })
  const notes = notesOf(contact!.id).map((body) =>
    body.replace(/\n\nRef [0-9a-f]{10}$/, '').replace(/2\d{3}-.*Z/, 'DAY'),
  )
  assert.deepEqual(notes.toSorted(), [
    'Cliente cus_1 de Rankr, añadido el DAY.',
    'El cliente cus_1 se eliminó en Rankr el DAY.',
    'Order 12 boxes\nPlaced on the shelf',
  ])
})

test('without tags and without notes neither is written', async (t) => {
  const { send, contacts, enableCustomers, callsTo } = await setUp(t)
  await enableCustomers({ tags: [], note: false })
  const { tags: _none, ...plain } = MAYA
  await send('created', plain)
  assert.equal(contacts().length, 1)
  assert.equal(callsTo(/tags|notes/), 0)
})

test('an answer that was lost leaves one contact, one note and tags once', async (t) => {
  const { send, crm, contacts, notesOf, clock, drainAll } = await setUp(t)
  crm.control.failNext({ path: '/contacts/upsert', kind: 'lost' })
  crm.control.failNext({ path: '/contacts/*/tags', kind: 'lost' })
  crm.control.failNext({ path: '/contacts/*/notes', method: 'POST', kind: 'lost' })
  let state = await send('created')
  for (let tries = 0; state === 'sleeping' && tries < 6; tries++) {
    clock.advance(10 * 60_000)
    state = await drainAll()
  }
  assert.equal(state, 'idle')
  assert.equal(contacts().length, 1)
  assert.equal(notesOf(contacts()[0]!.id).length, 1)
  assert.deepEqual(contacts()[0]?.tags.toSorted(), ['growth', 'rankr'])
})

test('while an earlier try of a note may still be at work, nothing is made', async (t) => {
  const { send, crm, notesOf, contacts, clock, drainAll } = await setUp(t)
  crm.control.failNext({ path: '/contacts/*/notes', method: 'POST', kind: 'reset' })
  assert.equal(await send('created'), 'sleeping')
  await db.pool.query(`update parked_events set next_at = $1, tries = null`, [clock.now()])
  assert.equal(await drainAll(), 'sleeping')
  assert.equal(notesOf(contacts()[0]!.id).length, 0)
  const [attempt] = await rows(
    `select outcome, code from attempts where step_id = 'note' order by started_at desc, id desc`,
  )
  assert.deepEqual(attempt, { outcome: 'retry', code: 'effect_unsettled' })
  clock.advance(10 * 60_000)
  assert.equal(await drainAll(), 'idle')
  assert.equal(notesOf(contacts()[0]!.id).length, 1)
})

test('a refusal is a dead letter with what was sent and answered, and can be replayed', async (t) => {
  const { send, crm, deadLetters, contacts } = await setUp(t)
  crm.control.failNext({ path: '/contacts/upsert', status: 422, body: { message: ['email must be an email'] } })
  assert.equal(await send('created'), 'idle')
  const [letter] = await deadLetters.list(LOCATION)
  assert.equal(letter?.code, 'crm_rejected')
  assert.match(JSON.stringify(letter?.answer), /email must be an email/)
  const [attempt] = await rows<{ request: { path: string }; response: unknown; outcome: string }>(
    'select * from attempts',
  )
  assert.equal(attempt?.outcome, 'failed')
  assert.equal(attempt?.request.path, '/contacts/upsert')
  assert.match(JSON.stringify(attempt?.response), /422/)
  assert.equal(contacts().length, 0)
})

test('what we write is recognised when it comes back, what a person changes is not', async (t) => {
  const { send, crm, contacts, links, webhooks } = await setUp(t)
  const { createIsEcho } = await import('../../../server/sync/echo.ts')
  const isEcho = createIsEcho({ links })
  const asEvent = (body: Record<string, unknown>) =>
    isEcho({ locationId: LOCATION, source: 'crm', type: String(body.type), payload: body } as never)
  await send('created')
  await send('updated', { ...MAYA, name: 'Maya Lind' })
  const [created] = await webhooks('ContactCreate')
  const updates = await webhooks('ContactUpdate')
  const tagged = await webhooks('ContactTagUpdate')
  assert.equal(await asEvent(updates.at(-1)), true)
  assert.equal(await asEvent(tagged.at(-1)), true)
  assert.equal(await asEvent(created), false, 'it tells of a state that is gone')

  const { id } = contacts()[0]!
  crm.control.person.changeContact(id, { city: 'Oakland' })
  crm.control.person.addTags(id, ['vip'])
  assert.equal(await asEvent((await webhooks('ContactUpdate')).at(-1)), false)
  assert.equal(await asEvent((await webhooks('ContactTagUpdate')).at(-1)), false)
})
