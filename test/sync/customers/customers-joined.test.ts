// What customers belong to and become: businesses, merged customers, contacts that were deleted. Both systems are simulated.

import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { customersBackTemplate } from '../../../server/workflows/templates/customers-back.ts'
import { invoicesTemplate } from '../../../server/workflows/templates/invoices.ts'
import { ordersTemplate } from '../../../server/workflows/templates/orders.ts'
import { createRankrWorld } from '../../rankr/rankr-world.ts'
import { createClock, newEvent, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createMortals } from '../die-everywhere.ts'
import {
  createSync,
  customerEvent,
  emptyAll,
  invoiceEvent,
  LOCATION,
  MAYA,
  makeOrderObject,
  orderEvent,
} from '../kit.ts'

const db = await openDatabase(after)

const meet = async (t: TestContext, facts: Record<string, unknown> = {}) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken, companyToken } = await startCrm(t, { now: clock.now, limits: { burst: 100_000 } })
  const world = await createRankrWorld(t, { locationId: LOCATION })
  const token = await locationToken()
  const node = (fault: (point: string) => void | Promise<void> = () => {}, id?: string) => {
    const sync = createSync({
      db,
      clock,
      crmUrl: url,
      token,
      fault,
      facts,
      targets: { rankr: { execute: world.execute, circuitOf: () => 'rankr:con_1', resting: 'rankr_unreachable' } },
      ...(id ? { drainOver: { nodeId: () => id } } : {}),
    })
    t.after(sync.close)
    return sync
  }
  const sync = node()
  const send = async (...events: Parameters<typeof sync.accept.accept>[0][]) => {
    await Promise.all(events.map((one) => sync.accept.accept(one)))
    for (let tries = 0; (await sync.drainAll()) === 'sleeping' && tries < 10; tries++) clock.advance(5_000)
  }
  const contact = (email: string) =>
    [...crm.state.contacts.all()].find((one) => one.email === email && one.locationId === LOCATION)!
  const business = (name: string) => [...crm.state.businesses.all()].filter((one) => one.name === name)
  const letters = async () => (await sync.deadLetters.list(LOCATION)).map(({ code, detail }) => [code, detail])
  const makeObject = () => makeOrderObject({ url, companyToken })
  return { clock, crm, world, sync, node, send, contact, business, letters, makeObject }
}

const BEN = { id: 'cus_2', email: 'ben@example.com', name: 'Ben Okafor', company: ' okafor  STUDIO', tags: ['vip'] }

test('customers of one company share its business, which is found before it is made, and people may move them', async (t) => {
  const { crm, sync, send, contact, business, letters } = await meet(t)
  await sync.enableCustomers({ business: true, note: false })
  await send(customerEvent('created'), customerEvent('created', BEN))
  assert.deepEqual(await letters(), [])
  const [made, ...more] = [...crm.state.businesses.all()].filter(({ locationId }) => locationId === LOCATION)
  assert.equal(more.length, 0, 'one business for both, whichever came first')
  assert.deepEqual([contact(MAYA.email).businessId, contact(BEN.email).businessId], [made?.id, made?.id])

  const other = crm.state.businesses.put({ ...made!, id: '66f2a4c1d8e9b70012a3b499', name: 'Northwind' })
  crm.state.contacts.put({ ...contact(MAYA.email), businessId: other.id })
  await send(customerEvent('updated', { ...MAYA, name: 'Maya O.' }))
  assert.equal(contact(MAYA.email).businessId, other.id, 'who was moved by hand stays')
  await send(customerEvent('updated', { ...BEN, company: 'northwind' }))
  assert.equal(contact(BEN.email).businessId, other.id, 'found by its name')
  assert.equal(business('northwind').length, 0)

  crm.state.businesses.delete(made!.id)
  await send(customerEvent('created', { ...BEN, id: 'cus_3', email: 'c@example.com', company: 'Okafor Studio' }))
  assert.deepEqual(await letters(), [])
  assert.equal(contact('c@example.com').businessId, business('Okafor Studio')[0]?.id, 'made anew when it was deleted')
})

test('a merged customer is one contact afterwards: nothing lost, nothing deleted, and it has nothing more to say', async (t) => {
  const { crm, world, sync, send, contact, letters, makeObject } = await meet(t, { language: 'es' })
  await makeObject()
  await sync.enableCustomers({ tags: [], note: false, deleteContacts: true })
  const pipeline = [...crm.state.pipelines.all()].find(({ locationId }) => locationId === LOCATION)!
  await sync.enable(ordersTemplate, { pipelineId: pipeline.id })
  await sync.enable(invoicesTemplate)
  await sync.enable(customersBackTemplate, { create: true })
  const withPhone = { ...BEN, phone: '+14155550188' }
  await send(customerEvent('created'), customerEvent('created', withPhone))
  await send(orderEvent('created', { customer_id: 'cus_2' }))
  await send(
    invoiceEvent('created', { customer_id: 'cus_2' }),
    invoiceEvent('created', { invoice_id: 'inv_2', number: 'RK-2', customer_id: 'cus_2', status: 'sent' }),
  )
  const { execute } = sync
  const note = { contactId: contact(BEN.email).id, body: 'Prefers mornings.' }
  await execute({ locationId: LOCATION, actionId: 'crm.notes.create', input: note, priority: 'live' })
  const [field] = [...crm.state.customFields.all()].filter((one) => one.locationId === LOCATION)
  crm.state.contacts.put({
    ...contact(BEN.email),
    city: 'Soria',
    customFields: [{ id: field!.id, value: 'mornings' }],
  })

  await send(customerEvent('updated', { ...BEN, merged_into: 'cus_1' }))
  assert.deepEqual(await letters(), [])
  const [maya, ben] = [contact(MAYA.email), contact(BEN.email)]
  assert.deepEqual(
    [maya.city, maya.firstName, maya.customFields],
    ['Soria', 'Maya', [{ id: field!.id, value: 'mornings' }]],
  )
  assert.ok(maya.tags.includes('vip') && maya.tags.includes('growth'))
  assert.ok(ben.tags.includes('merged in rankr'), 'the other one is still there, and says so')
  const relations = [...crm.state.relations.all()]
  assert.deepEqual(
    relations.map(({ firstRecordId }) => firstRecordId),
    [maya.id],
    'its orders are with the one that stays',
  )
  const notes = [...crm.state.notes.all()].filter(({ body }) =>
    /se fusionó con el cliente cus_1 en Rankr/.test(body ?? ''),
  )
  assert.deepEqual(notes.map(({ contactId }) => contactId).sort(), [maya.id, ben.id].sort())
  const links = await sync.links.byCrmId(LOCATION, 'customer', maya.id)
  assert.deepEqual(
    links.map(({ rankrId }) => rankrId),
    ['cus_1', 'cus_2'],
  )
  const [entry] = await sync.audit.list(LOCATION, { action: 'contact.merged' })
  assert.deepEqual(entry?.details, {
    rankrId: 'cus_2',
    into: 'cus_1',
    from: ben.id,
    fields: ['city', 'customFields'],
    tags: ['vip'],
    moved: { orders: 1, joined: 0, notes: 1, drafts: 1 },
    keptOnFormer: {
      invoices: [(await sync.links.find(LOCATION, 'invoice', 'inv_2'))?.crmId],
      opportunities: [(await sync.links.find(LOCATION, 'order-opportunity', 'ord_1'))?.crmId],
      ...{ notes: 0, joined: 0 },
    },
  })
  // Both were sent at once: which of them was made first is not said.
  const invoices = [...crm.state.invoices.all()]
    .filter(({ invoiceNumber }) => /^RK-/.test(String(invoiceNumber)))
    .sort((one, other) => String(one.invoiceNumber).localeCompare(String(other.invoiceNumber)))
  assert.deepEqual(
    invoices.map(({ invoiceNumber, status, total, contactDetails }) => [
      ...[String(invoiceNumber), status, total],
      contactDetails.id === maya.id ? 'moved' : contactDetails.id === ben.id ? 'kept' : contactDetails.id,
    ]),
    [
      ['RK-1', 'draft', 129.9, 'moved'],
      ['RK-2', 'sent', 129.9, 'kept'],
    ],
  )
  assert.ok(
    [...crm.state.notes.all()].some(
      ({ contactId, body }) =>
        contactId === maya.id && /^Prefers mornings\.\s+Del contacto del cliente cus_2, 2/.test(body),
    ),
  )
  assert.match(
    notes.find(({ contactId }) => contactId === maya.id)!.body,
    /^El cliente cus_2 se fusionó .*\(ben@.*\) queda como está\.\nSe queda en el contacto anterior:\nFacturas enviadas: 1\nOportunidades: 1/,
  )
  for (const [kind, id] of [
    ['invoice', 'inv_2'],
    ['order-opportunity', 'ord_1'],
  ] as const) {
    const { keptOn, keptFor } = (await sync.links.find(LOCATION, kind, id))!.data
    assert.deepEqual([keptOn, keptFor], [ben.id, maya.id], 'so that the check names it')
  }

  const before = structuredClone([...crm.state.counters.all()])
  await send(customerEvent('updated', { ...BEN, merged_into: 'cus_1', plan: 'x' }), customerEvent('updated', BEN))
  await send(customerEvent('deleted', { id: 'cus_2' }))
  assert.equal(contact(MAYA.email)?.firstName, 'Maya', 'what the one that is gone says changes nothing')
  assert.deepEqual([...crm.state.counters.all()], before)
  await send(orderEvent('created', { order_id: 'ord_2', customer_id: 'cus_2' }))
  assert.ok([...crm.state.relations.all()].every(({ firstRecordId }) => firstRecordId === maya.id))

  await send(customerEvent('created', { ...MAYA, id: 'cus_7', email: 'seven@example.com', phone: '+14155550199' }))
  await send(
    customerEvent('updated', { ...MAYA, merged_into: 'cus_7' }),
    customerEvent('updated', { ...BEN, merged_into: 'cus_2' }),
  )
  const seven = await sync.links.byCrmId(LOCATION, 'customer', contact('seven@example.com').id)
  assert.deepEqual(
    seven.map(({ rankrId }) => rankrId),
    ['cus_7', 'cus_1', 'cus_2'],
    'who was merged before goes along, and nobody is merged into itself',
  )

  const customers = world.rankr.workspace.customers.length
  const payload = { type: 'ContactUpdate', ...ben, lastName: 'Changed' }
  await send(
    newEvent({ locationId: LOCATION, source: 'crm', type: 'ContactUpdate', recordKey: `contact:${ben.id}`, payload }),
  )
  assert.equal(
    world.rankr.workspace.customers.length,
    customers,
    'the contact that is left over becomes no customer again',
  )
})

test('a customer that is merged into one that never came gives it its contact', async (t) => {
  const { clock, sync, send, contact } = await meet(t)
  await sync.enableCustomers({ tags: [], note: false })
  await send(customerEvent('created', BEN))
  await sync.accept.accept(customerEvent('updated', { ...BEN, merged_into: 'cus_9' }))
  await sync.drainAll()
  assert.equal(await sync.links.find(LOCATION, 'customer', 'cus_9'), undefined, 'it is waited for')
  for (let tries = 0; tries < 5; tries++) {
    clock.advance(3_600_000)
    await sync.drainAll()
  }
  assert.equal((await sync.links.find(LOCATION, 'customer', 'cus_9'))?.crmId, contact(BEN.email).id)
})

test('a contact that was deleted is told in Rankr as wanted, once, and the customer stays', async (t) => {
  const { crm, world, sync, send, contact, letters } = await meet(t)
  await sync.enableCustomers({ tags: [], note: false })
  await sync.enable(customersBackTemplate, { deleted: 'archive' })
  const ana = () => world.rankr.workspace.customers.find(({ id }) => id === 'cus_1001')!
  await send(customerEvent('created', ana()))
  const { id } = contact('ana.diaz@example.com')
  const gone = () =>
    newEvent({
      locationId: LOCATION,
      source: 'crm',
      type: 'ContactDelete',
      recordKey: `contact:${id}`,
      payload: { type: 'ContactDelete', id },
    })
  crm.state.contacts.delete(id)
  await send(gone())
  await send(gone())
  assert.deepEqual(await letters(), [])
  assert.ok(ana().tags?.includes('contact deleted'))
  assert.equal(ana().archived, true)
  assert.equal(world.rankr.workspace.notes?.length, 1)
  assert.match(world.rankr.workspace.notes?.[0]?.body ?? '', /was deleted in the CRM/)
  await sync.enable(customersBackTemplate, { deleted: 'nothing' })
  await send(customerEvent('updated', { ...ana(), name: 'Ana D.' }))
  const again = contact('ana.diaz@example.com').id
  await send(
    newEvent({
      locationId: LOCATION,
      source: 'crm',
      type: 'ContactDelete',
      recordKey: `contact:${again}`,
      payload: { type: 'ContactDelete', id: again },
    }),
  )
  assert.equal(world.rankr.workspace.notes?.length, 1)
})

test('articles become products once, by their numbers, and part of a refund is no refund of all', async (t) => {
  const { crm, sync, send, letters, makeObject } = await meet(t)
  await makeObject()
  await sync.enableCustomers({ tags: [], note: false })
  await sync.enable(ordersTemplate, { products: true })
  await send(customerEvent('created'))
  const items = [
    { name: 'Growth plan', sku: 'growth', quantity: 2, price: 100 },
    { name: 'Set-up', sku: 'setup', quantity: 1, price: 59.8 },
    { name: 'Without a number', quantity: 1, price: 0 },
  ]
  await send(
    orderEvent('created', { line_items: items }),
    orderEvent('created', { order_id: 'ord_2', line_items: items.slice(0, 1) }),
  )
  assert.deepEqual(await letters(), [])
  const products = [...crm.state.products.all()].filter(({ locationId }) => locationId === LOCATION)
  assert.deepEqual(products.map(({ name }) => name).sort(), ['Growth plan', 'Set-up'])
  assert.deepEqual([...crm.state.prices.all()].map(({ sku, amount }) => [sku, amount]).sort(), [
    ['growth', 100],
    ['setup', 59.8],
  ])
  // What another order says of an article changes no product that is there, and a price is what the currency has.
  const odd = [
    { name: 'Growth plan, renamed', sku: 'growth', quantity: 1, price: 120 },
    { name: 'Report', sku: 'report', quantity: 1, price: 500.4 },
  ]
  await send(orderEvent('created', { order_id: 'ord_3', line_items: odd, total: 620, currency: 'JPY' }))
  assert.deepEqual([...crm.state.prices.all()].map(({ sku, amount, currency }) => [sku, amount, currency]).sort(), [
    ['growth', 100, 'USD'],
    ['report', 500, 'JPY'],
    ['setup', 59.8, 'USD'],
  ])
  const record = () => [...crm.state.records.all()].find(({ properties }) => properties.order_id === 'ord_1')!
  const growth = products.find(({ name }) => name === 'Growth plan')?.id
  assert.equal(JSON.parse(String(record().properties.items_json))[0].product_id, growth)

  await send(orderEvent('refunded', { line_items: items, status: 'refunded', refunded_total: 59.8 }))
  assert.deepEqual([record().properties.status, record().properties.refunded_total], ['partially_refunded', 59.8])
  await send(orderEvent('updated', { line_items: items, status: 'refunded', refunded_total: 60 }))
  assert.deepEqual([record().properties.status, record().properties.refunded_total], ['partially_refunded', 60])
  await send(orderEvent('refunded', { line_items: items, status: 'refunded' }))
  assert.deepEqual([record().properties.status, record().properties.refunded_total], ['refunded', 259.8])
  assert.equal([...crm.state.products.all()].length, products.length + 1)
})

test('wherever a process dies there is one business, one product with its price, and one note of each', async (t) => {
  const { clock, crm, node, contact, business, letters, makeObject } = await meet(t)
  await makeObject()
  const { survivor, dieAt } = createMortals({ node, clock })
  await survivor.enableCustomers({ business: true, tags: [], note: false })
  await survivor.enable(ordersTemplate, { products: true })
  const { accept } = survivor.accept
  /** Each event meets a death at each of its moments; `count` tells what has become of it then. */
  const dieEverywhere = async (
    make: (n: string) => Promise<unknown>,
    count: (n: string) => unknown[],
    prefix: string,
  ) => {
    for (let at = 0; ; at++) {
      const name = `${prefix}${at}`
      await make(name)
      const passed = await dieAt(at)
      assert.deepEqual(count(name), count('').fill(1), `${prefix}, ${passed[at]}`)
      if (passed.length <= at) return at
    }
  }
  const customer = (id: string, more = {}) =>
    customerEvent('created', { id, email: `${id}@example.com`, name: 'Dee', company: `Firm ${id}`, ...more })
  const businesses = await dieEverywhere(
    (n) => accept(customer(n)),
    (n) => [business(`Firm ${n}`).length],
    'b',
  )
  const line = (n: string) => ({ name: `Article ${n}`, sku: `sku-${n}`, quantity: 1, price: 5 })
  const products = await dieEverywhere(
    (n) => accept(orderEvent('created', { order_id: n, customer_id: 'b0', line_items: [line(n)] })),
    (n) => [
      [...crm.state.products.all()].filter(({ name }) => name === `Article ${n}`).length,
      [...crm.state.prices.all()].filter(({ sku }) => sku === `sku-${n}`).length,
    ],
    'p',
  )
  const merges = await dieEverywhere(
    async (n) => {
      await accept(customer(n))
      await accept(customer(`${n}x`, { tags: ['b'] }))
      await survivor.drainAll()
      const input = { contactId: contact(`${n}x@example.com`).id, body: `Likes ${n}.` }
      await survivor.execute({ locationId: LOCATION, actionId: 'crm.notes.create', input, priority: 'live' })
      await accept(customerEvent('updated', { id: `${n}x`, merged_into: n }))
    },
    (n) => {
      const notes = [...crm.state.notes.all()].filter(({ body }) => body?.includes(`merged into customer ${n} in`))
      const isTaken = contact(`${n}@example.com`)?.tags.includes('b')
      const copies = [...crm.state.notes.all()].filter(
        ({ body, contactId }) => body?.includes(`Likes ${n}.`) && contactId === contact(`${n}@example.com`)?.id,
      )
      return [notes.length / 2, Number(isTaken), copies.length]
    },
    'm',
  )
  assert.ok(Math.min(businesses, products, merges) >= 3, `${businesses}, ${products}, ${merges} moments`)
  assert.deepEqual(await letters(), [])
})
