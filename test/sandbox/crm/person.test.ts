import assert from 'node:assert/strict'
import test from 'node:test'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { startCrm } from './harness.ts'

const locationId = SEED.locations.dental

test('what a person does in the product follows the same rules and tells the app', async (t) => {
  const { crm, locationToken, webhooks } = await startCrm(t)
  await locationToken()
  const { person } = crm.control
  const { id } = person.createContact(locationId, { email: 'walk.in@example.com', firstName: 'Walk' })
  assert.throws(() => person.createContact(locationId, { email: 'walk.in@example.com' }), /duplicated contacts/)
  person.changeContact(id, { city: 'Graz' })
  person.addTags(id, ['new'])
  person.removeTags(id, ['new'])
  person.addNote(id, 'Came by')
  person.receiveMessage(id, 'When are you open?')
  person.deleteContact(id)
  const counts: Record<string, number> = {}
  for (const name of [
    'ContactCreate',
    'ContactUpdate',
    'ContactTagUpdate',
    'NoteCreate',
    'InboundMessage',
    'ContactDelete',
  ]) {
    counts[name] = (await webhooks(name)).length
  }
  assert.deepEqual(counts, {
    ContactCreate: 1,
    ContactUpdate: 1,
    ContactTagUpdate: 2,
    NoteCreate: 1,
    InboundMessage: 1,
    ContactDelete: 1,
  })
  assert.throws(() => person.deleteContact(id), /has no contacts/)
})

test('records say whether an app or a person wrote last', async (t) => {
  const { crm, call, companyToken, locationToken } = await startCrm(t)
  const company = await companyToken()
  const token = await locationToken()
  const key = 'custom_objects.pets'
  await call('POST', '/objects/', {
    token: company,
    body: {
      ...{ labels: { singular: 'Pet', plural: 'Pets' }, key, locationId },
      primaryDisplayPropertyDetails: { key: `${key}.name`, name: 'Name', dataType: 'TEXT' },
    },
  })
  const created = await call('POST', `/objects/${key}/records`, {
    token,
    body: { locationId, properties: { name: 'Rex' } },
  })
  const { id } = created.body.record
  crm.control.person.changeRecord(id, { name: 'Max' })
  const { record } = (await call('GET', `/objects/${key}/records/${id}`, { token })).body
  assert.deepEqual([record.createdBy.source, record.lastUpdatedBy.source], ['INTEGRATION', 'WEB_USER'])
  assert.equal(crm.control.person.createRecord(locationId, key, { name: 'Tom' }).createdBy.channel, 'APP')
  crm.control.person.deleteRecord(id)
  assert.equal(crm.state.records.size, 1)
})

test('a person pays, voids and moves what an app made', async (t) => {
  const { crm, call, locationToken, sent } = await startCrm(t)
  const token = await locationToken()
  const [sales] = crm.state.pipelines.by('location', locationId)
  const contactId = 'MayaChen000000000000'
  const opportunity = { locationId, contactId, pipelineId: sales!.id, name: 'x', status: 'open' }
  const { id } = (await call('POST', '/opportunities/', { token, body: opportunity })).body.opportunity
  assert.equal(crm.control.person.changeOpportunity(id, { status: 'won' }).status, 'won')
  const invoice = {
    ...{ altId: locationId, altType: 'location', name: 'I', businessDetails: {}, currency: 'USD', liveMode: false },
    items: [{ name: 'A', currency: 'USD', amount: 10, qty: 1 }],
    discount: { type: 'fixed' },
    contactDetails: { id: contactId, name: 'Maya', phoneNo: '+12025550150', email: 'maya.chen@example.com' },
    ...{ issueDate: '2026-10-05', sentTo: { email: [] } },
  }
  const ids: string[] = []
  for (let index = 0; index < 2; index += 1)
    ids.push((await call('POST', '/invoices/', { token, body: invoice })).body._id)
  assert.equal(crm.control.person.payInvoice(ids[0]!, 4).status, 'partially_paid')
  assert.equal(crm.control.person.payInvoice(ids[0]!).status, 'paid')
  assert.equal(crm.control.person.voidInvoice(ids[1]!).status, 'void')
  await crm.control.flushWebhooks()
  const statuses = sent.map(({ body }) => JSON.parse(body).status).filter((status) => ['paid', 'void'].includes(status))
  assert.deepEqual(statuses, ['paid', 'void'])
})
