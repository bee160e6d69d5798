// Answers of the simulation against the official OpenAPI files, where these are at hand: both generations of each
// operation are called.

import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { startCrm } from './harness.ts'
import { createContract, type Generation, skip } from './official-files.ts'

const locationId = SEED.locations.dental
const contactId = 'MayaChen000000000000'
const ofLocation = { altId: locationId, altType: 'location' }
const query = (fields: Record<string, string>) => `?${new URLSearchParams(fields)}`

/** Makes calls of one generation and checks each answer. */
const createCaller = async (t: TestContext, generation: Generation) => {
  const crm = await startCrm(t, { limits: { burst: 10_000 } })
  const check = createContract()
  const tokens = { Location: await crm.locationToken(), Company: await crm.companyToken() }
  const called = new Set<string>()
  const dated = (file: string) => (['conversations', 'calendars'].includes(file) ? '2021-04-15' : '2021-07-28')

  const at = async (
    file: string,
    operation: string,
    input: { params?: Record<string, string>; search?: string; body?: unknown; kind?: 'Company'; status?: number } = {},
  ) => {
    const [method = '', template = ''] = operation.split(' ')
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(input.params?.[name] ?? ''))
    const answer = await crm.call(method, `${path}${input.search ?? ''}`, {
      token: tokens[input.kind ?? 'Location'],
      version: generation === 'v3' ? 'v3' : dated(file),
      ...(input.body !== undefined && { body: input.body }),
    })
    assert.deepEqual(check(generation, file, operation, answer), [], `${generation} ${operation}`)
    if (input.status) assert.equal(answer.status, input.status)
    else assert.ok(answer.status < 300, `${operation} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    called.add(operation)
    return answer.body
  }
  return { ...crm, at, called }
}

for (const generation of ['v2', 'v3'] as const) {
  test(`${generation}: contacts, notes, tasks and tags answer as declared`, { skip }, async (t) => {
    const { at } = await createCaller(t, generation)
    const { contact } = await at('contacts', 'POST /contacts/', {
      body: { locationId, email: 'c@example.com', name: 'Cee Dee', tags: ['x'], phone: '+12025550188' },
    })
    const params = { contactId: contact.id, businessId: 'b', type: 'add' }
    await at('contacts', 'POST /contacts/upsert', { body: { locationId, email: 'c@example.com', city: 'Rome' } })
    await at('contacts', 'GET /contacts/{contactId}', { params })
    await at('contacts', 'PUT /contacts/{contactId}', { params, body: { dnd: true } })
    await at('contacts', 'POST /contacts/{contactId}/tags', { params, body: { tags: ['y'] } })
    await at('contacts', 'DELETE /contacts/{contactId}/tags', { params, body: { tags: ['y'] } })
    await at('contacts', 'POST /contacts/{contactId}/followers', { params, body: { followers: [SEED.users.user] } })
    await at('contacts', 'DELETE /contacts/{contactId}/followers', { params, body: { followers: [SEED.users.user] } })
    await at('contacts', 'POST /contacts/bulk/tags/update/{type}', {
      params,
      body: { locationId, contacts: [contact.id], tags: ['z'] },
    })
    await at('contacts', 'GET /contacts/business/{businessId}', { params, search: query({ locationId }) })
    const { note } = await at('contacts', 'POST /contacts/{contactId}/notes', { params, body: { body: 'n' } })
    await at('contacts', 'GET /contacts/{contactId}/notes', { params })
    await at('contacts', 'GET /contacts/{contactId}/notes/{id}', { params: { ...params, id: note.id } })
    await at('contacts', 'PUT /contacts/{contactId}/notes/{id}', {
      params: { ...params, id: note.id },
      body: { body: 'm' },
    })
    await at('contacts', 'DELETE /contacts/{contactId}/notes/{id}', { params: { ...params, id: note.id } })
    const body = { title: 't', dueDate: '2026-10-06T09:00:00Z', completed: false }
    const { task } = await at('contacts', 'POST /contacts/{contactId}/tasks', { params, body })
    await at('contacts', 'GET /contacts/{contactId}/tasks', { params })
    await at('contacts', 'PUT /contacts/{contactId}/tasks/{taskId}', {
      params: { ...params, taskId: task.id },
      body: { title: 'u' },
    })
    await at('contacts', 'DELETE /contacts/{contactId}/tasks/{taskId}', { params: { ...params, taskId: task.id } })
    await at('contacts', 'POST /contacts/', { body: { locationId, email: 'c@example.com' }, status: 400 })
    await at('contacts', 'POST /contacts/', { body: { email: 'c@example.com' }, status: 422 })
    await at('contacts', 'DELETE /contacts/{contactId}', { params })
    if (generation === 'v2') await at('contacts', 'GET /contacts/', { search: query({ locationId }) })
  })

  test(`${generation}: locations, people, businesses, workflows and calendars answer as declared`, {
    skip,
  }, async (t) => {
    const { at } = await createCaller(t, generation)
    const params = { locationId, userId: SEED.users.owner }
    await at('locations', 'GET /locations/{locationId}', { params })
    await at('locations', 'GET /locations/search', { search: query({ companyId: SEED.companyId }), kind: 'Company' })
    await at('locations', 'GET /locations/{locationId}/tags', { params })
    const { tag } = await at('locations', 'POST /locations/{locationId}/tags', { params, body: { name: 'new' } })
    await at('locations', 'DELETE /locations/{locationId}/tags/{tagId}', { params: { ...params, tagId: tag.id } })
    await at('locations', 'GET /locations/{locationId}/customFields', { params })
    const { customField } = await at('locations', 'POST /locations/{locationId}/customFields', {
      params,
      body: { name: 'n', dataType: 'TEXT' },
    })
    await at('locations', 'GET /locations/{locationId}/customFields/{id}', {
      params: { ...params, id: customField.id },
    })
    await at('locations', 'POST /locations/{locationId}/tasks/search', { params, body: {} })
    await at('users', 'GET /users/search', { search: query({ companyId: SEED.companyId }) })
    await at('users', 'GET /users/{userId}', { params })
    const { buiseness } = await at('businesses', 'POST /businesses/', { body: { locationId, name: 'B' } })
    const business = { businessId: buiseness.id }
    await at('businesses', 'GET /businesses/', { search: query({ locationId }) })
    await at('businesses', 'GET /businesses/{businessId}', { params: business })
    await at('businesses', 'PUT /businesses/{businessId}', { params: business, body: { city: 'Ulm' } })
    await at('businesses', 'DELETE /businesses/{businessId}', { params: business })
    await at('workflows', 'GET /workflows/', { search: query({ locationId }) })
    await at('calendars', 'GET /calendars/', { search: query({ locationId }) })
  })

  test(`${generation}: calendars and appointments answer as declared`, { skip }, async (t) => {
    const { at } = await createCaller(t, generation)
    const { calendar } = await at('calendars', 'POST /calendars/', {
      body: { locationId, name: 'Visits', teamMembers: [{ userId: SEED.users.user }] },
    })
    const params = { calendarId: calendar.id }
    await at('calendars', 'GET /calendars/{calendarId}', { params })
    await at('calendars', 'PUT /calendars/{calendarId}', { params, body: { slotDuration: 45 } })
    const span = (from: string, until: string) => query({ [from]: '1791763200000', [until]: '1791849600000' })
    await at('calendars', 'GET /calendars/{calendarId}/free-slots', { params, search: span('startDate', 'endDate') })
    const booked = await at('calendars', 'POST /calendars/events/appointments', {
      body: { locationId, calendarId: calendar.id, contactId, startTime: '2026-10-12T09:00:00-05:00' },
    })
    const one = { params: { eventId: booked.id, contactId } }
    await at('calendars', 'GET /calendars/events/appointments/{eventId}', one)
    await at('calendars', 'PUT /calendars/events/appointments/{eventId}', { ...one, body: { title: 'T' } })
    await at('calendars', 'GET /calendars/events', {
      search: `${span('startTime', 'endTime')}&${new URLSearchParams({ locationId, calendarId: calendar.id })}`,
    })
    await at('contacts', 'GET /contacts/{contactId}/appointments', one)
    await at('calendars', 'DELETE /calendars/events/{eventId}', one)
    await at('calendars', 'DELETE /calendars/{calendarId}', { params })
  })

  test(`${generation}: opportunities, invoices and products answer as declared`, { skip }, async (t) => {
    const { at, crm } = await createCaller(t, generation)
    const pipelineId = crm.state.pipelines.by('location', locationId)[0]!.id
    await at('opportunities', 'GET /opportunities/pipelines', { search: query({ locationId }) })
    const opportunity = { locationId, contactId, pipelineId, name: 'O', status: 'open' }
    const made = await at('opportunities', 'POST /opportunities/', { body: opportunity })
    const params = { id: made.opportunity.id }
    await at('opportunities', 'POST /opportunities/', { body: opportunity, status: 400 })
    await at('opportunities', 'GET /opportunities/{id}', { params })
    await at('opportunities', 'PUT /opportunities/{id}', { params, body: { name: 'P' } })
    await at('opportunities', 'PUT /opportunities/{id}/status', { params, body: { status: 'won' } })
    const followers = { params, body: { followers: [SEED.users.user] } }
    await at('opportunities', 'POST /opportunities/{id}/followers', followers)
    await at('opportunities', 'DELETE /opportunities/{id}/followers', followers)
    const search = query(generation === 'v3' ? { locationId } : { location_id: locationId })
    await at('opportunities', 'GET /opportunities/search', { search })
    await at('opportunities', 'DELETE /opportunities/{id}', { params })

    const invoice = await at('invoices', 'POST /invoices/', {
      body: {
        ...{ ...ofLocation, name: 'I', businessDetails: { name: 'B' }, currency: 'USD', liveMode: false },
        items: [{ name: 'A', currency: 'USD', amount: 10, qty: 1 }],
        discount: { type: 'fixed', value: 0 },
        contactDetails: { id: contactId, name: 'Maya', phoneNo: '+12025550150', email: 'maya.chen@example.com' },
        ...{ issueDate: '2026-10-05', sentTo: { email: ['maya.chen@example.com'] } },
      },
    })
    const of = { params: { invoiceId: invoice._id } }
    await at('invoices', 'GET /invoices/', { search: query({ ...ofLocation, limit: '10', offset: '0' }) })
    await at('invoices', 'GET /invoices/{invoiceId}', { ...of, search: query(ofLocation) })
    await at('invoices', 'GET /invoices/generate-invoice-number', { search: query(ofLocation) })
    await at('invoices', 'POST /invoices/{invoiceId}/send', {
      ...of,
      body: { ...ofLocation, userId: SEED.users.owner, action: 'email', liveMode: false },
    })
    const pay = { ...ofLocation, mode: 'cash', notes: 'n', amount: 5 }
    await at('invoices', 'POST /invoices/{invoiceId}/record-payment', { ...of, body: pay })
    await at('invoices', 'POST /invoices/{invoiceId}/void', { ...of, body: ofLocation })
    await at('invoices', 'DELETE /invoices/{invoiceId}', { ...of, search: query(ofLocation) })

    const product = await at('products', 'POST /products/', { body: { locationId, name: 'K', productType: 'SERVICE' } })
    const price = { locationId, name: 'S', type: 'one_time', currency: 'USD', amount: 1 }
    const ids = { productId: product._id }
    const { _id: priceId } = await at('products', 'POST /products/{productId}/price', { params: ids, body: price })
    await at('products', 'GET /products/', { search: query({ locationId }) })
    await at('products', 'GET /products/{productId}', { params: ids, search: query({ locationId }) })
    await at('products', 'GET /products/{productId}/price', { params: ids, search: query({ locationId }) })
    await at('products', 'PUT /products/{productId}/price/{priceId}', { params: { ...ids, priceId }, body: price })
    await at('products', 'DELETE /products/{productId}', { params: ids, search: query({ locationId }) })
  })

  test(`${generation}: objects, associations and conversations answer as declared`, { skip }, async (t) => {
    const { at } = await createCaller(t, generation)
    const key = 'custom_objects.pets'
    const { object } = await at('objects', 'POST /objects/', {
      kind: 'Company',
      body: {
        ...{ labels: { singular: 'Pet', plural: 'Pets' }, key, locationId },
        primaryDisplayPropertyDetails: { key: `${key}.name`, name: 'Name', dataType: 'TEXT' },
      },
    })
    await at('objects', 'GET /objects/', { search: query({ locationId }) })
    await at('objects', 'GET /objects/{key}', {
      params: { key },
      search: query({ locationId, fetchProperties: 'true' }),
    })
    await at('custom-fields', 'POST /custom-fields/', {
      body: {
        ...{ locationId, name: 'Age', dataType: 'NUMERICAL', fieldKey: `${key}.age`, objectKey: key },
        ...{ parentId: object.id, showInForms: true },
      },
    })
    await at('custom-fields', 'GET /custom-fields/object-key/{objectKey}', {
      params: { objectKey: key },
      search: query({ locationId }),
    })
    const schemaKey = key
    const made = await at('objects', 'POST /objects/{schemaKey}/records', {
      params: { schemaKey },
      body: { locationId, properties: { name: 'Rex', age: 3 } },
    })
    const params = { schemaKey, id: made.record.id }
    await at('objects', 'GET /objects/{schemaKey}/records/{id}', { params })
    await at('objects', 'PUT /objects/{schemaKey}/records/{id}', {
      params,
      search: query({ locationId }),
      body: { properties: { age: 4 } },
    })
    await at('objects', 'POST /objects/{schemaKey}/records/search', {
      params,
      body: { locationId, page: 1, pageLimit: 10, query: '', searchAfter: [] },
    })
    const association = await at('associations', 'POST /associations/', {
      body: {
        ...{ locationId, key: 'owner', firstObjectLabel: 'Owner', firstObjectKey: 'contact' },
        ...{ secondObjectLabel: 'Pet', secondObjectKey: key },
      },
    })
    const relation = {
      locationId,
      associationId: association.id,
      firstRecordId: contactId,
      secondRecordId: made.record.id,
    }
    await at('associations', 'POST /associations/relations', { body: relation })
    await at('associations', 'POST /associations/relations', { body: relation, status: 400 })
    const pages = query({ locationId, skip: '0', limit: '10' })
    await at('associations', 'GET /associations/relations/{recordId}', {
      params: { recordId: contactId },
      search: pages,
    })
    await at('associations', 'GET /associations/', { search: pages })
    await at('associations', 'GET /associations/key/{key_name}', {
      params: { key_name: 'owner' },
      search: query({ locationId }),
    })
    await at('associations', 'DELETE /associations/{associationId}', { params: { associationId: association.id } })
    await at('objects', 'DELETE /objects/{schemaKey}/records/{id}', { params })

    const sent = await at('conversations', 'POST /conversations/messages', {
      body: { type: 'SMS', contactId, message: 'Hi' },
    })
    const { conversationId } = sent
    await at('conversations', 'GET /conversations/search', { search: query({ locationId }) })
    await at('conversations', 'GET /conversations/{conversationId}', { params: { conversationId } })
    await at('conversations', 'GET /conversations/{conversationId}/messages', { params: { conversationId } })
    await at('conversations', 'GET /conversations/messages/{id}', { params: { id: sent.messageId } })
    await at('conversations', 'PUT /conversations/messages/{messageId}/status', {
      params: { messageId: sent.messageId },
      body: { status: 'read' },
    })
    await at('conversations', 'PUT /conversations/{conversationId}', {
      params: { conversationId },
      body: { locationId, starred: true, unreadCount: 0 },
    })
    await at('conversations', 'DELETE /conversations/{conversationId}', { params: { conversationId } })
  })

  test(`${generation}: tokens and installations answer as declared`, { skip }, async (t) => {
    const { at, crm, app } = await createCaller(t, generation)
    const appId = 'testapp000000000000000001'
    const search = query({ companyId: SEED.companyId, appId })
    const minting = { body: { companyId: SEED.companyId, locationId }, kind: 'Company' as const }
    const code = crm.control.install({ target: { kind: 'Location', locationId } })
    if (generation === 'v3') {
      const body = { clientId: app.clientId, clientSecret: app.clientSecret, grantType: 'authorization_code', code }
      await at('oauth', 'POST /oauth/token', { body })
      await at('oauth', 'POST /oauth/token', { body, status: 400 })
      await at('oauth', 'POST /oauth/location-token', minting)
      await at('oauth', 'GET /oauth/installed-locations', { search, kind: 'Company' })
      await at('oauth', 'GET /oauth/installed-locations', {
        search: query({ companyId: SEED.companyId, appId: 'x' }),
        kind: 'Company',
        status: 404,
      })
      await at('oauth', 'GET /oauth/installed-locations', { search, status: 401 })
    } else {
      const body = { client_id: app.clientId, client_secret: app.clientSecret, grant_type: 'authorization_code', code }
      await at('oauth', 'POST /oauth/token', { body })
      await at('oauth', 'POST /oauth/token', { body: {}, status: 422 })
      await at('oauth', 'POST /oauth/locationToken', minting)
      await at('oauth', 'GET /oauth/installedLocations', { search, kind: 'Company' })
    }
    await at('marketplace', 'GET /marketplace/app/{appId}/installations', { params: { appId } })
    await at('marketplace', 'DELETE /marketplace/app/{appId}/installations', {
      params: { appId },
      body: { locationId },
    })
  })
}
