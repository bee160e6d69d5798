import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import type { Step } from '../../../server/workflows/document.ts'
import type { Template } from '../../../server/workflows/templates/template.ts'
import { welcomeTemplate } from '../../../server/workflows/templates/welcome.ts'
import { newEvent, openDatabase } from '../../relay/kit.ts'
import { customerEvent, LOCATION } from '../kit.ts'
import { createBackfillWorld } from './backfill-world.ts'

const db = await openDatabase(after)
const FEW = { customers: 6, orders: 4, invoices: 4 }

const isUnique = (values: unknown[]): boolean => new Set(values).size === values.length

test('more than a hundred records come over once each, whatever fails and wherever processes die', async (t) => {
  const size = { customers: 105, orders: 24, invoices: 12 }
  const world = await createBackfillWorld(t, db, { size })
  const { crm, rankr, clock, dying, drainBulk } = world
  const sentBefore = world.sent()
  await world.start()
  let deaths = 0
  const storm = [
    { path: '/contacts/upsert', kind: 'lost' },
    { path: '/contacts/*/tags', status: 500 },
    { path: '/contacts/*/notes', kind: 'lost' },
    { path: '/objects/*', kind: 'lost' },
    { path: '/associations/*', status: 503 },
    { path: '/invoices/*', kind: 'lost' },
    { path: '/contacts/*', status: 429, headers: { 'retry-after': '1' } },
    { path: '/invoices/*', kind: 'reset' },
  ] as const
  for (let round = 0; round < 12; round++) {
    for (const fault of storm) if (round % 3 === 0) crm.control.failNext({ ...fault, times: 2 })
    if (round % 4 === 0) rankr.control.failNext({ path: '/orders', status: 503 })
    if (await dying(round % 6, (mortal) => world.turn(mortal))) deaths++
    if (await dying(5 * (round % 7), (mortal) => drainBulk(mortal))) deaths++
    // Longer than a mailbox rests after two drains that died.
    clock.advance(60_000)
  }
  assert.ok(deaths >= 9, `${deaths} processes died`)
  const { status, counts, parts } = await world.finish()
  assert.deepEqual(
    (await world.deadLetters.list(LOCATION)).map(({ code, stepId }) => [code, stepId]),
    [],
  )
  assert.equal(status, 'done')
  assert.deepEqual(counts, { total: 141, over: 141, done: 141, skipped: 0, failed: 0 })
  assert.deepEqual(
    parts.map(({ kind, counts: { done } }) => [kind, done]),
    [
      ['customers', 105],
      ['orders', 24],
      ['invoices', 12],
    ],
  )
  const [contacts, orders, invoices, notes] = [world.contacts(), world.orders(), world.invoices(), world.notes()]
  assert.deepEqual([contacts.length, orders.length, invoices.length, notes.length], [105, 24, 12, 105])
  assert.ok(isUnique(contacts.map(({ email }) => email)))
  assert.ok(isUnique(orders.map(({ properties }) => properties.number)))
  assert.ok(isUnique(invoices.map(({ invoiceNumber }) => invoiceNumber)))
  assert.ok(isUnique(notes.map(({ contactId }) => contactId)))
  assert.equal(
    [...crm.state.relations.all()].filter(({ secondRecordId }) => orders.some(({ id }) => id === secondRecordId))
      .length,
    24,
  )
  assert.ok(contacts.every(({ tags }) => tags.includes('rankr')))
  const states = Object.groupBy(invoices, (invoice) => invoice.status)
  assert.deepEqual(Object.keys(states).sort(), ['draft', 'paid', 'partially_paid', 'sent'])
  assert.equal(world.sent(), sentBefore, 'nobody was written to')
})

test('little waits in the mailbox at any time, nothing is handed in while too much waits elsewhere, and orders come after their customers', async (t) => {
  const world = await createBackfillWorld(t, db, { size: { customers: 640, orders: 1, invoices: 0 } })
  await world.start()
  world.room.isFull = true
  await world.turn()
  const { wait } = await world.progress()
  assert.deepEqual([wait?.why, wait?.code], ['slow', 'cannot_store_now'])
  world.room.isFull = false
  await world.turn()
  await world.turn()
  const [bulk] = (await world.mailboxes.of(LOCATION)).filter(({ lane }) => lane === 'bulk')
  assert.equal(bulk?.waiting, 500)
  const { counts, parts } = await world.progress()
  assert.deepEqual([counts.total, counts.over], [641, 0])
  assert.deepEqual(
    parts.map(({ readAt }) => readAt),
    [null, null, null],
  )
})

test('live events of the account go first, and what they brought over is not overwritten with what was read before', async (t) => {
  const world = await createBackfillWorld(t, db, { size: FEW })
  const { accept, drain, drainBulk, drainAll, clock, contacts, runs } = world
  await world.start()
  await world.turn()
  clock.advance(1_000)
  const newer = { id: 'cus_g3', email: 'customer.3@example.com', name: 'Nora New', phone: '+14000000003' }
  await accept.accept(customerEvent('updated', newer))
  assert.equal(await drain.drain({ locationId: LOCATION, lane: 'bulk' }), 'throttled')
  assert.equal(contacts().length, 0)
  assert.equal((await world.progress()).wait?.why, 'live')

  await drainAll()
  assert.deepEqual(
    contacts().map(({ firstName }) => firstName),
    ['Nora'],
  )
  clock.advance(1_000)
  await drainBulk()
  assert.equal(contacts().length, 6)
  assert.equal(contacts().find(({ email }) => email === newer.email)?.lastName, 'New')
  const { counts } = await world.finish()
  assert.deepEqual([counts.done, counts.skipped], [13, 1])
  const { rows } = await db.pool.query(
    `select id, received_on from events where record_key = 'customer:cus_g3' and lane = 'bulk'`,
  )
  const [run] = await runs.ofEvent(LOCATION, { eventId: rows[0].id, receivedOn: rows[0].received_on })
  assert.deepEqual([run?.status, run?.code], ['skipped', 'newer_here'])
})

test('what was read before and is tried again does not overwrite what a live event has brought over meanwhile', async (t) => {
  const world = await createBackfillWorld(t, db, { size: { customers: 1, orders: 1, invoices: 0 } })
  const { accept, drainBulk, drainAll, clock, contacts, crm, deadLetters } = world
  await world.start(['customers'])
  await world.turn()
  clock.advance(1_000)
  crm.control.failNext({ path: '/contacts/upsert', status: 503 })
  await drainBulk()
  assert.equal(contacts().length, 0)
  clock.advance(1_000)
  const newer = { id: 'cus_g0', email: 'customer.0@example.com', name: 'Nora New' }
  await accept.accept(customerEvent('updated', newer))
  await drainAll()
  for (let tries = 0; tries < 5; tries++) {
    clock.advance(600_000)
    await drainBulk()
  }
  assert.deepEqual(
    contacts().map(({ lastName }) => lastName),
    ['New'],
  )
  assert.deepEqual(await deadLetters.list(LOCATION), [])
  const { counts } = await world.finish()
  assert.deepEqual([counts.done, counts.skipped], [0, 1])
})

test('it can be stopped and gone on with, and a second one changes nothing', async (t) => {
  const world = await createBackfillWorld(t, db, { size: FEW })
  const { service, crm, drainBulk, turn } = world
  const quietly = async () => {}
  await world.start()
  await assert.rejects(world.start(), { code: 'conflict' })
  await turn()
  await service.stop(LOCATION, quietly)
  await assert.rejects(service.stop(LOCATION, quietly), { code: 'conflict' })
  await drainBulk()
  await turn()
  // What was handed in has come over and is counted; nothing more is read.
  assert.deepEqual([(await world.progress()).status, (await world.progress()).counts.done], ['stopped', 6])
  await turn()
  assert.equal(world.orders().length, 0)

  await service.resume(LOCATION, quietly)
  assert.equal((await world.finish()).counts.done, 14)
  const writes = crm.control.writes()
  await world.start()
  const again = await world.finish()
  assert.deepEqual([again.status, again.counts.done], ['done', 14])
  assert.deepEqual(crm.control.writes(), writes)
})

test('it waits while a person is needed, and what fails for good is an ordinary failed event', async (t) => {
  const world = await createBackfillWorld(t, db, { size: FEW })
  const { access, installation, rankr, turn, progress, deadLetters } = world
  Object.assign(rankr.workspace.customers[2]!, { email: undefined, phone: undefined })
  Object.assign(rankr.workspace.orders[1]!, { order_id: '' })
  const { credentials } = access
  access.credentials = undefined
  await world.start()
  await turn()
  assert.deepEqual((await progress()).wait, { why: 'person', code: 'rankr_not_connected', until: null })
  access.credentials = credentials
  installation.status = 'needs_reconnect'
  await turn()
  assert.equal((await progress()).wait?.code, 'reconnect_needed')
  installation.status = 'active'
  rankr.control.failNext({ path: '/customers', status: 429, headers: { 'retry-after': '30' } })
  await turn()
  const { wait } = await progress()
  assert.deepEqual([wait?.why, wait?.until], ['slow', new Date(world.clock.now().getTime() + 30_000)])

  const { status, counts } = await world.finish()
  assert.equal(status, 'done')
  // The customer without address, its order and its invoice, and the order without a number.
  const letters = await deadLetters.list(LOCATION)
  assert.ok(letters.some(({ code }) => code === 'customer_unmatchable'))
  assert.equal(counts.failed, letters.length + 1)
  assert.equal(counts.done + counts.failed, 14)

  installation.status = 'uninstalled'
  await world.start()
  await turn()
  assert.equal((await progress()).status, 'stopped')
})

const MESSAGE: Step = {
  id: 'message',
  type: 'action',
  action: 'app.messages.send-once',
  input: { contactId: { path: 'steps.contact.contactId' }, body: { value: 'Hello' } },
}

test('nobody is written to, though invoices are to be sent and a workflow greets new customers', async (t) => {
  const world = await createBackfillWorld(t, db, { size: FEW, invoices: { send: true } })
  const { crm, accept, drainAll, invoices, contacts, sent } = world
  const greeting = {
    ...welcomeTemplate,
    id: 'greeting',
    document: {
      ...welcomeTemplate.document,
      triggers: [{ trigger: 'rankr.customer.created' }],
      steps: [welcomeTemplate.document.steps[0]!, MESSAGE],
    },
  } as Template
  await world.enable(greeting)
  const before = [sent(), crm.control.writes()['invoices.sent']]
  await world.start()
  const { counts } = await world.finish()
  assert.deepEqual([counts.done, counts.failed], [14, 0])
  assert.equal(sent(), before[0])
  assert.equal(invoices().filter(({ status }) => status === 'sent').length, 1)
  // The same live: the greeting goes out.
  await accept.accept(customerEvent('created', { id: 'cus_new', email: 'new@example.com', name: 'Ned New' }))
  await drainAll()
  assert.equal(sent(), before[0]! + 1)
  assert.equal(contacts().length, 6)
})

test('the first user who signs up starts it where that is chosen, the next ones do not', async (t) => {
  const world = await createBackfillWorld(t, db, { size: FEW })
  const { accept, drainAll, backfills } = world
  const signUp = async (id: string) => {
    const data = { user_id: id, email: `${id}@example.com`, name: 'Leo Park' }
    const payload = { type: 'user.signed_up', timestamp: '2026-11-24T10:00:00Z', data }
    await accept.accept(newEvent({ locationId: LOCATION, type: payload.type, recordKey: `user:${id}`, payload }))
    await drainAll()
    return await backfills.latest(LOCATION)
  }
  await world.enable(welcomeTemplate, { quietFrom: '', quietUntil: '' })
  assert.equal(await signUp('usr_1'), undefined)
  await world.enable(welcomeTemplate, { quietFrom: '', quietUntil: '', initialSync: true })
  const first = await signUp('usr_2')
  assert.deepEqual([first?.status, first?.startedBy, first?.parts.length], ['running', null, 3])
  assert.equal((await signUp('usr_3'))?.id, first?.id)
  assert.equal((await world.finish()).counts.done, 14)
  assert.equal((await signUp('usr_4'))?.id, first?.id)
  assert.ok((await world.audit.list(LOCATION)).some(({ action }) => action === 'initial_sync.started'))
})

test('what the account held before is looked through once and is not made again, also what a process made that died since', async (t) => {
  const world = await createBackfillWorld(t, db, { size: FEW })
  const { crm, drainBulk, turn } = world
  await world.start()
  await world.finish()
  // As after an installation anew.
  const forget = () => db.pool.query(`delete from links where kind in ('order', 'invoice')`)
  const counts = () => [world.orders().length, world.invoices().length, [...crm.state.relations.all()].length]
  const before = counts()
  const searches = () =>
    crm.control.calls().filter(({ path }) => path.endsWith('/records/search') || path === '/invoices/')
  await forget()
  crm.control.clearCalls()
  await world.start()
  assert.equal((await world.finish()).counts.done, 14)
  assert.deepEqual(counts(), before)
  assert.deepEqual(
    searches().map(({ method, path }) => `${method} ${path}`),
    ['POST /objects/custom_objects.rankr_orders/records/search', 'GET /invoices/'],
  )

  // Nothing was there when it was looked through; then somebody made all of it, and died before the pairs were kept.
  await forget()
  await world.start()
  const isSurveyed = async () => {
    const { rows } = await db.pool.query(
      `select from backfill_parts join backfills b on b.id = backfill_id and status = 'running'
       where kind = 'orders' and surveyed_at is not null`,
    )
    return rows.length > 0
  }
  for (let turns = 0; turns < 5 && !(await isSurveyed()); turns++) {
    await turn()
    if (!(await isSurveyed())) await drainBulk()
  }
  assert.equal((await db.pool.query('delete from backfill_held')).rowCount, 4)
  await db.pool.query(
    `insert into record_holds (location_id, record, holder, until)
     select $1, 'order:ord_g' || n, 'dead', now() - interval '1 minute' from generate_series(0, 3) as n`,
    [LOCATION],
  )
  crm.control.clearCalls()
  assert.equal((await world.finish()).counts.done, 14)
  assert.deepEqual(counts(), before)
  assert.equal(searches().length, 4 + 1)
})
