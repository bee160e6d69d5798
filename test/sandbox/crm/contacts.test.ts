import assert from 'node:assert/strict'
import test from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { startCrm } from './harness.ts'

const locationId = SEED.locations.dental
const MAYA = 'MayaChen000000000000'

test('an upsert creates once and updates after, by e-mail whatever its case', async (t) => {
  const { crm, call, locationToken } = await startCrm(t)
  const token = await locationToken()
  const post = (body: object) => call('POST', '/contacts/upsert', { token, body: { locationId, ...body } })
  const first = await post({ email: 'Ann@Example.com', name: 'Ann Lee Fox', phone: '(202) 555-0170' })
  assert.equal(first.status, 200)
  assert.equal(first.body.new, true)
  assert.equal(first.body.contact.email, 'ann@example.com')
  assert.equal(first.body.contact.firstName, 'Ann')
  assert.equal(first.body.contact.lastName, 'Lee Fox')
  assert.equal(first.body.contact.phone, '+12025550170')
  const second = await post({ email: 'ANN@example.com', city: 'Paris' })
  assert.equal(second.body.new, false)
  assert.equal(second.body.contact.id, first.body.contact.id)
  assert.equal(second.body.contact.phone, '+12025550170')
  assert.deepEqual([crm.control.writes()['contacts.created'], crm.control.writes()['contacts.updated']], [1, 1])
})

test('an upsert that changes nothing has no effect and no event', async (t) => {
  const { crm, call, locationToken, webhooks } = await startCrm(t)
  const token = await locationToken()
  const { body } = await call('POST', '/contacts/upsert', {
    token,
    body: { locationId, email: 'maya.chen@example.com' },
  })
  assert.equal(body.contact.id, MAYA)
  assert.equal(crm.control.writes()['contacts.updated'], undefined)
  assert.deepEqual(await webhooks('ContactUpdate'), [])
})

test('when e-mail and phone match two contacts, the first by priority is updated and the other value is left alone', async (t) => {
  const { crm, call, locationToken } = await startCrm(t)
  const token = await locationToken()
  const body = { locationId, email: 'maya.chen@example.com', phone: '+12025550151', city: 'Oslo' }
  const byEmail = (await call('POST', '/contacts/upsert', { token, body })).body.contact
  assert.equal(byEmail.id, MAYA)
  assert.equal(byEmail.phone, '+12025550150')
  assert.equal(byEmail.city, 'Oslo')

  crm.control.changeLocationSettings(locationId, {}, ['phone', 'email'])
  const byPhone = (await call('POST', '/contacts/upsert', { token, body })).body.contact
  assert.equal(byPhone.firstName, 'Luis')
  assert.equal(byPhone.email, 'luis.ortega@example.com')
})

test('upsert and PUT overwrite all tags; the tag endpoints add and remove', async (t) => {
  const { call, locationToken, crm } = await startCrm(t)
  const token = await locationToken()
  const tags = async () => (await call('GET', `/contacts/${MAYA}`, { token })).body.contact.tags
  const added = await call('POST', `/contacts/${MAYA}/tags`, { token, body: { tags: ['New Patient', 'vip'] } })
  assert.equal(added.status, 201)
  assert.deepEqual(await tags(), ['customer', 'vip', 'new patient'])
  await call('DELETE', `/contacts/${MAYA}/tags`, { token, body: { tags: ['VIP'] } })
  assert.deepEqual(await tags(), ['customer', 'new patient'])
  await call('POST', '/contacts/upsert', {
    token,
    body: { locationId, email: 'maya.chen@example.com', tags: ['only'] },
  })
  assert.deepEqual(await tags(), ['only'])
  await call('PUT', `/contacts/${MAYA}`, { token, body: { tags: [] } })
  assert.deepEqual(await tags(), [])
  assert.ok(crm.state.tags.first('name', `${locationId} new patient`), 'unknown tags join the list of the location')
})

test('creating a duplicate is refused with the contact it matches, unless the location allows duplicates', async (t) => {
  const { crm, call, locationToken } = await startCrm(t)
  const token = await locationToken()
  const post = (body: object, path = '/contacts/') => call('POST', path, { token, body: { locationId, ...body } })
  const refused = await post({ phone: '+1 202 555 0150' })
  assert.equal(refused.status, 400)
  assert.equal(refused.body.message, 'This location does not allow duplicated contacts.')
  assert.deepEqual(refused.body.meta, { contactId: MAYA, contactName: 'Maya Chen', matchingField: 'phone' })

  const forced = { email: 'maya.chen@example.com', createNewIfDuplicateAllowed: true }
  assert.equal((await post(forced, '/contacts/upsert')).body.new, false)
  crm.control.changeLocationSettings(locationId, { allowDuplicateContact: true })
  assert.equal((await post({ phone: '+12025550150' })).status, 201)
  assert.equal((await post(forced, '/contacts/upsert')).body.new, true)
})

test("a contact is read, changed, cleared and deleted by its id; another contact's e-mail is refused", async (t) => {
  const { call, locationToken, crm } = await startCrm(t)
  const token = await locationToken()
  const put = (body: object, version = '2021-07-28') => call('PUT', `/contacts/${MAYA}`, { token, version, body })
  const changed = await put({ lastName: null, city: 'Rome' })
  assert.equal(changed.body.succeded, true)
  assert.equal(changed.body.contact.city, 'Rome')
  assert.ok(!('lastName' in changed.body.contact))
  assert.equal((await put({ city: 'Rome' }, 'v3')).body.succeeded, true)
  assert.equal((await put({ email: 'luis.ortega@example.com' })).status, 400)
  assert.equal((await put({ companyName: 'X' })).status, 422, 'not in the update body of the platform')
  assert.deepEqual((await call('DELETE', `/contacts/${MAYA}`, { token })).body, { succeded: true })
  assert.equal((await call('GET', `/contacts/${MAYA}`, { token })).status, 404)
  assert.equal(crm.control.writes()['contacts.deleted'], 1)
})

test('custom fields are written by id or key and read by id; v3 adds a second spelling', async (t) => {
  const { call, locationToken, crm } = await startCrm(t)
  const token = await locationToken()
  const field = crm.state.customFields.first('key', `${locationId} contact.preferred_time`)!
  const put = (customFields: object[], version = '2021-07-28') =>
    call('PUT', `/contacts/${MAYA}`, { token, version, body: { customFields } })
  const byKey = await put([{ key: 'preferred_time', field_value: 'mornings' }])
  assert.deepEqual(byKey.body.contact.customFields, [{ id: field.id, value: 'mornings' }])
  const byId = await put([{ id: field.id, fieldValue: 'evenings' }], 'v3')
  assert.deepEqual(byId.body.contact.customFields, [{ id: field.id, value: 'evenings' }])
  assert.equal((await put([{ id: field.id, fieldValue: 'x' }])).status, 422)
})

test('DND channels are spelt by version', async (t) => {
  const { call, locationToken, webhooks } = await startCrm(t)
  const token = await locationToken()
  const body = { dndSettings: { sms: { status: 'active' } } }
  const v3 = await call('PUT', `/contacts/${MAYA}`, { token, version: 'v3', body })
  assert.deepEqual(v3.body.contact.dndSettings, { sms: { status: 'active' } })
  assert.equal((await call('PUT', `/contacts/${MAYA}`, { token, body })).status, 422)
  const dated = await call('GET', `/contacts/${MAYA}`, { token })
  assert.deepEqual(dated.body.contact.dndSettings, { SMS: { status: 'active' } })
  assert.equal((await webhooks('ContactDndUpdate')).length, 1)
})

test('the duplicate look-up follows the order of the location', async (t) => {
  const { call, locationToken } = await startCrm(t)
  const token = await locationToken()
  const find = async (query: Record<string, string>) =>
    (await call('GET', `/contacts/search/duplicate?${new URLSearchParams({ locationId, ...query })}`, { token })).body
      .contact
  assert.equal((await find({ email: 'MAYA.chen@example.com' })).id, MAYA)
  assert.equal((await find({ number: '+12025550151', email: 'nobody@example.com' })).firstName, 'Luis')
  assert.equal(await find({ email: 'nobody@example.com' }), null)
})

test('bulk tags report what they could not find', async (t) => {
  const { call, locationToken, crm } = await startCrm(t)
  const token = await locationToken()
  const post = (type: string, body: object) =>
    call('POST', `/contacts/bulk/tags/update/${type}`, { token, body: { locationId, ...body } })
  const added = await post('add', { contacts: [MAYA, 'nobody'], tags: ['Spring'] })
  assert.equal(added.status, 201)
  assert.equal(added.body.errorCount, 1)
  assert.ok(crm.state.contacts.get(MAYA)!.tags.includes('spring'))
  await post('remove', { contacts: [MAYA], tags: ['x'], removeAllTags: true })
  assert.deepEqual(crm.state.contacts.get(MAYA)!.tags, [])
  assert.equal((await post('replace', { contacts: [], tags: [] })).status, 404)
})

test("contact writes send events in the platform's shape", async (t) => {
  const { call, locationToken, webhooks } = await startCrm(t)
  const token = await locationToken()
  const { id } = (
    await call('POST', '/contacts/', { token, body: { locationId, email: 'e@example.com', firstName: 'E' } })
  ).body.contact
  await call('PUT', `/contacts/${id}`, { token, body: { city: 'Bonn' } })
  await call('POST', `/contacts/${id}/tags`, { token, body: { tags: ['t'] } })
  await call('DELETE', `/contacts/${id}`, { token })
  const [created] = await webhooks('ContactCreate')
  assert.equal(created.id, id)
  assert.equal(created.locationId, locationId)
  assert.equal(created.email, 'e@example.com')
  assert.ok(created.webhookId && created.timestamp && created.appId)
  assert.equal((await webhooks('ContactUpdate')).length, 1)
  assert.deepEqual((await webhooks('ContactTagUpdate'))[0].tags, ['t'])
  assert.equal((await webhooks('ContactDelete')).length, 1)
})

test('notes: create, list, read, change, delete, with events', async (t) => {
  const { crm, call, locationToken, webhooks } = await startCrm(t)
  const token = await locationToken()
  const created = await call('POST', `/contacts/${MAYA}/notes`, { token, body: { body: 'Called back' } })
  assert.equal(created.status, 201)
  const path = `/contacts/${MAYA}/notes/${created.body.note.id}`
  assert.equal((await call('GET', `/contacts/${MAYA}/notes`, { token })).body.notes.length, 1)
  assert.equal((await call('PUT', path, { token, body: { body: 'Called twice' } })).body.note.body, 'Called twice')
  assert.equal((await call('GET', path, { token })).body.note.contactId, MAYA)
  assert.equal((await call('POST', `/contacts/${MAYA}/notes`, { token, body: {} })).status, 422)
  assert.equal((await call('DELETE', path, { token })).status, 200)
  assert.equal((await call('GET', path, { token })).status, 404)
  assert.equal(crm.control.writes()['notes.created'], 1)
  assert.equal((await webhooks('NoteCreate'))[0].body, 'Called back')
  assert.equal((await webhooks('NoteDelete')).length, 1)
})

test('tasks: create, change, complete, delete; a change alone sends no event', async (t) => {
  const { call, locationToken, webhooks } = await startCrm(t)
  const token = await locationToken()
  const body = { title: 'Call', dueDate: '2026-10-06T09:00:00Z', completed: false }
  const created = await call('POST', `/contacts/${MAYA}/tasks`, { token, body })
  assert.equal(created.status, 201)
  const path = `/contacts/${MAYA}/tasks/${created.body.task.id}`
  assert.equal((await call('PUT', path, { token, body: { title: 'Call again' } })).body.task.title, 'Call again')
  assert.deepEqual(await webhooks('TaskComplete'), [])
  await call('PUT', `${path}/completed`, { token, body: { completed: true } })
  assert.equal((await webhooks('TaskComplete')).length, 1)
  assert.ok(!('contactId' in (await webhooks('TaskCreate'))[0]), 'live bodies lack it')
  assert.equal((await call('POST', `/contacts/${MAYA}/tasks`, { token, body: { title: 'x' } })).status, 422)
  assert.equal((await call('DELETE', path, { token })).status, 200)
  assert.deepEqual((await call('GET', `/contacts/${MAYA}/tasks`, { token })).body.tasks, [])
})
