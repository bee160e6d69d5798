import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { action, trigger } from '../../server/catalog/index.ts'
import { createFieldMappings } from '../../server/store/field-mappings.ts'
import { applyMapping, type FieldMapping, fieldMapping, MAPPING_SCHEMA } from '../../server/workflows/field-mapping.ts'
import { mappedFields } from '../../server/workflows/mapping-back.ts'
import type { RoughRow } from '../../server/workflows/mapping-look.ts'
import { type CustomField, createMappingService } from '../../server/workflows/mapping-service.ts'
import { sourcesOf, suggestMapping } from '../../server/workflows/suggest-mapping.ts'
import type { Transform } from '../../server/workflows/transforms.ts'
import { fc } from '../property.ts'
import { openDatabase } from '../relay/kit.ts'

const db = await openDatabase(after)
const now = () => new Date('2026-02-01T09:00:00Z')
const service = createMappingService({
  mappings: createFieldMappings({ db, now }),
  action,
  trigger,
  account: async () => ({ timeZone: 'Europe/Madrid', country: 'ES' }),
})
const mappingOf = (...rows: FieldMapping['rows']): FieldMapping => ({ schema: MAPPING_SCHEMA, rows })
const PAYLOAD = {
  type: 'customer.updated',
  data: {
    id: 'cus_1',
    plan: 'pro',
    mobile: '912 34 56 78',
    signed_up: '2026-01-31',
    vip: true,
    address: { city: 'Soria' },
  },
}
const known = { trigger: PAYLOAD, steps: {}, options: {}, account: { country: 'ES' } }
const plan = { target: 'customFields.cf1', source: { path: 'trigger.data.plan' } }

const save = (locationId: string, mapping: FieldMapping, version: number) =>
  db.transaction((on) => service.save(locationId, 'customers', { mapping, version, by: 'u1', on }))

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
  assert.throws(() => applyMapping(wrong, { input: {}, known }), { code: 'value_invalid', detail: /^"phone": / })
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
  for (const source of [{ template: 'x' }, { path: 'trigger.data.id' }, { path: 'trigger.data.a.b' }]) {
    await assert.rejects(save('L2', mappingOf({ ...plan, source, direction: 'both' }), 0), { code: 'workflow_invalid' })
  }
  await assert.rejects(
    db.transaction((on) => service.save('L2', 'other', { mapping: mappingOf(plan), version: 0, by: 'u', on })),
    { code: 'not_found' },
  )
})

test('every save is a version; two people do not overwrite each other; an earlier one comes back', async () => {
  assert.deepEqual(await service.read('L3', 'customers'), { version: 0, mapping: mappingOf() })
  assert.equal(await save('L3', mappingOf(plan), 0), 1)
  await assert.rejects(save('L3', mappingOf(), 0), { code: 'conflict' })
  const source = { value: 'yes' }
  assert.equal(await save('L3', mappingOf({ ...plan, source }, { target: 'source', source }), 1), 2)
  assert.deepEqual(await service.diff('L3', 'customers', { from: 1, to: 2 }), [
    { target: 'customFields.cf1', before: plan, after: { ...plan, source } },
    { target: 'source', before: undefined, after: { target: 'source', source } },
  ])
  assert.equal((await service.diff('L3', 'customers', { from: 0, to: 1 })).length, 1)
  const restored = await db.transaction((on) =>
    service.restore('L3', 'customers', { earlier: 1, version: 2, by: 'u2', on }),
  )
  assert.equal(restored, 3)
  assert.deepEqual((await service.read('L3', 'customers')).mapping, mappingOf(plan))
  assert.deepEqual(
    (await service.versions('L3', 'customers')).map(({ version, savedBy }) => [version, savedBy]),
    [
      [3, 'u2'],
      [2, 'u1'],
      [1, 'u1'],
    ],
  )
  assert.deepEqual(service.readJson(await service.exportJson('L3', 'customers')), mappingOf(plan))
  assert.deepEqual(await service.versions('L4', 'customers'), [], 'another location has none')
  const shared = { templateId: 'customers', version: 3, mapping: mappingOf(plan) }
  assert.deepEqual(
    [...(await service.applied('L3')).entries()],
    [
      ['customers', { ...shared, actionId: 'app.customers.upsert-contact', way: 'in' }],
      ['customers-back', { ...shared, actionId: 'app.customers.push-to-rankr', way: 'back' }],
    ],
  )
})

test('what is imported is looked at closely', () => {
  for (const json of [
    'x',
    '{}',
    '{"schema":"rankr-connect/mapping@1","rows":[{"target":"__proto__","source":{"value":1}}]}',
  ]) {
    assert.throws(() => service.readJson(json), { code: 'workflow_invalid' }, json)
  }
})

const FIELDS: CustomField[] = (
  [
    ['a', 'Plan', 'string'],
    ['b', 'Signed up', 'date'],
    ['c', 'City', 'string'],
    ['d', 'Plan price', 'numerical'],
    ['e', 'VIP', 'checkbox'],
    ['cf1', 'Tier', 'select'],
  ] as const
).map(([id, label, type]) => ({ target: `customFields.${id}`, label, type, isCustom: true }))

const look = (...rows: RoughRow[]) => service.look('L1', 'customers', { rows, payload: PAYLOAD, customFields: FIELDS })

test('a look at a mapping shows what each row comes to, and what is wrong with it', async () => {
  const path = 'trigger.data.plan'
  const told = async (row: Partial<RoughRow>) => {
    const [looked] = await look({ target: 'customFields.a', source: { path }, ...row })
    return [looked?.before, looked?.after, looked?.problems.map(({ kind, code }) => `${kind} ${code}`).join()]
  }
  const upper = { path, transforms: [{ use: 'upper' }] }
  assert.deepEqual(await told({ source: upper }), ['pro', 'PRO', ''])
  const cases: [Partial<RoughRow>, string][] = [
    [{ source: { path: '' } }, 'error noSource'],
    [{ target: '' }, 'error noTarget'],
    [{ target: 'customFields.gone' }, 'error targetGone'],
    [{ target: 'rankrId' }, 'error targetGone'],
    [{ source: { path: 'nowhere.x' } }, 'error invalid'],
    [{ source: { path, transforms: [{ use: 'split', at: '' }] } }, 'error invalid'],
    [{ source: { path, transforms: [{ use: 'phone' }] } }, 'warning fault'],
    [{ source: { path: 'trigger.data.none' } }, 'warning notThere'],
    [{ source: { path: 'trigger.data.none' }, isRequired: true }, 'warning wouldStop'],
    [{ target: 'customFields.d' }, 'warning notNumber'],
    [{ target: 'email' }, 'warning notEmail'],
    [{ source: { paths: ['trigger.data.plan', 'trigger.data.id'] } }, 'warning notOne'],
    [{ target: 'customFields.b' }, 'warning notDay'],
    [{ direction: 'both', source: { path: 'trigger.data.address.city' } }, 'error rankrField'],
    [{ direction: 'both', source: { template: 'x' } }, 'error rankrField'],
    [
      { direction: 'both', source: { path: 'trigger.data.plan', transforms: [{ use: 'split', at: 'r', part: 1 }] } },
      'error noWayBack',
    ],
  ]
  for (const [row, expected] of cases) assert.equal((await told(row))[2], expected, JSON.stringify(row))
  const [first] = await look(plan, { target: 'customFields.cf1', source: { path } })
  assert.deepEqual(first?.problems, [{ kind: 'error', code: 'targetTwice', values: {} }])
  const unread = { rows: [plan], payload: PAYLOAD, customFields: undefined }
  assert.deepEqual(
    (await service.look('L1', 'customers', unread))[0]?.problems,
    [],
    'what could not be asked is not gone',
  )
  const invoice = { target: 'title', source: { path: 'trigger.data.plan' }, direction: 'both' }
  const [row] = await service.look('L1', 'invoices', { rows: [invoice], payload: PAYLOAD, customFields: [] })
  assert.equal(row?.problems[0]?.code, 'oneWayOnly')
})

test('values are suggested where name and type fit, each once, the surest first, and not what comes over anyway', () => {
  const suggest = (rows: { target: string }[]) =>
    service.suggest('customers', { payload: PAYLOAD, customFields: FIELDS, rows })
  const suggestions = suggest([])
  const told = suggestions.map(({ target, path, confidence }) => [target, path, confidence])
  assert.deepEqual(told.slice(0, 4), [
    ['city', 'trigger.data.address.city', 1],
    ['customFields.a', 'trigger.data.plan', 1],
    ['customFields.b', 'trigger.data.signed_up', 1],
    ['customFields.e', 'trigger.data.vip', 1],
  ])
  assert.ok(suggestions.every(({ target }) => target !== 'phone'))
  assert.deepEqual(suggestions.find(({ target }) => target === 'customFields.b')?.transforms, [
    { use: 'date', to: 'day' },
  ])
  assert.ok(suggest([{ target: 'city' }]).every(({ target }) => target !== 'city'))
  const own = service.filledIn('customers').map(({ target }) => target)
  assert.deepEqual(own, ['email', 'phone', 'firstName', 'lastName', 'name', 'companyName', 'source'])
})

test('what comes back from the CRM unchanged is what went there', () => {
  const word = fc.stringMatching(/^[a-z]{2,8}$/)
  const keys = fc.uniqueArray(word, { minLength: 2, maxLength: 5 })
  const lookup = fc.record({ from: keys, to: keys }).map(({ from, to }): Transform => {
    const pairs = from.slice(0, to.length).map((key, at): [string, string] => [key, to[at]!])
    return { use: 'lookup', table: Object.fromEntries(pairs), ifInvalid: 'keep' }
  })
  const texts = fc.array(
    fc.oneof(fc.constantFrom<Transform>({ use: 'upper' }, { use: 'trim' }, { use: 'title' }), lookup),
    {
      maxLength: 3,
    },
  )
  const cases = fc.oneof(
    fc.tuple(texts, word),
    fc.tuple(
      fc.constant<Transform[]>([
        { use: 'money', from: 'major', to: 'minor', currency: { path: 'trigger.data.currency' } },
      ]),
      fc.integer({ min: 0, max: 10_000_000 }).map((cents) => cents / 100),
    ),
    fc.tuple(fc.constant<Transform[]>([{ use: 'join', with: ', ' }]), fc.array(word, { minLength: 1, maxLength: 4 })),
    fc.tuple(fc.constant<Transform[]>([{ use: 'boolean', yes: ['ja'], no: ['nein'] }]), fc.constantFrom('ja', 'nein')),
    fc.tuple(
      fc.constant<Transform[]>([{ use: 'date', to: 'day' }]),
      fc.constantFrom('2026-01-31', '2026-03-29T00:30:00Z'),
    ),
    fc.tuple(fc.constant<Transform[]>([{ use: 'phone' }]), fc.constantFrom('912 34 56 78', '+1 202 555 0100')),
  )
  const account = { country: 'ES', timeZone: 'Europe/Madrid' }
  fc.assert(
    fc.property(cases, ([transforms, value]) => {
      const row = {
        target: 'customFields.x',
        direction: 'both' as const,
        source: { path: 'trigger.data.it', transforms },
      }
      const [field] = mappedFields(mappingOf(row), { customer: { it: value, currency: 'EUR' }, account })
      const there = field!.toCrm(value)
      assert.deepEqual(field!.toCrm(field!.toRankr(there)), there)
    }),
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
