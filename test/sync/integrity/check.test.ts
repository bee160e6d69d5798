// Hundreds of records on both sides: a check finds what was made to differ and nothing else, also when its process dies in
// the middle, and its repair leaves nothing to be found.

import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { AppError, type ErrorCode } from '../../../server/errors.ts'
import { newDocumentId } from '../../../server/sandbox/crm/crm-ids.ts'
import type { LinkKind } from '../../../server/store/links.ts'
import { localTime, minuteOf } from '../../../server/sync/integrity/nightly.ts'
import { invoicesBackTemplate } from '../../../server/workflows/templates/invoices-back.ts'
import { openDatabase } from '../../relay/kit.ts'
import { customerEvent, invoiceEvent, LOCATION, orderEvent } from '../kit.ts'
import { createWorld, customerOf, invoiceOf, named, orderOf } from './world.ts'

const db = await openDatabase(after)

type World = Awaited<ReturnType<typeof createWorld>>

/** Makes one difference of each kind, on either side, behind the app's back. Answers what a check must find. */
const disturb = async (world: World): Promise<string[]> => {
  const { crm, workspace, links, accept, work } = world
  const { contacts, records, relations, invoices } = crm.state
  const idOf = async (kind: 'customer' | 'order' | 'invoice', rankrId: string) =>
    (await links.find(LOCATION, kind, rankrId))!.crmId!
  const contact = async (n: number) => contacts.get(await idOf('customer', String(customerOf(n).id)))!
  const record = async (n: number) => records.get(await idOf('order', String(orderOf(n).order_id)))!
  const invoice = async (n: number) => invoices.get(await idOf('invoice', `inv_${String(n).padStart(4, '0')}`))!
  const inRankr = (n: number) =>
    workspace.invoices.find(({ invoice_id }) => invoice_id === `inv_${String(n).padStart(4, '0')}`)!
  const lose = (rows: object[], of: (row: never) => boolean) =>
    rows.splice(
      rows.findIndex((row) => of(row as never)),
      1,
    )

  // Two customers of one person become one contact.
  workspace.customers.push({ ...customerOf(9002), email: 'person.90@example.com', phone: '+12025550090' } as never)
  await accept.accept(customerEvent('created', workspace.customers.at(-1)!))
  await work()

  contacts.delete((await contact(61)).id)
  contacts.put({ ...(await contact(62)), lastName: 'Changed', phone: '+12025559999' })
  Object.assign(workspace.customers[62]!, { name: 'Person Sixtythree', tags: ['changed'] })
  lose(workspace.customers, ({ id }: { id: string }) => id === 'cus_0064')
  contacts.put({ ...(await contact(65)), id: newDocumentId() })
  workspace.customers.push(customerOf(9001) as never)
  workspace.customers.push({ id: 'cus_9003', name: 'Nobody' } as never)

  records.delete((await record(1)).id)
  records.put({ ...(await record(2)), properties: { ...(await record(2)).properties, total: 1, status: 'refunded' } })
  const joined = await record(3)
  for (const { id } of [...relations.by('second', joined.id)]) relations.delete(id)
  records.put({ ...(await record(4)), id: newDocumentId() })
  lose(workspace.orders, ({ order_id }: { order_id: string }) => order_id === 'ord_0005')
  workspace.orders.push({ ...orderOf(9001), customer_id: 'cus_0070' } as never)

  // 3, 6, 9 … are drafts; 1, 4, 7 … were sent; 2, 5, 8 … are paid.
  invoices.put({ ...(await invoice(3)), total: 5, invoiceNumber: 'X' })
  invoices.delete((await invoice(6)).id)
  invoices.put({ ...(await invoice(9)), id: newDocumentId() })
  Object.assign(inRankr(4), { status: 'paid' })
  Object.assign(inRankr(7), { amount: 999 })
  Object.assign(inRankr(10), { status: 'void' })
  const paid = await invoice(13)
  invoices.put({ ...paid, status: 'paid', amountPaid: paid.total })

  return [
    'different customer cus_0062 lastName phone',
    'different customer cus_0063 lastName tags',
    'different invoice inv_0003 total number',
    'different invoice inv_0004 paid',
    'different invoice inv_0007 total',
    'different invoice inv_0010 status',
    'different invoice inv_0013 status paid',
    'different order ord_0002 status total',
    'different order ord_0003 contact',
    'duplicate customer cus_0065 kept',
    'duplicate invoice inv_0009 kept',
    'duplicate order ord_0004 kept',
    'missing customer cus_0061',
    'missing customer cus_9001',
    'missing invoice inv_0006',
    'missing order ord_0001',
    'missing order ord_9001',
    'orphan customer cus_0064',
    'orphan order ord_0005',
    'refused customer cus_9003',
    'shared customer cus_0090 shared',
  ]
}

/** What only people can put right: a person's own contacts and what customers have seen. */
const FOR_PEOPLE = [
  'different invoice inv_0007 total',
  'duplicate customer cus_0065 kept',
  'refused customer cus_9003',
  'shared customer cus_0090 shared',
]

test('a check finds what differs and nothing else, and its repair leaves nothing to be found', async (t) => {
  const world = await createWorld(t, db, { customers: 105, orders: 20, invoices: 18 })
  const { enable, check, service, openOf, repairAll, dieIn, crm, drifts, pages, audit } = world
  await enable(invoicesBackTemplate)

  const before = await check()
  assert.deepEqual(named(before.open), [])
  assert.equal(before.ended.status, 'done')
  // Pages of either side, and no call for any single record.
  assert.ok(pages.length <= 11, pages.join())
  assert.deepEqual(drifts, [])

  const wanted = await disturb(world)
  const { id: first, ended, open: found } = await check()
  assert.deepEqual(named(found), wanted)
  assert.deepEqual(ended.differences, { different: 9, duplicate: 3, missing: 5, orphan: 2, refused: 1, shared: 1 })
  assert.deepEqual(drifts, [{ checkId: first, checked: 145, differences: ended.differences }])
  const phone = found.find(({ rankrId }) => rankrId === 'cus_0062')!.fields.find(({ field }) => field === 'phone')!
  assert.deepEqual([phone.rankr, phone.crm], ['••••62', '••••99'])
  assert.deepEqual((await db.pool.query('select from integrity_seen')).rowCount, 0)

  // Wherever its process dies, another one ends the check and finds the same.
  const moments = await dieIn(Number.POSITIVE_INFINITY)
  for (let at = 0; at < moments.passed; at += 17) assert.deepEqual((await dieIn(at)).found, wanted, `after ${at}`)

  const { id, open } = await check()
  // One by one first: asked for twice, it is one event.
  const one = open.find(({ rankrId }) => rankrId === 'cus_9001')!
  assert.equal(await service.repairOne(LOCATION, one.id, 'user_1', async () => {}), 'sent')
  assert.equal(await service.repairOne(LOCATION, one.id, 'user_1', async () => {}), 'gone')
  await repairAll(id)
  assert.equal((await service.check(LOCATION, id))!.repairStatus, 'done')
  const left = await openOf(id)
  assert.deepEqual(named(left), FOR_PEOPLE)
  await assert.rejects(
    service.repairOne(LOCATION, left[0]!.id, 'user_1', async () => {}),
    /conflict/,
  )
  const repaired = (await audit.list(LOCATION, { action: 'integrity.repaired', limit: 100 })).length
  assert.equal(repaired, wanted.length - FOR_PEOPLE.length - 1)
  assert.deepEqual((await db.pool.query('select code, detail from dead_letters')).rows, [])

  const again = await check()
  assert.deepEqual(named(again.open), FOR_PEOPLE)
  for (const finding of again.open) await service.accept(LOCATION, finding.id, 'user_1', async () => {})
  const last = await check()
  assert.deepEqual(named(last.open), [])
  assert.equal((await service.standing(LOCATION))?.open, 0)
  // Rankr was told of what was paid, and nothing was doubled by the repair.
  assert.equal(world.workspace.invoices.find(({ invoice_id }) => invoice_id === 'inv_0013')?.status, 'paid')
  const orders = [...crm.state.records.all()].map(({ properties }) => properties.order_id)
  assert.equal(new Set(orders).size, orders.length)
})

test('checks run at night, in the night of the account, once, and not all at the same minute', async (t) => {
  const world = await createWorld(t, db, { customers: 0, orders: 0, invoices: 0 })
  const { clock, integrity, service, audit } = world
  const { nightly } = integrity.turns
  const at = (text: string) => clock.advance(Date.parse(text) - clock.now().getTime())
  await db.pool.query(
    `insert into installations (tenant_id, kind, status, time_zone) values
    ($1, 'location', 'active', 'America/Los_Angeles') on conflict (tenant_id) do update set time_zone = excluded.time_zone`,
    [LOCATION],
  )
  const checks = async () => (await service.checks(LOCATION, 10)).length

  // Two to six in Los Angeles are ten to fourteen hours in UTC.
  at('2026-11-29T13:30:00Z')
  await nightly.tick()
  assert.equal(await checks(), 0)
  await db.transaction((tx) => service.setNightly(LOCATION, true, tx))
  for (const [moment, wanted] of [
    ['2026-11-29T09:59:00Z', 0],
    ['2026-11-29T13:30:00Z', 1],
    ['2026-11-29T13:35:00Z', 1],
    ['2026-11-30T02:00:00Z', 1],
    ['2026-11-30T09:59:00Z', 1],
    ['2026-11-30T13:30:00Z', 2],
    // A node that was down through the night leaves it out.
    ['2026-12-01T14:30:00Z', 2],
  ] as const) {
    at(moment)
    await Promise.all([nightly.tick(), nightly.tick()])
    assert.equal(await checks(), wanted, moment)
    for (const { id, status } of await service.checks(LOCATION, 1)) if (status === 'running') await world.carryOn(id)
  }
  const [last] = await service.checks(LOCATION, 1)
  assert.equal(last?.isNightly, true)
  assert.equal((await audit.list(LOCATION, { action: 'integrity.check_started' })).length, 2)
  const minutes = Array.from({ length: 200 }, (_, n) => minuteOf(`loc_${n}`))
  assert.ok(new Set(minutes).size > 100 && Math.min(...minutes) >= 120 && Math.max(...minutes) < 300)
  assert.deepEqual(localTime(new Date('2026-11-29T23:30:00Z'), 'not a zone'), { day: '2026-11-29', minute: 1410 })
  assert.deepEqual(localTime(new Date('2026-11-29T23:30:00Z'), 'Asia/Tokyo'), { day: '2026-11-30', minute: 510 })
})

test('a check waits for its turn behind the limits of either side, and says why it cannot go on', async (t) => {
  const world = await createWorld(t, db, { customers: 3, orders: 0, invoices: 0 })
  const { start, service, clock, integrityWith } = world
  const { signal } = new AbortController()
  const failWith = (code: ErrorCode | undefined, retryAfterSeconds = 0) =>
    integrityWith(() => {
      if (code) throw new AppError(code, { retryAfterSeconds })
    }).turns.check
  const { id } = await start()
  const job = { locationId: LOCATION, id }

  await failWith('crm_rate_limited', 40).turn(job, signal)
  const waiting = (await service.check(LOCATION, id))!
  assert.deepEqual([waiting.status, waiting.code, waiting.failures], ['running', 'crm_rate_limited', 0])
  assert.equal(waiting.waitsUntil!.getTime() - clock.now().getTime(), 40_000)
  await failWith('rankr_unavailable').turn(job, signal)
  assert.equal((await service.check(LOCATION, id))!.failures, 1)
  const { rows } = await db.pool.query(
    `select priority, run_at > now() as later from graphile_worker.jobs where key = $1`,
    [`integrity_check:${id}`],
  )
  assert.deepEqual(rows, [{ priority: 30, later: true }])

  // A job that was lost is queued again.
  const jobs = async () =>
    (await db.pool.query(`select from graphile_worker.jobs where key = $1`, [`integrity_check:${id}`])).rowCount
  await db.pool.query('delete from graphile_worker._private_jobs')
  await world.integrity.turns.nightly.tick()
  await world.integrity.turns.nightly.tick()
  assert.equal(await jobs(), 1)

  await failWith('reconnect_needed').turn(job, signal)
  const failed = (await service.check(LOCATION, id))!
  assert.deepEqual([failed.status, failed.code], ['failed', 'reconnect_needed'])
  await service.resume(LOCATION, id, async () => {})
  assert.equal((await world.carryOn(id)).status, 'done')
  await assert.rejects(
    service.resume(LOCATION, id, async () => {}),
    /conflict/,
  )
})

test('businesses, products and opportunities are compared where they are wanted, and every difference is repaired', async (t) => {
  const world = await createWorld(t, db, { customers: 6, orders: 6, invoices: 0, hasParts: true })
  const { crm, check, repairAll, workspace, links, pipeline, audit } = world
  const { state } = crm
  const before = await check()
  assert.deepEqual(named(before.open), [])
  assert.deepEqual(before.ended.kinds, ['customer', 'business', 'order', 'product', 'opportunity', 'invoice'])
  const crmIdOf = async (kind: LinkKind, id: string) => (await links.find(LOCATION, kind, id))!.crmId!
  const opportunity = async (id: string) => state.opportunities.get(await crmIdOf('order-opportunity', id))!

  // Changed, closed and deleted by people; one that is there twice; one of a contact that nobody minds.
  const changed = await opportunity('ord_0001')
  state.opportunities.put({ ...changed, monetaryValue: 1, status: 'lost' })
  const deleted = await opportunity('ord_0002')
  state.opportunities.delete(deleted.id)
  const twice = await opportunity('ord_0003')
  state.opportunities.put({ ...twice, id: 'opportunityTwice0001' })
  state.opportunities.put({ ...twice, id: 'opportunityOfSomeone', name: 'Spring campaign' })
  // A business and the product of all are gone; a person has put a contact elsewhere.
  const gone = await crmIdOf('business', 'company 4')
  state.businesses.delete(gone)
  const fourth = state.contacts.get(await crmIdOf('customer', 'cus_0004'))!
  state.contacts.put({ ...fourth, businessId: undefined })
  const fifth = state.contacts.get(await crmIdOf('customer', 'cus_0005'))!
  state.contacts.put({ ...fifth, businessId: await crmIdOf('business', 'company 6') })
  // An order whose opportunity was left when Rankr has deleted it, and then deleted as well.
  workspace.orders.splice(5, 1)
  state.opportunities.delete((await opportunity('ord_0006')).id)

  const found = await check()
  assert.deepEqual(named(found.open), [
    'different customer cus_0004 business',
    'different opportunity ord_0001 value status',
    'duplicate opportunity ord_0003 kept',
    'missing opportunity ord_0002',
    'orphan business company 4',
    'orphan opportunity ord_0006',
    'orphan order ord_0006',
  ])
  await repairAll(found.id)
  assert.deepEqual(named((await check()).open), [])
  assert.deepEqual(
    [(await opportunity('ord_0001')).monetaryValue, (await opportunity('ord_0001')).status],
    [changed.monetaryValue, changed.status],
  )
  assert.notEqual(await crmIdOf('order-opportunity', 'ord_0002'), deleted.id)
  assert.equal(state.opportunities.get('opportunityTwice0001'), undefined)
  assert.ok(state.opportunities.get('opportunityOfSomeone'))
  assert.equal((await opportunity('ord_0004')).pipelineId, pipeline.id)
  const again = await crmIdOf('business', 'company 4')
  assert.notEqual(again, gone)
  assert.equal(state.contacts.get(fourth.id)?.businessId, again)
  assert.equal(
    state.contacts.get(fifth.id)?.businessId,
    await crmIdOf('business', 'company 6'),
    'a person has moved it',
  )
  assert.ok((await audit.list(LOCATION, { action: 'duplicate.removed' })).length === 1)

  // The product of all orders is deleted: the pair is forgotten first, then each order gets the new one.
  const product = await crmIdOf('product', 'AUDIT-1')
  state.products.delete(product)
  const without = await check()
  assert.deepEqual(named(without.open), [
    ...[1, 2, 3, 4, 5].map((n) => `different order ord_000${n} products`),
    'orphan product AUDIT-1',
  ])
  await repairAll(without.id)
  assert.deepEqual(named((await check()).open), [])
  assert.notEqual(await crmIdOf('product', 'AUDIT-1'), product)
})

test('records that nobody can bring over are named with the reason, and stop neither the others nor the check', async (t) => {
  const { workspace, accept, work, check, crm } = await createWorld(t, db, { customers: 1, orders: 1, invoices: 1 })
  const customers = [
    { id: 'twin_1', email: 'twin@example.com', name: '' },
    { id: 'twin_2', email: 'TWIN@example.com', name: '   ' },
    { id: 'line_1', phone: '+12025550199', name: 'A' },
    { id: 'line_2', phone: '+12025550199', name: 'B' },
    { id: 'nameless', email: 'e@example.com', name: '', first_name: '', last_name: '', phone: '', company: '' },
  ]
  const orders = [
    { order_id: 'below', total: -5 },
    { order_id: 'huge', total: 1e20 },
    { order_id: 'large', total: 9e12 },
    { order_id: 'unknown_currency', currency: 'ZZZ' },
    { order_id: 'no_currency', currency: 'dollars' },
  ].map((one) => ({ ...orderOf(1), ...one }))
  const invoices = [
    { invoice_id: 'below', amount: -5 },
    { invoice_id: 'huge', amount: 1e20 },
    { invoice_id: 'unknown_currency', amount: 5, currency: 'ZZZ' },
  ].map((one) => ({ ...invoiceOf(1), status: 'draft', number: one.invoice_id, line_items: [], ...one }))
  workspace.customers.push(...(customers as never[]))
  workspace.orders.push(...(orders as never[]))
  workspace.invoices.push(...(invoices as never[]))
  for (const data of customers) await accept.accept(customerEvent('created', data))
  for (const data of orders) await accept.accept(orderEvent('created', data))
  for (const data of invoices) await accept.accept(invoiceEvent('created', data))
  await work()
  const refused = [
    'refused invoice below',
    'refused invoice huge',
    'refused order below',
    'refused order huge',
    'refused order no_currency',
    'shared customer line_1 shared',
    'shared customer twin_1 shared',
  ]
  assert.deepEqual(named((await check()).open), refused)
  // One that came over and has an impossible amount since; one whose e-mail address is another one now.
  Object.assign(workspace.orders[0]!, { total: 1e20 })
  const nameless = workspace.customers.at(-1)!
  Object.assign(nameless, { email: 'changed@example.com' })
  const { open } = await check()
  assert.deepEqual(
    named(open).filter((one) => !refused.includes(one)),
    ['different customer nameless email', 'refused order ord_0001'],
  )
  await accept.accept(customerEvent('updated', nameless))
  await work()
  assert.ok(!named((await check()).open).some((one) => one.includes('nameless')))
  assert.equal([...crm.state.contacts.all()].filter(({ email }) => email === 'changed@example.com').length, 1)
})
