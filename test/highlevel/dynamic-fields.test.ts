import assert from 'node:assert/strict'
import test from 'node:test'
import { action, actions, triggers } from '../../server/catalog/index.ts'
import { checkInput } from '../../server/catalog/input.ts'
import type { Field } from '../../server/catalog/schema.ts'
import { dynamicFilters, dynamicInputs, inputFromDynamic } from '../../server/highlevel/dynamic-fields.ts'
import { fc } from '../property.ts'

// What the builder of workflows knows, by its documentation.
const ACTION_TYPES = new Set([
  ...['string', 'numerical', 'textarea', 'select', 'multiselect', 'radio', 'toggle', 'checkbox', 'attachment'],
  ...['rich-text', 'date', 'date-time', 'phone'],
])
const FILTER_TYPES = new Set(['string', 'select', 'multiselect'])

const field = (over: Partial<Field> & Pick<Field, 'key' | 'type'>): Field => ({
  label: 'A field',
  in: 'body',
  required: false,
  sensitive: false,
  list: false,
  ...over,
})

test('fields stand in the sections of their groups, and hidden ones nowhere', () => {
  const { inputs } = dynamicInputs([
    field({ key: 'locationId', type: 'hidden', fill: { context: 'locationId' } }),
    field({ key: 'name', type: 'string', label: 'Name', required: true }),
    field({ key: 'city', type: 'string', group: 'Address' }),
    field({ key: 'note', type: 'textarea' }),
    field({ key: 'street', type: 'string', group: 'Address' }),
  ])
  assert.deepEqual(
    inputs.map(({ section, fields }) => [section, fields.map((each) => each.field)]),
    [
      ['Details', ['name', 'note']],
      ['Address', ['city', 'street']],
    ],
  )
  assert.deepEqual(inputs[0]?.fields[0], { field: 'name', title: 'Name', fieldType: 'string', required: true })
})

test('choices are sent where they are known; what is too long to send is typed', () => {
  const choices = { from: 'crm.tags.list', itemsAt: 'tags', value: 'id', label: 'name' }
  const fields = [
    field({ key: 'status', type: 'select', choices: [{ value: 1, label: 'One' }] }),
    field({ key: 'stage', type: 'select', choices }),
    field({ key: 'contact', type: 'select', choices }),
    field({ key: 'tags', type: 'multiselect', list: true, choices }),
    field({ key: 'people', type: 'select', list: true, choices }),
  ]
  const known = { stage: [], tags: [{ label: 'VIP', value: 'vip' }], people: [{ label: 'Uma', value: 'u1' }] }
  const shown = dynamicInputs(fields, known).inputs[0]!.fields.map(({ field: key, fieldType, options }) => [
    key,
    fieldType,
    options,
  ])
  assert.deepEqual(shown, [
    ['status', 'select', [{ label: 'One', value: '1' }]],
    ['stage', 'select', []],
    ['contact', 'string', undefined],
    ['tags', 'multiselect', [{ label: 'VIP', value: 'vip' }]],
    ['people', 'multiselect', [{ label: 'Uma', value: 'u1' }]],
  ])
})

test('one group of fields is spread out under its own heading, a list of groups is JSON', () => {
  const fields = [
    field({ key: 'business', type: 'object', label: 'Business', fields: [field({ key: 'name', type: 'string' })] }),
    field({ key: 'items', type: 'object', list: true, fields: [field({ key: 'qty', type: 'numerical' })] }),
    field({ key: 'extra', type: 'map' }),
  ]
  const { inputs } = dynamicInputs(fields)
  assert.deepEqual(
    inputs.map(({ section, fields: each }) => [section, each.map((one) => `${one.field} ${one.fieldType}`)]),
    [
      ['Business', ['business.name string']],
      ['Details', ['items textarea', 'extra textarea']],
    ],
  )
  const sent = { 'business.name': 'Northwind', items: '[{"qty":"2"}]', extra: '', branches: [], unknown: 'x' }
  const input = inputFromDynamic(fields, sent)
  assert.deepEqual(input, { business: { name: 'Northwind' }, items: '[{"qty":"2"}]' })
  assert.deepEqual(checkInput({ fields, input, context: { locationId: 'L1' } }), {
    ok: true,
    value: { business: { name: 'Northwind' }, items: [{ qty: 2 }] },
  })
})

test('filters are text, a list to choose from, or yes and no', () => {
  const choices = [{ value: 'won', label: 'Won' }]
  const { filters } = dynamicFilters([
    { path: 'amount', label: 'Amount', type: 'numerical' },
    { path: 'status', label: 'Status', type: 'multiselect', choices },
    { path: 'starred', label: 'Starred', type: 'toggle' },
  ])
  assert.deepEqual(filters, [
    { field: 'amount', title: 'Amount', fieldType: 'string', required: false },
    {
      field: 'status',
      title: 'Status',
      fieldType: 'multiselect',
      required: false,
      options: [{ label: 'Won', value: 'won' }],
    },
    {
      field: 'starred',
      title: 'Starred',
      fieldType: 'select',
      required: false,
      options: [
        { label: 'Yes', value: 'true' },
        { label: 'No', value: 'false' },
      ],
    },
  ])
})

test('every entry of the catalog can be shown: known types, each field once, no empty section', () => {
  for (const { id, input } of actions) {
    const { inputs } = dynamicInputs(input)
    const fields = inputs.flatMap((section) => section.fields)
    assert.ok(
      inputs.every((section) => section.fields.length > 0),
      id,
    )
    assert.equal(new Set(fields.map((each) => each.field)).size, fields.length, id)
    for (const each of fields) assert.ok(ACTION_TYPES.has(each.fieldType), `${id} ${each.field} is ${each.fieldType}`)
  }
  for (const { id, filters } of triggers) {
    for (const each of dynamicFilters(filters).filters)
      assert.ok(FILTER_TYPES.has(each.fieldType), `${id} ${each.field}`)
  }
})

/** A sample's input as the builder would send it back. */
const asSent = (fields: readonly Field[], input: Record<string, unknown>, above = ''): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input).flatMap(([key, value]) => {
      const found = fields.find((each) => each.key === key)!
      if (found.fields && !found.list) {
        return Object.entries(asSent(found.fields, value as Record<string, unknown>, `${above}${key}.`))
      }
      const isPlain = typeof value !== 'object' || found.type === 'multiselect'
      return [[`${above}${key}`, isPlain ? value : JSON.stringify(value)]]
    }),
  )

test('a sample that comes back from such a form is the sample', () => {
  const context = { locationId: 'L1', companyId: 'C1', userId: 'U1', appId: 'A1' }
  for (const { id, input: fields, sample } of actions) {
    const input = inputFromDynamic(fields, asSent(fields, sample.input))
    assert.deepEqual(checkInput({ fields, input, context }), checkInput({ fields, input: sample.input, context }), id)
  }
})

test('whatever comes back, the input has no key that the action does not know', () => {
  const { input: fields } = action('crm.invoices.create')!
  const keys = new Set(fields.map(({ key }) => key))
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
      for (const key of Object.keys(inputFromDynamic(fields, data))) assert.ok(keys.has(key))
    }),
  )
})
