import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { startCrm } from './harness.ts'

const locationId = SEED.locations.dental
const contactId = 'MayaChen000000000000'

const start = async (t: TestContext) => {
  const crm = await startCrm(t)
  const token = await crm.locationToken()
  const as = (method: string, path: string, body?: unknown, version = '2021-07-28') =>
    crm.call(method, path, { token, version, ...(body !== undefined && { body }) })
  return { ...crm, as }
}

test('pipelines come with their stages in order', async (t) => {
  const { as } = await start(t)
  const { pipelines } = (await as('GET', `/opportunities/pipelines?locationId=${locationId}`)).body
  assert.deepEqual(
    pipelines.map(({ name }: { name: string }) => name),
    ['Sales', 'Orders'],
  )
  assert.deepEqual(
    pipelines[1].stages.map(({ name }: { name: string }) => name),
    ['Placed', 'Paid', 'Fulfilled'],
  )
})

test("a second opportunity of a contact in a pipeline is refused with the first one's id, unless allowed", async (t) => {
  const { as, crm } = await start(t)
  const [sales, orders] = crm.state.pipelines.by('location', locationId)
  const body = { locationId, contactId, pipelineId: sales!.id, name: 'Implant', status: 'open', monetaryValue: 900 }
  const first = await as('POST', '/opportunities/', body)
  assert.equal(first.status, 201)
  assert.equal(first.body.opportunity.pipelineStageId, sales!.stages[0]!.id)
  const refused = await as('POST', '/opportunities/', body)
  assert.equal(refused.status, 400)
  assert.equal(refused.body.code, 'OPPORTUNITY_NO_DUPLICATE')
  assert.equal(refused.body.meta.existingId, first.body.opportunity.id)
  assert.equal((await as('POST', '/opportunities/', { ...body, pipelineId: orders!.id })).status, 201)
  crm.control.changeLocationSettings(locationId, { allowDuplicateOpportunity: true })
  assert.equal((await as('POST', '/opportunities/', body)).status, 201)
  assert.equal(crm.control.writes()['opportunities.created'], 3)
})

test("an opportunity of another location's contact or pipeline is refused", async (t) => {
  const { as, crm } = await start(t)
  const [ours] = crm.state.pipelines.by('location', locationId)
  const [theirs] = crm.state.pipelines.by('location', SEED.locations.legal)
  const [stranger] = crm.state.contacts.by('location', SEED.locations.legal)
  const body = { locationId, contactId, pipelineId: ours!.id, name: 'x', status: 'open' }
  assert.equal((await as('POST', '/opportunities/', { ...body, pipelineId: theirs!.id })).status, 404)
  assert.equal((await as('POST', '/opportunities/', { ...body, contactId: stranger!.id })).status, 404)
  assert.equal((await as('POST', '/opportunities/', { ...body, pipelineStageId: theirs!.stages[0]!.id })).status, 400)
  assert.equal((await as('POST', '/opportunities/', { ...body, status: 'maybe' })).status, 422)
})

test('each change of an opportunity sends its own event together with the general one', async (t) => {
  const { as, crm, webhooks } = await start(t)
  const [sales] = crm.state.pipelines.by('location', locationId)
  const body = { locationId, contactId, pipelineId: sales!.id, name: 'Implant', status: 'open' }
  const { id } = (await as('POST', '/opportunities/', body, 'v3')).body.opportunity
  await as('PUT', `/opportunities/${id}`, { pipelineStageId: sales!.stages[2]!.id, monetaryValue: 10 }, 'v3')
  await as('PUT', `/opportunities/${id}/status`, { status: 'won' })
  await as('PUT', `/opportunities/${id}/status`, { status: 'won' })
  const upserted = await as('POST', '/opportunities/upsert', {
    ...{ id, locationId, pipelineId: sales!.id, name: 'Crown' },
    ...{ followers: [], isRemoveAllFollowers: false, followersActionType: 'add' },
  })
  assert.equal(upserted.body.new, false)
  await as('DELETE', `/opportunities/${id}`)
  assert.equal((await as('GET', `/opportunities/${id}`)).status, 404)
  const counts = []
  for (const name of [
    'Create',
    'StageUpdate',
    'MonetaryValueUpdate',
    'StatusUpdate',
    'AssignedToUpdate',
    'Update',
    'Delete',
  ]) {
    counts.push((await webhooks(`Opportunity${name}`)).length)
  }
  assert.deepEqual(counts, [1, 1, 1, 1, 0, 5, 1])
})

test('opportunities are searched by contact; the query is spelt by version', async (t) => {
  const { as, crm } = await start(t)
  const [sales] = crm.state.pipelines.by('location', locationId)
  await as('POST', '/opportunities/', { locationId, contactId, pipelineId: sales!.id, name: 'Implant', status: 'open' })
  const dated = await as('GET', `/opportunities/search?location_id=${locationId}&contact_id=${contactId}`)
  assert.equal(dated.body.meta.total, 1)
  assert.equal(dated.body.opportunities[0].contact.name, 'Maya Chen')
  const v3 = await as('GET', `/opportunities/search?locationId=${locationId}&contactId=nobody`, undefined, 'v3')
  assert.equal(v3.body.meta.total, 0)
  assert.equal((await as('GET', `/opportunities/search?locationId=${locationId}`)).status, 422)
})

const draft = {
  altId: locationId,
  altType: 'location',
  name: 'Invoice for Maya',
  businessDetails: { name: 'Bright Dental' },
  currency: 'USD',
  items: [
    { name: 'Cleaning', currency: 'USD', amount: 99.9, qty: 2 },
    { name: 'Kit', currency: 'USD', amount: 10, qty: 1, taxes: [{ _id: 't1', name: 'VAT', rate: 10 }] },
  ],
  discount: { type: 'percentage', value: 10 },
  contactDetails: { id: contactId, name: 'Maya Chen', phoneNo: '+12025550150', email: 'maya.chen@example.com' },
  issueDate: '2026-10-05',
  dueDate: '2026-10-19',
  sentTo: { email: ['maya.chen@example.com'] },
  liveMode: false,
}
const ofLocation = { altId: locationId, altType: 'location' }
const asQuery = new URLSearchParams(ofLocation)

test('an invoice goes from draft through sent and partly paid to paid, with totals and events', async (t) => {
  const { as, crm, sent } = await start(t)
  await crm.control.flushWebhooks()
  sent.length = 0
  assert.deepEqual((await as('GET', `/invoices/generate-invoice-number?${asQuery}`)).body, { invoiceNumber: 1 })
  const created = await as('POST', '/invoices/', draft)
  assert.equal(created.status, 200)
  assert.equal(created.body.status, 'draft')
  assert.deepEqual(created.body.totalSummary, { subTotal: 209.8, discount: 20.98, tax: 1 })
  assert.equal(created.body.total, 189.82)
  assert.equal(created.body.invoiceNumber, 1)
  const path = `/invoices/${created.body._id}`
  const send = { ...ofLocation, userId: SEED.users.admin, action: 'send_manually', liveMode: false }
  assert.equal((await as('POST', `${path}/send`, send)).body.invoice.status, 'sent')
  const pay = (amount?: number) =>
    as('POST', `${path}/record-payment`, { ...ofLocation, mode: 'cash', notes: 'paid', ...(amount && { amount }) })
  assert.equal((await pay(500)).status, 400)
  assert.equal((await pay(100)).body.invoice.status, 'partially_paid')
  const paid = (await pay()).body.invoice
  assert.deepEqual([paid.status, paid.amountPaid, paid.amountDue], ['paid', 189.82, 0])
  assert.equal((await pay(1)).status, 400)
  await crm.control.flushWebhooks()
  assert.deepEqual(
    sent.map(({ body }) => JSON.parse(body).status),
    ['draft', 'sent', 'partially_paid', 'paid'],
  )
  assert.equal(crm.control.writes()['invoices.payments'], 2)
})

test('an invoice needs phone and e-mail of the contact, a user to send it, and the whole body to change it', async (t) => {
  const { as } = await start(t)
  const { phoneNo: _, ...withoutPhone } = draft.contactDetails
  const refused = await as('POST', '/invoices/', { ...draft, contactDetails: withoutPhone })
  assert.equal(refused.status, 422)
  assert.ok(refused.body.message.includes('contactDetails.phoneNo should not be empty'))
  assert.equal((await as('POST', '/invoices/', { ...draft, issueDate: '5.10.2026' })).status, 422)
  const { _id } = (await as('POST', '/invoices/', { ...draft, invoiceNumber: 'R-7' })).body
  assert.equal(
    (await as('POST', `/invoices/${_id}/send`, { ...ofLocation, action: 'email', liveMode: false })).status,
    422,
  )
  assert.equal((await as('PUT', `/invoices/${_id}`, { ...ofLocation, name: 'New name' })).status, 422)
  const whole = { name: 'New', currency: 'USD', issueDate: '2026-10-05', dueDate: '2026-10-20', ...ofLocation }
  const invoiceItems = [{ name: 'Cleaning', currency: 'USD', amount: 50, qty: 1 }]
  const changed = await as('PUT', `/invoices/${_id}`, { ...whole, invoiceItems })
  assert.deepEqual([changed.body.name, changed.body.total, changed.body.invoiceNumber], ['New', 45, 'R-7'])
})

test('invoices are listed with limit and offset, read, voided and deleted', async (t) => {
  const { as, crm } = await start(t)
  const { _id } = (await as('POST', '/invoices/', draft)).body
  await as('POST', '/invoices/text2pay', { ...draft, userId: SEED.users.owner, action: 'send' })
  assert.equal((await as('GET', `/invoices/?${asQuery}`)).status, 422, 'limit and offset are required')
  const list = async (query: object) =>
    (await as('GET', `/invoices/?${new URLSearchParams({ ...ofLocation, limit: '10', offset: '0', ...query })}`)).body
      .total
  assert.deepEqual([await list({}), await list({ status: 'sent' }), await list({ contactId: 'nobody' })], [2, 1, 0])
  assert.equal((await as('POST', `/invoices/${_id}/void`, ofLocation)).body.status, 'void')
  assert.equal((await as('POST', `/invoices/${_id}/void`, ofLocation)).status, 400)
  assert.equal((await as('GET', `/invoices/${_id}?${asQuery}`)).body.status, 'void')
  assert.equal((await as('DELETE', `/invoices/${_id}?${asQuery}`)).status, 200)
  assert.equal((await as('GET', `/invoices/${_id}?${asQuery}`)).status, 404)
  assert.equal(crm.control.writes()['invoices.created'], 2)
})

test('products and prices: create, list, read, change, delete', async (t) => {
  const { as, crm, sent } = await start(t)
  const product = await as('POST', '/products/', { locationId, name: 'Kit', productType: 'PHYSICAL' })
  assert.equal(product.status, 201)
  const path = `/products/${product.body._id}`
  const price = { locationId, name: 'Standard', type: 'one_time', currency: 'USD', amount: 19.9 }
  const created = await as('POST', `${path}/price`, price)
  assert.equal(created.status, 201)
  const one = `${path}/price/${created.body._id}`
  assert.equal((await as('PUT', one, { ...price, amount: 25 })).body.amount, 25)
  assert.equal((await as('GET', `${one}?locationId=${locationId}`)).body.product, product.body._id)
  assert.equal((await as('GET', `${path}/price?locationId=${locationId}`)).body.total, 1)
  assert.equal((await as('POST', `${path}/price`, { ...price, type: 'weekly' })).status, 422)
  const listed = (await as('GET', `/products/?locationId=${locationId}&search=kit`)).body
  assert.deepEqual(listed.total, [{ total: 1 }])
  assert.equal((await as('PUT', path, { locationId, name: 'Big kit', productType: 'PHYSICAL' })).body.name, 'Big kit')
  assert.deepEqual((await as('DELETE', `${path}?locationId=${locationId}`)).body, { status: true })
  assert.equal((await as('GET', `${one}?locationId=${locationId}`)).status, 404)
  await crm.control.flushWebhooks()
  const event = sent.map(({ body }) => JSON.parse(body)).find(({ product: of }) => of === product.body._id)
  assert.equal(event.priceType, 'one_time')
  assert.ok(!('type' in event))
})
