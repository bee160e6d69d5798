import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { SimulatedCrmOptions } from '../../../server/sandbox/crm/simulated-crm.ts'
import { SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { startCrm } from './harness.ts'

const locationId = SEED.locations.dental

const start = async (t: TestContext, options: Partial<SimulatedCrmOptions> = {}) => {
  const crm = await startCrm(t, { limits: { burst: 1_000 }, ...options })
  const token = await crm.locationToken()
  const search = (body: object) =>
    crm.call('POST', '/contacts/search', { token, body: { locationId, pageLimit: 20, ...body } })
  const names = async (body: object): Promise<string[]> =>
    (await search(body)).body.contacts.map(({ firstName }: { firstName: string }) => firstName).sort()
  return { ...crm, token, search, names }
}

const eq = (field: string, value: unknown) => ({ field, operator: 'eq', value })

test('a search without filters finds every contact of the location and of no other', async (t) => {
  const { search } = await start(t)
  const { status, body } = await search({})
  assert.equal(status, 200)
  assert.equal(body.total, 4)
  assert.ok(body.contacts.every((contact: { locationId: string }) => contact.locationId === locationId))
})

for (const [what, filters, expected] of [
  ['an e-mail, whatever its case', [eq('email', 'MAYA.chen@example.com')], ['Maya']],
  ['a phone', [eq('phone', '+12025550151')], ['Luis']],
  ['a tag', [eq('tags', 'lead')], ['Luis']],
  ['what a field is not', [{ field: 'tags', operator: 'not_eq', value: 'customer' }], ['Luis']],
  ['a part of a name', [{ field: 'lastNameLowerCase', operator: 'contains', value: 'nai' }], ['Priya']],
  ['what a field does not contain', [{ field: 'email', operator: 'not_contains', value: 'e' }], []],
  ['a field that is there', [{ field: 'tags', operator: 'exists' }], ['Luis', 'Maya', 'Priya', 'Tom']],
  ['a field that is not there', [{ field: 'city', operator: 'not_exists' }], ['Luis', 'Maya', 'Priya', 'Tom']],
  ['a range of time', [{ field: 'dateAdded', operator: 'range', value: { gt: '2026-10-06T00:00:00Z' } }], []],
  ['one of two', [{ group: 'OR', filters: [eq('tags', 'lead'), eq('firstNameLowerCase', 'tom')] }], ['Luis', 'Tom']],
  ['two at once', [{ group: 'AND', filters: [eq('tags', 'customer'), eq('firstNameLowerCase', 'tom')] }], ['Tom']],
] as const) {
  test(`a search finds by ${what}`, async (t) => {
    const { names } = await start(t)
    assert.deepEqual(await names({ filters }), expected)
  })
}

test('custom fields are found by id, not by name', async (t) => {
  const { crm, call, token, names, search } = await start(t)
  const field = crm.state.customFields.first('key', `${locationId} contact.lifetime_value`)!
  await call('PUT', '/contacts/MayaChen000000000000', {
    token,
    body: { customFields: [{ id: field.id, field_value: 250 }] },
  })
  const over = (name: string) => [{ field: name, operator: 'range', value: { gte: 100, lte: 300 } }]
  assert.deepEqual(await names({ filters: over(`customFields.${field.id}`) }), ['Maya'])
  assert.deepEqual(await names({ filters: over('customFields.lifetime_value') }), [])
  assert.equal((await search({ filters: over('lifetime_value') })).status, 422)
})

test('the words of a query are looked for in names, e-mail, phone and company', async (t) => {
  const { names } = await start(t)
  assert.deepEqual(await names({ query: 'ortega' }), ['Luis'])
  assert.deepEqual(await names({ query: '5550153' }), ['Tom'])
})

test('a sorted search goes on with searchAfter until it has seen all once', async (t) => {
  const { search } = await start(t)
  const seen: string[] = []
  let searchAfter: unknown[] | undefined
  for (let page = 0; page < 5; page += 1) {
    const sort = [{ field: 'firstNameLowerCase', direction: 'desc' }]
    const { contacts } = (await search({ pageLimit: 2, sort, ...(searchAfter && { searchAfter }) })).body
    if (contacts.length === 0) break
    seen.push(...contacts.map(({ firstName }: { firstName: string }) => firstName))
    searchAfter = contacts.at(-1).searchAfter
  }
  assert.deepEqual(seen, ['Tom', 'Priya', 'Maya', 'Luis'])
})

test('pages work as well, up to ten thousand', async (t) => {
  const { search } = await start(t)
  assert.equal((await search({ page: 2, pageLimit: 3 })).body.contacts.length, 1)
  assert.equal((await search({ page: 101, pageLimit: 100 })).status, 400)
  assert.equal((await search({ pageLimit: 501 })).status, 422)
  assert.equal((await search({ pageSize: 5 })).status, 422)
})

test('searches lag behind writes while look-ups by id do not', async (t) => {
  const { call, token, names, clock } = await start(t, { searchLagMs: 5_000 })
  const post = (body: object) => call('POST', '/contacts/upsert', { token, body: { locationId, ...body } })
  const { id } = (await post({ email: 'new@example.com', firstName: 'New' })).body.contact
  await post({ email: 'maya.chen@example.com', firstName: 'Mia' })
  await call('DELETE', '/contacts/TomBecker00000000000', { token })
  assert.deepEqual(await names({}), ['Luis', 'Maya', 'Priya', 'Tom'])
  assert.equal((await call('GET', `/contacts/${id}`, { token })).status, 200)
  assert.deepEqual(await names({ filters: [eq('email', 'new@example.com')] }), [])
  clock.at += 5_000
  assert.deepEqual(await names({}), ['Luis', 'Mia', 'New', 'Priya'])
})
