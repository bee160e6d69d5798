import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import fc from 'fast-check'
import { action } from '../../server/catalog/index.ts'
import type { StoredEvent } from '../../server/store/events.ts'
import { createFieldMappings } from '../../server/store/field-mappings.ts'
import { applyMapping, type FieldMapping, fieldMapping, MAPPING_SCHEMA } from '../../server/workflows/field-mapping.ts'
import { createMappingBook } from '../../server/workflows/mapping-book.ts'
import { sourcesOf, suggestMapping } from '../../server/workflows/suggest-mapping.ts'
import { openDatabase } from '../relay/kit.ts'

const db = await openDatabase(after)
const now = () => new Date('2026-02-01T09:00:00Z')
const book = createMappingBook({
  mappings: createFieldMappings({ db, now }),
  action,
  account: async () => ({ timeZone: 'Europe/Madrid', country: 'ES' }),
})
const mappingOf = (...rows: FieldMapping['rows']): FieldMapping => ({ schema: MAPPING_SCHEMA, rows })
const EVENT = {
  locationId: 'L1',
  payload: {
    type: 'customer.updated',
    data: {
      id: 'cus_1',
      plan: 'pro',
      mobile: '912 34 56 78',
      signed_up: '2026-01-31',
      vip: true,
      address: { city: 'Soria' },
    },
  },
} as unknown as StoredEvent
const known = { trigger: EVENT.payload, steps: {}, options: {}, account: { country: 'ES' } }
const plan = { target: 'customFields.cf1', source: { path: 'trigger.data.plan' } }

const save = (locationId: string, mapping: FieldMapping, version: number) =>
  db.transaction((on) => book.save(locationId, 'customers', { mapping, version, by: 'u1', on }))

test('a mapping fills fields and custom fields, wins over the workflow, and leaves the rest', () => {
  const mapping = mappingOf(plan, {
    target: 'phone',
    source: { path: 'trigger.data.mobile', transforms: [{ use: 'phone' }] },
  })
  const input = {
    rankrId: 'cus_1',
    phone: 'x',
    customFields: [
      { id: 'cf0', value: 1 },
      { id: 'cf1', value: 'old' },
    ],
  }
  assert.deepEqual(applyMapping(mapping, { input, known }), {
    rankrId: 'cus_1',
    phone: '+34912345678',
    customFields: [
      { id: 'cf0', value: 1 },
      { id: 'cf1', value: 'pro' },
    ],
  })
})

test('a value that is required and missing, or cannot be made, names its field', () => {
  const required = mappingOf({ target: 'companyName', source: { path: 'trigger.data.firm' }, isRequired: true })
  assert.throws(() => applyMapping(required, { input: {}, known }), { code: 'value_invalid', detail: /companyName/ })
  const wrong = mappingOf({ target: 'phone', source: { path: 'trigger.data.plan', transforms: [{ use: 'phone' }] } })
  assert.throws(() => applyMapping(wrong, { input: {}, known }), { code: 'value_invalid', detail: /^phone: / })
})

test('no record makes a mapping without faulty transforms fail, and what it does not name stays', () => {
  const paths = fc.constantFrom('trigger.data.a', 'trigger.data.b.c', 'trigger')
  const rows = fc.uniqueArray(
    fc.record({ target: fc.constantFrom('phone', 'firstName', 'customFields.x', 'customFields.y'), path: paths }),
    { selector: ({ target }) => target },
  )
  fc.assert(
    fc.property(rows, fc.jsonValue(), (list, data) => {
      const mapping = mappingOf(...list.map(({ target, path }) => ({ target, source: { path } })))
      assert.equal(fieldMapping.safeParse(mapping).success, true)
      const input = { rankrId: '1', customFields: [{ id: 'other', value: 1 }] }
      const made = applyMapping(mapping, { input, known: { ...known, trigger: { data } } })
      assert.equal(made.rankrId, '1')
      assert.deepEqual((made.customFields as unknown[])[0], { id: 'other', value: 1 })
    }),
  )
})

test('a mapping cannot say which record it is, nor fill a field twice or one that is not there', async () => {
  for (const target of ['rankrId', 'contactId', 'nothing']) {
    await assert.rejects(save('L2', mappingOf({ ...plan, target }), 0), { code: 'workflow_invalid' }, target)
  }
  await assert.rejects(save('L2', mappingOf(plan, plan), 0), { code: 'workflow_invalid' })
  await assert.rejects(
    db.transaction((on) => book.save('L2', 'other', { mapping: mappingOf(plan), version: 0, by: 'u', on })),
    { code: 'not_found' },
  )
})

test('every save is a version; two people do not overwrite each other; an earlier one comes back', async () => {
  assert.deepEqual(await book.read('L3', 'customers'), { version: 0, mapping: mappingOf() })
  assert.equal(await save('L3', mappingOf(plan), 0), 1)
  await assert.rejects(save('L3', mappingOf(), 0), { code: 'conflict' })
  const source = { value: 'yes' }
  assert.equal(await save('L3', mappingOf({ ...plan, source }, { target: 'source', source }), 1), 2)
  assert.deepEqual(await book.diff('L3', 'customers', { from: 1, to: 2 }), [
    { target: 'customFields.cf1', before: plan, after: { ...plan, source } },
    { target: 'source', before: undefined, after: { target: 'source', source } },
  ])
  const restored = await db.transaction((on) =>
    book.restore('L3', 'customers', { earlier: 1, version: 2, by: 'u2', on }),
  )
  assert.equal(restored, 3)
  assert.deepEqual((await book.read('L3', 'customers')).mapping, mappingOf(plan))
  assert.deepEqual(
    (await book.versions('L3', 'customers')).map(({ version, savedBy }) => [version, savedBy]),
    [
      [3, 'u2'],
      [2, 'u1'],
      [1, 'u1'],
    ],
  )
  assert.deepEqual(book.readJson(await book.exportJson('L3', 'customers')), mappingOf(plan))
  assert.deepEqual(await book.versions('L4', 'customers'), [], 'another location has none')
  assert.deepEqual(
    [...(await book.applied('L3')).entries()],
    [['customers', { actionId: 'app.customers.upsert-contact', version: 3, mapping: mappingOf(plan) }]],
  )
})

test('what is imported is looked at closely', () => {
  for (const json of [
    'x',
    '{}',
    '{"schema":"rankr-connect/mapping@1","rows":[{"target":"__proto__","source":{"value":1}}]}',
  ]) {
    assert.throws(() => book.readJson(json), { code: 'workflow_invalid' }, json)
  }
})

test('a preview shows what each row comes to, and what is wrong with it', async () => {
  const faulty = { target: 'phone', source: { path: 'trigger.data.plan', transforms: [{ use: 'phone' as const }] } }
  const [first, second] = await book.preview(mappingOf(plan, faulty), EVENT)
  assert.deepEqual(first, { target: 'customFields.cf1', value: 'pro', fault: null })
  assert.match(second?.fault ?? '', /phone/)
})

test('values are suggested where name and type fit, each once, the surest first', () => {
  const customFields = [
    { id: 'a', name: 'Plan', type: 'string' },
    { id: 'b', name: 'Signed up', type: 'date' },
    { id: 'c', name: 'City', type: 'string' },
    { id: 'd', name: 'Plan price', type: 'numerical' },
    { id: 'e', name: 'VIP', type: 'checkbox' },
  ]
  const suggestions = book.suggest('customers', { event: EVENT, customFields, mapping: mappingOf() })
  const told = suggestions.map(({ target, path, confidence }) => [target, path, confidence])
  assert.deepEqual(told.slice(0, 5), [
    ['customFields.a', 'trigger.data.plan', 1],
    ['customFields.b', 'trigger.data.signed_up', 1],
    ['customFields.c', 'trigger.data.address.city', 1],
    ['customFields.e', 'trigger.data.vip', 1],
    ['phone', 'trigger.data.mobile', 1],
  ])
  assert.deepEqual(suggestions.find(({ target }) => target === 'customFields.b')?.transforms, [
    { use: 'date', to: 'day' },
  ])
  const filled = book.suggest('customers', {
    event: EVENT,
    customFields,
    mapping: mappingOf({ ...plan, target: 'phone' }),
  })
  assert.equal(
    filled.some(({ target }) => target === 'phone'),
    false,
  )
})

test('suggestions are sure of a name that is the same, and never suggest twice', () => {
  const word = fc.stringMatching(/^[a-z]{3,9}$/)
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 8 }), (names) => {
      const payload = { data: Object.fromEntries(names.map((name) => [name, 'x'])) }
      const targets = names.map((name) => ({ target: `customFields.${name}`, label: name, type: 'string' }))
      const found = suggestMapping(sourcesOf(payload), targets)
      assert.ok(found.every(({ confidence }) => confidence >= 0.5 && confidence <= 1))
      assert.equal(new Set(found.map(({ target }) => target)).size, found.length)
      assert.equal(new Set(found.map(({ path }) => path)).size, found.length)
    }),
  )
})
