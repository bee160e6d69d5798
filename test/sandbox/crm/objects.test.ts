import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { startCrm } from './harness.ts'

const locationId = SEED.locations.dental
const contactId = 'MayaChen000000000000'
const KEY = 'custom_objects.rankr_orders'

const schema = {
  labels: { singular: 'Order', plural: 'Orders' },
  key: KEY,
  locationId,
  primaryDisplayPropertyDetails: { key: `${KEY}.number`, name: 'Number', dataType: 'TEXT' },
}

/** A location with the object and a few fields. */
const start = async (t: TestContext, options: Parameters<typeof startCrm>[1] = {}) => {
  const crm = await startCrm(t, options)
  const company = await crm.companyToken()
  const token = await crm.locationToken()
  const as = (method: string, path: string, body?: unknown, bearer = token) =>
    crm.call(method, path, { token: bearer, ...(body !== undefined && { body }) })
  const made = await as('POST', '/objects/', schema, company)
  const field = (name: string, dataType: string, rest: object = {}) =>
    as('POST', '/custom-fields/', {
      ...{ locationId, name, dataType, objectKey: KEY, fieldKey: `${KEY}.${name}` },
      ...{ parentId: made.body.object.id, showInForms: true, ...rest },
    })
  const options2 = {
    options: [
      { key: 'open', label: 'Open' },
      { key: 'paid', label: 'Paid' },
    ],
  }
  await field('total', 'MONETORY')
  await field('status', 'SINGLE_OPTIONS', options2)
  await field('flags', 'MULTIPLE_OPTIONS', options2)
  await field('quantity', 'NUMERICAL')
  const create = (properties: object, rest: object = {}) =>
    as('POST', `/objects/${KEY}/records`, { locationId, properties, ...rest })
  return { ...crm, company, as, field, made, create }
}

test("creating an object needs the company's token; a location sees it afterwards", async (t) => {
  const { as, made, company } = await start(t)
  assert.equal(made.status, 201)
  assert.equal(made.body.object.primaryDisplayProperty, `${KEY}.number`)
  const refused = await as('POST', '/objects/', { ...schema, key: 'custom_objects.other' })
  assert.equal(refused.status, 401)
  assert.match(refused.body.message, /authClass type is not allowed/)
  assert.equal((await as('POST', '/objects/', schema, company)).status, 400)
  assert.equal((await as('POST', '/objects/', { ...schema, key: 'custom_objects.Bad-Key' }, company)).status, 422)
  const { objects } = (await as('GET', `/objects/?locationId=${locationId}`)).body
  assert.deepEqual(
    objects.map(({ key }: { key: string }) => key),
    ['contact', 'opportunity', 'business', KEY],
  )
  const one = (await as('GET', `/objects/${KEY}?locationId=${locationId}&fetchProperties=true`)).body
  assert.equal(one.fields.length, 5)
  assert.equal((await as('GET', `/objects/custom_objects.none?locationId=${locationId}`)).status, 404)
})

test('a foreign location is refused with 401 on this side of the platform', async (t) => {
  const { as } = await start(t)
  const answer = await as('GET', `/objects/?locationId=${SEED.locations.legal}`)
  assert.equal(answer.status, 401)
  assert.equal(answer.body.message, 'This location is not accessible from this token.')
})

test('a field needs its parent, a known type and a key of its own', async (t) => {
  const { as, field } = await start(t)
  const refused = async (name: string, dataType: string, rest: object) => (await field(name, dataType, rest)).status
  assert.equal(await refused('a', 'TEXT', { parentId: undefined }), 422)
  assert.equal(await refused('a', 'MONETARY', {}), 422)
  assert.equal(await refused('a', 'TEXT', { fieldKey: 'custom_object.rankr_orders.a' }), 422)
  assert.equal(await refused('a', 'RADIO', {}), 422)
  assert.equal(await refused('total', 'TEXT', {}), 400)
  const folder = await as('POST', '/custom-fields/folder', { objectKey: KEY, name: 'Money', locationId })
  assert.equal(folder.status, 201)
  assert.equal(await refused('inside', 'TEXT', { parentId: folder.body.id }), 201)
  const { fields, folders } = (await as('GET', `/custom-fields/object-key/${KEY}?locationId=${locationId}`)).body
  assert.deepEqual([fields.length, folders.length], [6, 1])
})

test('records are checked against the fields, with money in the currency of the location and options by key', async (t) => {
  const { create } = await start(t)
  const good = {
    number: '1001',
    total: { currency: 'default', value: 120.5 },
    status: 'open',
    flags: ['paid'],
    quantity: 2,
  }
  const made = await create(good, { owner: [SEED.users.admin] })
  assert.equal(made.status, 201)
  assert.deepEqual(made.body.record.properties, good)
  assert.equal(made.body.record.lastUpdatedBy.source, 'INTEGRATION')
  for (const [bad, text] of [
    [{ total: 120.5 }, /properties\.total/],
    [{ total: { currency: 'USD', value: 1 } }, /properties\.total/],
    [{ status: 'Open' }, /option key/],
    [{ quantity: '2' }, /must be a number/],
    [{ colour: 'red' }, /property colour should not exist/],
  ] as const) {
    const answer = await create(bad)
    assert.equal(answer.status, 422)
    assert.match(answer.body.message[0], text)
  }
  assert.equal((await create(good, { owner: ['a', 'b'] })).status, 422)
})

test('an update differs from a create: lists take add and remove, null clears', async (t) => {
  const { as, create, call } = await start(t)
  const { id } = (await create({ number: '1', status: 'open', flags: ['open'] })).body.record
  const path = `/objects/${KEY}/records/${id}?locationId=${locationId}`
  const put = (properties: object) => as('PUT', path, { properties })
  assert.equal((await put({ flags: ['paid'] })).status, 422)
  const changed = await put({ flags: { add: ['paid'], remove: ['open'] }, status: null })
  assert.deepEqual(changed.body.record.properties, { number: '1', flags: ['paid'] })
  assert.equal((await as('PUT', path.split('?')[0]!, { properties: {} })).status, 422, 'the location is required')
  assert.equal((await as('GET', path)).body.record.objectKey, KEY)
  assert.equal((await call('GET', path)).status, 401)
  assert.deepEqual((await as('DELETE', path)).body, { id, success: true })
  assert.equal((await as('GET', path)).status, 404)
})

test('records are found by property, by field id, by words in searchable properties, in order', async (t) => {
  const { as, create, crm } = await start(t)
  for (const [number, status, quantity] of [
    ['a-1', 'open', 1],
    ['a-2', 'paid', 5],
    ['b-1', 'paid', 9],
  ] as const) {
    await create({ number, status, quantity })
  }
  const search = (rest: object) =>
    as('POST', `/objects/${KEY}/records/search`, { locationId, page: 1, pageLimit: 10, ...rest })
  const numbers = async (rest: object) =>
    (await search(rest)).body.records
      .map(({ properties }: { properties: { number: string } }) => properties.number)
      .sort()
  assert.deepEqual(await numbers({}), ['a-1', 'a-2', 'b-1'])
  const paid = { field: 'properties.status', operator: 'eq', value: 'paid' }
  const many = { field: 'properties.quantity', operator: 'range', value: { gt: 5 } }
  assert.deepEqual(await numbers({ filters: [{ group: 'AND', filters: [paid, many] }] }), ['b-1'])
  const { id } = crm.state.objectFields.first('key', `${locationId} ${KEY}.status`)!
  assert.deepEqual(await numbers({ filters: [{ ...paid, field: `customFields.${id}` }] }), ['a-2', 'b-1'])
  assert.deepEqual(await numbers({ query: 'number:a-' }), ['a-1', 'a-2'])
  assert.deepEqual(await numbers({ query: 'open' }), [], 'status is not searchable')
  const sorted = await search({ sort: [{ field: 'properties.quantity', direction: 'desc' }], pageLimit: 1 })
  assert.equal(sorted.body.records[0].properties.number, 'b-1')
  assert.equal(sorted.body.total, 3)
  assert.equal((await search({ pageSize: 5 })).status, 422)
  assert.equal((await search({ filters: [{ ...paid, field: 'properties.none' }] })).status, 422)
})

test('record searches lag, too', async (t) => {
  const { as, create, clock } = await start(t, { searchLagMs: 3_000 })
  await create({ number: '1' })
  const total = async () =>
    (await as('POST', `/objects/${KEY}/records/search`, { locationId, page: 1, pageLimit: 10 })).body.total
  assert.equal(await total(), 0)
  clock.at += 3_000
  assert.equal(await total(), 1)
})

test('searchable properties must exist', async (t) => {
  const { as } = await start(t)
  const put = (searchableProperties: string[]) => as('PUT', `/objects/${KEY}`, { locationId, searchableProperties })
  assert.equal((await put([`${KEY}.none`])).status, 400)
  assert.equal((await put([`${KEY}.number`, `${KEY}.status`])).status, 200)
})

test('a record is joined to a contact once; the order follows the association', async (t) => {
  const { as, create, crm } = await start(t)
  const { id: recordId } = (await create({ number: '1' })).body.record
  const association = await as('POST', '/associations/', {
    ...{ locationId, key: 'order_contact', firstObjectLabel: 'Customer', firstObjectKey: 'contact' },
    ...{ secondObjectLabel: 'Order', secondObjectKey: KEY },
  })
  assert.equal(association.status, 201)
  const associationId = association.body.id
  const join = (firstRecordId: string, secondRecordId: string) =>
    as('POST', '/associations/relations', { locationId, associationId, firstRecordId, secondRecordId })
  const joined = await join(contactId, recordId)
  assert.equal(joined.status, 201)
  const again = await join(contactId, recordId)
  assert.equal(again.status, 400)
  assert.equal(again.body.message, 'duplicate relation of object Ids for given association')
  assert.equal((await join(recordId, contactId)).status, 400)
  assert.equal(crm.control.writes()['relations.created'], 1)

  const list = `/associations/relations/${contactId}?locationId=${locationId}`
  assert.equal((await as('GET', list)).status, 422, 'skip and limit are required')
  assert.equal((await as('GET', `${list}&skip=0&limit=10`)).body.total, 1)
  const found = await as('POST', `/objects/${KEY}/records/search`, { locationId, page: 1, pageLimit: 10 })
  assert.equal(found.body.records[0].relations[0].recordId, contactId)
  const read = await as('GET', `/objects/${KEY}/records/${recordId}?locationId=${locationId}`)
  assert.deepEqual(read.body.record.relations, [], 'a single read leaves them out')

  const byKey = await as('GET', `/associations/key/order_contact?locationId=${locationId}`)
  assert.equal(byKey.body.id, associationId)
  assert.equal((await as('DELETE', `/associations/${associationId}`)).body.deleted, true)
  assert.equal(crm.state.relations.size, 0, 'relations go with their association')
})

test('a relation can be ended', async (t) => {
  const { as, create, crm } = await start(t)
  const { id: secondRecordId } = (await create({ number: '1' })).body.record
  const { id: associationId } = (
    await as('POST', '/associations/', {
      ...{ locationId, key: 'k', firstObjectLabel: 'C', firstObjectKey: 'contact' },
      ...{ secondObjectLabel: 'O', secondObjectKey: KEY },
    })
  ).body
  const body = { locationId, associationId, firstRecordId: contactId, secondRecordId }
  const { id } = (await as('POST', '/associations/relations', body)).body
  assert.equal((await as('DELETE', `/associations/relations/${id}?locationId=${locationId}`)).status, 200)
  assert.equal(crm.state.relations.size, 0)
})

test('record events carry the object key and the properties as a list', async (t) => {
  const { create, crm, sent } = await start(t)
  await create({ number: '1', quantity: 2 })
  await crm.control.flushWebhooks()
  const event = JSON.parse(sent.find(({ url }) => url.endsWith('/RecordCreate'))!.body)
  assert.equal(event.objectKey, KEY)
  assert.deepEqual(event.properties, [
    { key: 'number', valueString: '1' },
    { key: 'quantity', valueNumber: 2 },
  ])
})
