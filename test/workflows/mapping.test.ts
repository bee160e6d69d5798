import assert from 'node:assert/strict'
import test from 'node:test'
import { fillTemplate, pathsOf, resolveInput, resolveValue, valueAt } from '../../server/workflows/mapping.ts'
import { fc } from '../property.ts'

const knowledge = {
  trigger: {
    type: 'order.created',
    data: { name: 'Ana', empty: '', zero: 0, items: [{ sku: 'A' }, { sku: 'B', note: null }] },
  },
  steps: { contact: { contactId: 'c1' } },
  options: { tags: ['rankr'] },
  account: { name: 'Bright Dental' },
}

test('a path reads members, list positions and every element of a list', () => {
  assert.equal(valueAt(knowledge, 'trigger.data.name'), 'Ana')
  assert.equal(valueAt(knowledge, 'trigger.data.items.1.sku'), 'B')
  assert.deepEqual(valueAt(knowledge, 'trigger.data.items.sku'), ['A', 'B'])
  assert.equal(valueAt(knowledge, 'trigger.data.missing.deeper'), undefined)
})

test('a path reaches nothing but own members of the data', () => {
  for (const path of [
    'trigger.constructor',
    'trigger.__proto__',
    'trigger.data.name.length',
    'steps.toString',
    'trigger.data.items.map',
  ]) {
    const found = valueAt(knowledge, path)
    assert.ok(found === undefined || (Array.isArray(found) && found.length === 0), path)
  }
})

test('reading any path of any data never throws', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.string({ maxLength: 5 }), { maxLength: 5 }), (data, parts) => {
      valueAt(data, parts.join('.'))
    }),
  )
})

test('a template is filled, unknown parts become nothing, and what is filled in is not filled again', () => {
  assert.equal(
    fillTemplate('Hi {{trigger.data.name}} of {{ account.name }}{{trigger.no}}', knowledge),
    'Hi Ana of Bright Dental',
  )
  assert.equal(fillTemplate('{{trigger.data.items.sku}}', knowledge), 'A, B')
  const sly = { ...knowledge, trigger: { data: { name: '{{account.name}}' } } }
  assert.equal(fillTemplate('{{trigger.data.name}}', sly), '{{account.name}}')
})

test('a fallback stands in for nothing, not for zero or an empty text', () => {
  assert.equal(resolveValue({ path: 'trigger.data.missing', fallback: 'x' }, knowledge), 'x')
  assert.equal(resolveValue({ path: 'trigger.data.zero', fallback: 'x' }, knowledge), 0)
  assert.equal(resolveValue({ path: 'trigger.data.empty', fallback: 'x' }, knowledge), '')
})

test('what has no value is left out of the input, so that nothing is overwritten with emptiness', () => {
  const input = {
    name: { path: 'trigger.data.name' },
    phone: { path: 'trigger.data.phone' },
    note: { path: 'trigger.data.empty' },
    count: { path: 'trigger.data.zero' },
    contactId: { path: 'steps.contact.contactId' },
    source: { value: 'Rankr' },
  }
  assert.deepEqual(resolveInput(input, knowledge), { name: 'Ana', count: 0, contactId: 'c1', source: 'Rankr' })
})

test('groups and lists are put together from parts, without those that come to nothing', () => {
  const name = { path: 'trigger.data.name' }
  const nothing = { path: 'trigger.data.missing' }
  const source = { list: [{ fields: { id: { value: 'cf_1' }, value: name, note: nothing } }, nothing, { value: '' }] }
  assert.deepEqual(resolveValue(source, knowledge), [{ id: 'cf_1', value: 'Ana' }])
  assert.equal(resolveValue({ fields: { a: nothing, b: { list: [nothing] } } }, knowledge), undefined)
  assert.deepEqual(pathsOf(source), ['trigger.data.name', 'trigger.data.missing', 'trigger.data.missing'])
})

test('several lists are joined to one, nothing is left out of it', () => {
  assert.deepEqual(
    resolveValue({ paths: ['trigger.data.items.sku', 'options.tags', 'trigger.data.missing'] }, knowledge),
    ['A', 'B', 'rankr'],
  )
})
