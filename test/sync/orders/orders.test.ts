import assert from 'node:assert/strict'
import test, { after, type TestContext } from 'node:test'
import { AppError } from '../../../server/errors.ts'
import { createMoveOrders } from '../../../server/sync/orders/move-orders.ts'
import { createPrepareOrders, ORDER_OBJECT } from '../../../server/sync/orders/order-object.ts'
import { ordersTemplate } from '../../../server/workflows/templates/orders.ts'
import { createClock, openDatabase } from '../../relay/kit.ts'
import { startCrm } from '../../sandbox/crm/harness.ts'
import { createSync, customerEvent, emptyAll, LOCATION, makeOrderObject, orderEvent } from '../kit.ts'

const db = await openDatabase(after)

type Setting = { options?: Record<string, unknown>; hasObject?: boolean; facts?: Record<string, unknown> }

const setUp = async (t: TestContext, { options = {}, hasObject = true, facts = {} }: Setting = {}) => {
  await emptyAll(db)
  const clock = createClock()
  const { crm, url, locationToken, companyToken } = await startCrm(t, { now: clock.now, limits: { burst: 100_000 } })
  const makeObject = () => makeOrderObject({ url, companyToken })
  if (hasObject) await makeObject()
  const sync = createSync({ db, crmUrl: url, token: await locationToken(), clock, facts })
  t.after(sync.close)
  await sync.enableCustomers({ tags: [], note: false })
  await sync.enable(ordersTemplate, options)
  const send = async (...event: Parameters<typeof orderEvent>) => {
    await sync.accept.accept(orderEvent(...event))
    return await sync.drainAll()
  }
  const customer = async () => {
    await sync.accept.accept(customerEvent('created'))
    await sync.drainAll()
  }
  const orders = () => [...crm.state.records.all()].filter(({ objectKey }) => objectKey === ORDER_OBJECT)
  const relations = () => [...crm.state.relations.all()]
  const letters = async () => (await sync.deadLetters.list(LOCATION)).map(({ code, stepId }) => [code, stepId])
  return { ...sync, crm, clock, send, customer, orders, relations, letters, makeObject }
}

test('an order becomes a record with its fields, joined to the contact of its customer, and all of it is on record', async (t) => {
  const { send, customer, orders, relations, links, letters, audit, crm } = await setUp(t)
  await customer()
  assert.equal(await send('created'), 'idle')
  assert.deepEqual(await letters(), [])
  const [record, ...others] = orders()
  assert.equal(others.length, 0)
  assert.equal(record?.properties.number, 'ord_1')
  assert.equal(record?.properties.status, 'paid')
  assert.equal(record?.properties.total, 259.8)
  assert.equal(record?.properties.currency, 'USD')
  assert.equal(record?.properties.placed_on, '2026-11-20')
  assert.match(String(record?.properties.items), /^2 × Growth plan \(growth\) at \$129\.90$/)
  const [relation, ...more] = relations()
  assert.equal(more.length, 0)
  assert.equal(relation?.secondRecordId, record?.id)
  assert.equal(crm.state.contacts.get(relation!.firstRecordId)?.email, 'maya@example.com')
  assert.equal((await links.find(LOCATION, 'order', 'ord_1'))?.crmId, record?.id)
  const [entry] = await audit.list(LOCATION)
  assert.deepEqual(
    [entry?.action, entry?.subjectType, entry?.subjectId, entry?.actorName],
    ['order.created', 'order', record?.id, 'Orders become records'],
  )
})

test('a changed order changes its record; a cancelled and a refunded one say so, whatever the record says', async (t) => {
  const { send, customer, orders, relations } = await setUp(t)
  await customer()
  await send('created', { status: 'pending' })
  await send('updated', { total: 300 })
  assert.equal(orders()[0]?.properties.total, 300)
  await send('cancelled')
  assert.equal(orders()[0]?.properties.status, 'cancelled')
  await send('refunded')
  assert.equal(orders()[0]?.properties.status, 'refunded')
  assert.equal(orders().length, 1)
  assert.equal(relations().length, 1)
})

test('the same order again makes no call', async (t) => {
  const { send, customer, crm } = await setUp(t)
  await customer()
  await send('created')
  crm.control.clearCalls()
  await send('updated')
  assert.deepEqual(crm.control.calls(), [])
})

test('an order of another customer moves to that one', async (t) => {
  const { send, customer, accept, drainAll, relations, crm } = await setUp(t)
  await customer()
  await accept.accept(customerEvent('created', { id: 'cus_2', email: 'noor@example.com', phone: '+14155550133' }))
  await drainAll()
  await send('created')
  await send('updated', { customer_id: 'cus_2' })
  assert.deepEqual(
    relations().map(({ firstRecordId }) => crm.state.contacts.get(firstRecordId)?.email),
    ['noor@example.com'],
  )
})

test('an order before its customer waits for it, then goes to the contact', async (t) => {
  const { send, customer, orders, relations, clock, drainAll } = await setUp(t)
  assert.equal(await send('created'), 'sleeping')
  assert.equal(orders().length, 0)
  await customer()
  clock.advance(60_000)
  await drainAll()
  assert.equal(orders().length, 1)
  assert.equal(relations().length, 1)
})

test('when the customer does not come, the contact is made from what the order knows', async (t) => {
  const { send, orders, relations, crm, clock, drainAll } = await setUp(t)
  await send('created', { customer_email: 'ines@example.com', customer_name: 'Ines Roy' })
  for (let tries = 0; tries < 6; tries++) {
    clock.advance(10 * 60_000)
    await drainAll()
  }
  assert.equal(orders().length, 1)
  assert.equal(crm.state.contacts.get(relations()[0]!.firstRecordId)?.email, 'ines@example.com')
})

const HINTS = { customer_email: 'maya@example.com', customer_name: 'Maya' }

for (const [name, { isLost }] of [
  ['whose order came first and has made its contact', { isLost: false }],
  ['whose contact was made in a call that was lost, and found by an order', { isLost: true }],
] as const) {
  test(`a customer ${name} is a new contact all the same, noted once`, async (t) => {
    const { send, customer, crm, clock, drainAll, links, enableCustomers } = await setUp(t, {
      options: { waitMinutes: 0 },
    })
    await enableCustomers({ tags: [], note: true })
    const notes = () => [...crm.state.notes.all()].filter(({ body }) => /^Customer cus_1/.test(String(body)))
    if (isLost) {
      crm.control.failNext({ path: '/contacts/upsert', kind: 'lost' })
      await customer()
    }
    await send('created', HINTS)
    const link = await links.find(LOCATION, 'customer', 'cus_1')
    assert.equal(link?.data.standsIn, isLost ? 'found' : 'made')
    assert.equal(notes().length, 0)
    if (!isLost) await customer()
    clock.advance(60_000)
    await drainAll()
    assert.deepEqual(
      notes().map(({ contactId }) => contactId),
      [link?.crmId],
    )
    assert.equal((await links.find(LOCATION, 'customer', 'cus_1'))?.data.standsIn, null)
    // Another event of the customer is a change like any other.
    await customer()
    assert.equal(notes().length, 1)
  })
}

test('when nothing is known of the customer, the failure names who is missing', async (t) => {
  const { send, deadLetters, clock, drainAll } = await setUp(t)
  await send('created')
  for (let tries = 0; tries < 6; tries++) {
    clock.advance(10 * 60_000)
    await drainAll()
  }
  const [letter] = await deadLetters.list(LOCATION)
  assert.equal(letter?.code, 'customer_missing')
  assert.match(letter?.detail ?? '', /cus_1/)
})

test('fields and the association are added to an object that a person made', async (t) => {
  const { send, customer, crm } = await setUp(t)
  await customer()
  await send('created')
  const keys = [...crm.state.objectFields.all()]
    .filter(({ objectKey }) => objectKey === ORDER_OBJECT)
    .map(({ fieldKey }) => fieldKey.slice(ORDER_OBJECT.length + 1))
  assert.deepEqual(keys.sort(), [
    'currency',
    'customer_id',
    'items',
    'items_json',
    'number',
    'order_id',
    'placed_on',
    'refunded_total',
    'status',
    'total',
  ])
  assert.deepEqual(
    [...crm.state.associations.all()].map(({ key }) => key),
    ['contact_rankr_orders'],
  )
})

test('with a token of the company the object is made, once however many ask', async (t) => {
  const { execute, crm, makeObject } = await setUp(t, { hasObject: false })
  let asked = 0
  const prepare = createPrepareOrders({
    async call(locationId, actionId, input) {
      if (actionId !== 'crm.objects.create') {
        return (await execute({ locationId, actionId, input, priority: 'live' })).output
      }
      asked += 1
      if (asked > 1) throw new AppError('crm_rejected')
      return await makeObject()
    },
    hasCompany: async () => true,
    inWords: async (_id, text) => text,
  })
  const [first, second] = await Promise.all([prepare(LOCATION), prepare(LOCATION)])
  assert.equal(first?.primaryKey, 'number')
  const place = await prepare(LOCATION)
  assert.ok(second === undefined || second.associationId === place?.associationId)
  assert.equal([...crm.state.objects.all()].filter(({ key }) => key === ORDER_OBJECT).length, 1)
  assert.equal([...crm.state.associations.all()].length, 1)
  const keys = [...crm.state.objectFields.all()].map(({ fieldKey }) => fieldKey)
  assert.equal(new Set(keys).size, keys.length)
})

test('without a place orders are notes in the account’s language, changed with the order, and move over when the place is there', async (t) => {
  const { send, customer, orders, relations, crm, links, prepareOrders, accept, drain, clock, makeObject } =
    await setUp(t, { hasObject: false, facts: { language: 'es' } })
  await customer()
  await send('created', { status: 'pending' })
  await send('updated', { status: 'paid' })
  const notes = () => [...crm.state.notes.all()].filter(({ body }) => body.includes('ord_1'))
  assert.equal(notes().length, 1)
  assert.match(notes()[0]!.body, /^Pedido ord_1: .*, paid\nRealizado el \d{4}-/)
  assert.equal(notes()[0]!.title, 'Pedido ord_1')
  assert.equal(await links.countPending(LOCATION, 'order'), 1)
  assert.deepEqual(await links.tenantsWithPending('order'), [LOCATION])

  const mover = createMoveOrders({ links, home: prepareOrders, accept: accept.accept, now: clock.now })
  assert.equal(await mover.move(LOCATION), 0)
  await makeObject()
  assert.equal(await mover.move(LOCATION), 1)
  assert.equal(await mover.move(LOCATION), 1)
  await drain.drain({ locationId: LOCATION, lane: 'bulk' })
  assert.equal(orders().length, 1)
  assert.equal(orders()[0]?.properties.status, 'paid')
  assert.equal(relations().length, 1)
  assert.equal(notes().length, 0)
  const made = [...crm.state.objectFields.all()].map(({ name }) => name)
  for (const name of ['Pedido en Rankr', 'Estado', 'Realizado el']) assert.ok(made.includes(name), name)
  const [association] = [...crm.state.associations.all()]
  assert.deepEqual([association?.firstObjectLabel, association?.secondObjectLabel], ['Cliente', 'Pedido'])
  assert.equal(await links.countPending(LOCATION, 'order'), 0)
})

test('a change that comes before what waits is moved is not undone by the move', async (t) => {
  const { send, customer, orders, links, prepareOrders, accept, drain, clock, makeObject } = await setUp(t, {
    hasObject: false,
  })
  await customer()
  await send('created', { status: 'pending' })
  await makeObject()
  const mover = createMoveOrders({ links, home: prepareOrders, accept: accept.accept, now: clock.now })
  assert.equal(await mover.move(LOCATION), 1)
  await send('refunded')
  await drain.drain({ locationId: LOCATION, lane: 'bulk' })
  assert.deepEqual(
    orders().map(({ properties }) => properties.status),
    ['refunded'],
  )
})

test('an order that nobody remembers is found by its id, not by its number', async (t) => {
  const { send, customer, orders, relations, crm } = await setUp(t)
  await customer()
  await send('created', { number: 'A-1' })
  await send('created', { number: 'A-1', order_id: 'ord_2' })
  assert.equal(orders().length, 2)
  await db.pool.query(`delete from links where kind = 'order'`)
  // More than a page of numbers that hold this one, all of them later.
  const [pattern] = orders()
  for (let n = 0; n < 120; n++) {
    const createdAt = new Date(Date.parse(pattern!.createdAt) + 60_000).toISOString()
    const properties = { ...pattern!.properties, number: `A-1${n}`, order_id: `other_${n}` }
    crm.state.change(() => crm.state.records.put({ ...pattern!, id: `rec_${n}`, createdAt, properties }))
  }
  await send('updated', { number: 'A-1', status: 'shipped' })
  await send('updated', { number: 'A-1', order_id: 'ord_2', status: 'pending' })
  assert.deepEqual(
    orders()
      .filter(({ properties }) => properties.number === 'A-1')
      .map(({ properties }) => [properties.order_id, properties.status])
      .sort(),
    [
      ['ord_1', 'shipped'],
      ['ord_2', 'pending'],
    ],
  )
  assert.equal(relations().length, 2)
})

test('when its record was deleted an order gets a new one; when the object was, it waits as a note', async (t) => {
  const { send, customer, crm, orders, relations, links } = await setUp(t)
  await customer()
  await send('created')
  crm.control.person.deleteRecord(orders()[0]!.id)
  await send('updated', { status: 'shipped' })
  assert.deepEqual(
    orders().map(({ properties }) => properties.status),
    ['shipped'],
  )
  assert.equal(relations().length, 1)
  crm.state.change(() => {
    for (const { id, key } of crm.state.objects.all()) if (key === ORDER_OBJECT) crm.state.objects.delete(id)
  })
  await send('updated', { status: 'refunded' })
  assert.equal((await links.find(LOCATION, 'order', 'ord_1'))?.state, 'pending')
  assert.equal([...crm.state.notes.all()].filter(({ body }) => body.includes('refunded')).length, 1)
})

test('an opportunity follows the order in the chosen pipeline, and is never doubled', async (t) => {
  const { send, customer, crm, enable } = await setUp(t)
  const pipeline = [...crm.state.pipelines.all()].find(({ locationId }) => locationId === LOCATION)
  await enable(ordersTemplate, { pipelineId: pipeline!.id })
  await customer()
  await send('created', { status: 'pending' })
  const mine = () => [...crm.state.opportunities.all()].filter(({ name }) => name === 'Order ord_1')
  assert.deepEqual(
    mine().map(({ status, monetaryValue }) => [status, monetaryValue]),
    [['open', 259.8]],
  )
  await send('updated', { total: 300 })
  await send('refunded', { total: 300 })
  assert.deepEqual(
    mine().map(({ status, monetaryValue }) => [status, monetaryValue]),
    [['lost', 300]],
  )
})

test('an opportunity stays where people move it, but for the stages chosen for what the order becomes', async (t) => {
  const { send, customer, crm, enable } = await setUp(t, { facts: { language: 'es' } })
  const own = [...crm.state.pipelines.all()].filter(({ locationId }) => locationId === LOCATION)
  const [pipeline, other] = [own[0]!, own[1]!]
  const [first, second, third] = pipeline.stages.map(({ id }) => id)
  const options = { pipelineId: pipeline.id, stageId: second!, wonStageId: third! }
  await enable(ordersTemplate, options)
  await customer()
  const mine = () => [...crm.state.opportunities.all()].find(({ name }) => name === 'Pedido ord_1')!
  const stands = () => [mine().pipelineId, mine().pipelineStageId]
  await send('created', { status: 'pending' })
  assert.deepEqual(stands(), [pipeline.id, second])
  crm.state.opportunities.put({ ...mine(), pipelineStageId: first! })
  await send('updated', { status: 'pending', total: 300 })
  assert.deepEqual([...stands(), mine().monetaryValue], [pipeline.id, first, 300])
  await send('updated', { status: 'paid', total: 300 })
  assert.deepEqual([...stands(), mine().status], [pipeline.id, third, 'won'])
  crm.state.opportunities.put({ ...mine(), pipelineStageId: first! })
  await send('updated', { status: 'fulfilled', total: 310 })
  await send('refunded', { status: 'refunded', total: 310 })
  assert.deepEqual([...stands(), mine().status], [pipeline.id, first, 'lost'])
  await enable(ordersTemplate, { pipelineId: other.id })
  await send('refunded', { status: 'refunded', total: 320 })
  assert.equal(mine().pipelineId, other.id)
})

test('where a contact may have but one opportunity, a second order takes that one over', async (t) => {
  const { send, customer, crm, enable, orders, letters } = await setUp(t)
  const pipeline = [...crm.state.pipelines.all()].find(({ locationId }) => locationId === LOCATION)
  await enable(ordersTemplate, { pipelineId: pipeline!.id })
  await customer()
  await send('created', { status: 'pending' })
  await send('created', { order_id: 'ord_2', status: 'pending', total: 40 })
  assert.equal(orders().length, 2)
  assert.deepEqual(
    [...crm.state.opportunities.all()]
      .filter(({ name }) => name.startsWith('Order '))
      .map(({ name, monetaryValue }) => [name, monetaryValue]),
    [['Order ord_1', 40]],
  )
  assert.deepEqual(await letters(), [])
})
