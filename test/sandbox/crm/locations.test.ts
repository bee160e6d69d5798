import assert from 'node:assert/strict'
import test from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { startCrm } from './harness.ts'

const locationId = SEED.locations.dental

test("a location is read with its own token or the company token, not with a neighbour's", async (t) => {
  const { call, locationToken, companyToken } = await startCrm(t)
  const read = (token: string) => call('GET', `/locations/${locationId}`, { token })
  const own = await read(await locationToken())
  assert.equal(own.body.location.name, 'Bright Dental')
  assert.equal(own.body.location.settings.allowDuplicateContact, false)
  assert.equal((await read(await companyToken())).status, 200)
  assert.equal((await read(await locationToken(SEED.locations.legal))).status, 403)
})

test('a search of locations shows a company all and a location itself', async (t) => {
  const { call, locationToken, companyToken } = await startCrm(t)
  const search = async (token: string, query = '') =>
    (await call('GET', `/locations/search${query}`, { token })).body.locations
  assert.equal((await search(await companyToken())).length, 3)
  assert.equal((await search(await companyToken(), '?limit=1&skip=1')).length, 1)
  assert.deepEqual(
    (await search(await locationToken())).map(({ id }: { id: string }) => id),
    [locationId],
  )
})

test('tags of a location: list, create once, read, rename, delete', async (t) => {
  const { call, locationToken } = await startCrm(t)
  const token = await locationToken()
  const path = `/locations/${locationId}/tags`
  assert.deepEqual(
    (await call('GET', path, { token })).body.tags.map(({ name }: { name: string }) => name),
    ['customer', 'lead', 'vip'],
  )
  const { tag } = (await call('POST', path, { token, body: { name: 'Winter' } })).body
  assert.equal(tag.name, 'winter')
  assert.equal((await call('POST', path, { token, body: { name: 'WINTER' } })).status, 400)
  assert.equal((await call('PUT', `${path}/${tag.id}`, { token, body: { name: 'Summer' } })).body.tag.name, 'summer')
  assert.equal((await call('DELETE', `${path}/${tag.id}`, { token })).status, 200)
  assert.equal((await call('GET', `${path}/${tag.id}`, { token })).status, 404)
})

test('custom fields of contacts and opportunities get their key from model and name', async (t) => {
  const { call, locationToken } = await startCrm(t)
  const token = await locationToken()
  const path = `/locations/${locationId}/customFields`
  const body = { name: 'Rankr id!', dataType: 'TEXT', model: 'opportunity' }
  const created = await call('POST', path, { token, body })
  assert.equal(created.status, 201)
  assert.equal(created.body.customField.fieldKey, 'opportunity.rankr_id')
  assert.equal((await call('POST', path, { token, body })).status, 400)
  assert.equal((await call('POST', path, { token, body: { ...body, name: 'b', dataType: 'NUMBER' } })).status, 422)
  const list = async (model: string) =>
    (await call('GET', `${path}?model=${model}`, { token })).body.customFields.length
  assert.deepEqual([await list('contact'), await list('opportunity'), await list('all')], [3, 1, 4])
  const one = `${path}/${created.body.customField.id}`
  assert.equal((await call('PUT', one, { token, body: { name: 'Other' } })).body.customField.name, 'Other')
  assert.equal((await call('DELETE', one, { token })).body.succeded, true)
  assert.equal((await call('GET', one, { token })).status, 404)
})

test('tasks are searched across a location', async (t) => {
  const { call, locationToken } = await startCrm(t)
  const token = await locationToken()
  for (const [title, completed] of [
    ['One', false],
    ['Two', true],
  ] as const) {
    const body = { title, completed, dueDate: '2026-10-06T09:00:00Z' }
    await call('POST', '/contacts/MayaChen000000000000/tasks', { token, body })
  }
  const { tasks } = (await call('POST', `/locations/${locationId}/tasks/search`, { token, body: { completed: false } }))
    .body
  assert.deepEqual(
    tasks.map(({ title }: { title: string }) => title),
    ['One'],
  )
})

test('people are searched within the company, and by the location they work in', async (t) => {
  const { call, locationToken } = await startCrm(t)
  const search = async (token: string, query: string) =>
    (await call('GET', `/users/search?companyId=${SEED.companyId}${query}`, { token })).body.users.map(
      ({ id }: { id: string }) => id,
    )
  const dental = await locationToken()
  assert.deepEqual(await search(dental, ''), [SEED.users.owner, SEED.users.admin, SEED.users.user])
  assert.deepEqual(await search(dental, '&role=user'), [SEED.users.user])
  const legal = await locationToken(SEED.locations.legal)
  assert.deepEqual(await search(legal, ''), [SEED.users.owner, SEED.users.admin])
  assert.equal((await call('GET', `/users/${SEED.users.user}`, { token: legal })).status, 404)
  assert.equal((await call('GET', `/users/${SEED.users.owner}`, { token: legal })).body.roles.role, 'admin')
  assert.equal((await call('GET', '/users/search?companyId=other', { token: legal })).status, 403)
  assert.equal(
    (await call('GET', `/users/?locationId=${SEED.locations.legal}`, { token: legal, version: 'v3' })).status,
    400,
  )
})

test('businesses are created, changed and deleted; their events are those of records', async (t) => {
  const { crm, call, locationToken, sent } = await startCrm(t)
  const token = await locationToken()
  const created = await call('POST', '/businesses/', { token, body: { locationId, name: 'Chen Ltd', city: 'Oslo' } })
  assert.equal(created.status, 201)
  const { id } = created.body.buiseness
  assert.equal(
    (await call('PUT', `/businesses/${id}`, { token, body: { city: 'Bergen' } })).body.buiseness.city,
    'Bergen',
  )
  assert.equal((await call('GET', `/businesses/?locationId=${locationId}`, { token })).body.businesses.length, 1)
  const join = { locationId, ids: ['MayaChen000000000000'], businessId: id }
  assert.equal((await call('POST', '/contacts/bulk/business', { token, body: join })).body.success, true)
  const members = await call('GET', `/contacts/business/${id}?locationId=${locationId}`, { token })
  assert.equal(members.body.count, 1)
  assert.equal((await call('DELETE', `/businesses/${id}`, { token })).body.success, true)
  await crm.control.flushWebhooks()
  const [record] = sent.map(({ body }) => JSON.parse(body)).filter(({ objectKey }) => objectKey === 'business')
  assert.deepEqual(record.properties, [
    { key: 'name', valueString: 'Chen Ltd' },
    { key: 'city', valueString: 'Oslo' },
  ])
})

test('calendars and workflows are listed; a contact enters a workflow once', async (t) => {
  const { crm, call, locationToken } = await startCrm(t)
  const token = await locationToken()
  const calendars = await call('GET', `/calendars/?locationId=${locationId}`, { token, version: '2021-04-15' })
  assert.equal(calendars.body.calendars.length, 1)
  const [workflow] = (await call('GET', `/workflows/?locationId=${locationId}`, { token })).body.workflows
  assert.equal(workflow.status, 'published')
  const path = `/contacts/MayaChen000000000000/workflow/${workflow.id}`
  await call('POST', path, { token, body: {} })
  await call('POST', path, { token, body: {} })
  assert.equal(crm.control.writes()['enrolments.created'], 1)
  assert.equal((await call('POST', '/contacts/MayaChen000000000000/workflow/none', { token, body: {} })).status, 404)
})

test('conversations keep what was sent, and refuse what could not be', async (t) => {
  const { crm, call, locationToken, webhooks } = await startCrm(t)
  const token = await locationToken()
  const send = (body: object) => call('POST', '/conversations/messages', { token, version: '2021-04-15', body })
  const contactId = 'MayaChen000000000000'
  const sms = await send({ type: 'SMS', contactId, message: 'See you at ten' })
  assert.equal(sms.status, 200)
  await send({ type: 'Email', contactId, subject: 'Hello', html: '<p>Hello</p>' })
  const path = `/conversations/${sms.body.conversationId}/messages`
  const { messages } = (await call('GET', path, { token, version: 'v3' })).body
  assert.deepEqual(
    messages.map(({ messageType }: { messageType: string }) => messageType),
    ['TYPE_EMAIL', 'TYPE_SMS'],
  )
  assert.equal(crm.state.messages.first('conversation', sms.body.conversationId)?.to, '+12025550150')
  const found = await call('GET', `/conversations/search?locationId=${locationId}`, { token, version: 'v3' })
  assert.equal(found.body.conversations[0].lastMessageType, 'TYPE_EMAIL')
  assert.equal((await webhooks('OutboundMessage')).length, 2)

  assert.equal((await send({ type: 'SMS', contactId })).status, 422)
  assert.equal((await send({ type: 'Pigeon', contactId, message: 'x' })).status, 422)
  await call('PUT', `/contacts/${contactId}`, { token, body: { dnd: true } })
  assert.equal((await send({ type: 'SMS', contactId, message: 'x' })).status, 400)
  assert.equal(crm.control.writes()['messages.sent'], 2)
})

test('an inbound message joins its conversation', async (t) => {
  const { call, locationToken, webhooks } = await startCrm(t)
  const token = await locationToken()
  const contactId = 'MayaChen000000000000'
  const started = await call('POST', '/conversations/', { token, version: 'v3', body: { locationId, contactId } })
  assert.equal(started.status, 201)
  const conversationId = started.body.conversation.id
  const body = { type: 'SMS', contactId, conversationId, conversationProviderId: 'p1', message: 'Thanks' }
  const received = await call('POST', '/conversations/messages/inbound', { token, version: 'v3', body })
  assert.equal(received.body.success, true)
  assert.equal((await call('GET', `/conversations/${conversationId}`, { token, version: 'v3' })).body.unreadCount, 1)
  assert.equal((await webhooks('InboundMessage'))[0].body, 'Thanks')
})
