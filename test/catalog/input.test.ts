// Inputs as forms, templates and other systems bring them.
import assert from 'node:assert/strict'
import test from 'node:test'
import { actions } from '../../server/catalog/index.ts'
import { checkInput } from '../../server/catalog/input.ts'
import { type Field, type FieldEntry, fieldSchema } from '../../server/catalog/schema.ts'
import { fc, runs } from '../property.ts'

const context = { locationId: 'loc', userId: 'usr' }
const fields = (...entries: FieldEntry[]): Field[] => entries.map((entry) => fieldSchema.parse(entry))
const field = (type: FieldEntry['type'], more: Partial<FieldEntry> = {}): Field[] =>
  fields({ key: 'value', label: 'Value', type, ...more })

const checkedValue = (fields: Field[], value: unknown): unknown => {
  const checked = checkInput({ fields, input: { value }, context })
  assert.ok(checked.ok, JSON.stringify(checked))
  return checked.value.value
}

const faultOf = (fields: Field[], value: unknown): string => {
  const checked = checkInput({ fields, input: { value }, context })
  assert.ok(!checked.ok, JSON.stringify(checked))
  return checked.faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
}

test('a number may come as text, and only a number does', () => {
  assert.equal(checkedValue(field('numerical'), '12.5'), 12.5)
  assert.equal(checkedValue(field('numerical'), 0), 0)
  for (const value of ['12,5', 'twelve', Number.NaN, Number.POSITIVE_INFINITY, true, {}]) {
    assert.equal(faultOf(field('numerical'), value), '/value must be a number')
  }
  assert.equal(faultOf(field('numerical', { format: 'integer' }), '1.5'), '/value must be a whole number')
  assert.equal(faultOf(field('numerical', { min: 1 }), 0), '/value must be at least 1')
  assert.equal(faultOf(field('numerical', { max: 5 }), '6'), '/value must be at most 5')
})

test('yes and no come in several spellings', () => {
  for (const value of [true, 'true', 1, '1']) assert.equal(checkedValue(field('toggle'), value), true)
  for (const value of [false, 'false', 0, '0']) assert.equal(checkedValue(field('toggle'), value), false)
  assert.equal(faultOf(field('toggle'), 'yes'), '/value must be true or false')
})

test('a day is a day of the calendar, also cut from a moment', () => {
  assert.equal(checkedValue(field('date'), '2026-03-31'), '2026-03-31')
  assert.equal(checkedValue(field('date'), '2026-03-31T09:00:00Z'), '2026-03-31')
  for (const value of ['2026-02-30', '31.03.2026', 20260331, 'soon']) {
    assert.equal(faultOf(field('date'), value), '/value must be a day, like 2026-03-31')
  }
})

test('a moment stays as it came, or becomes milliseconds or seconds', () => {
  assert.equal(checkedValue(field('date-time'), '2026-03-31T09:00:00+02:00'), '2026-03-31T09:00:00+02:00')
  assert.equal(checkedValue(field('date-time', { format: 'epoch-ms' }), '2026-03-31T09:00:00Z'), 1774947600000)
  assert.equal(checkedValue(field('date-time', { format: 'epoch-seconds' }), '2026-03-31T09:00:00.900Z'), 1774947600)
  assert.match(faultOf(field('date-time'), 'tomorrow'), /must be a time/)
  assert.match(faultOf(field('date-time'), 1774947600000), /must be a time/)
})

test('e-mail addresses, web addresses and phone numbers are looked at', () => {
  assert.equal(checkedValue(field('string', { format: 'email' }), 'a@b.example'), 'a@b.example')
  assert.match(faultOf(field('string', { format: 'email' }), 'a at b'), /must be an e-mail address/)
  assert.match(faultOf(field('string', { format: 'email' }), `a@${'.'.repeat(90_000)} `), /must be an e-mail address/)
  assert.match(faultOf(field('string', { format: 'url' }), 'example.com'), /must be a full web address/)
  assert.equal(checkedValue(field('phone'), '+1 (415) 555-0132'), '+1 (415) 555-0132')
  assert.match(faultOf(field('phone'), 'call me'), /must be a phone number/)
})

test('a choice is sent as its own value, whatever it was spelt as', () => {
  const choices = [
    { value: 0.5, label: 'Half' },
    { value: 1, label: 'Whole' },
  ]
  assert.equal(checkedValue(field('select', { choices }), '0.5'), 0.5)
  assert.equal(faultOf(field('select', { choices }), '2'), '/value must be one of: 0.5, 1')
})

test('a list comes as a list, as JSON text or as text with commas', () => {
  const tags = field('string', { list: true })
  assert.deepEqual(checkedValue(tags, ['a', 'b']), ['a', 'b'])
  assert.deepEqual(checkedValue(tags, '["a","b, c"]'), ['a', 'b, c'])
  assert.deepEqual(checkedValue(tags, ' a, b ,,c '), ['a', 'b', 'c'])
  assert.deepEqual(checkedValue(tags, 7), ['7'])
  assert.deepEqual(checkedValue(field('attachment', { list: true, format: 'url' }), 'https://a.example/x,y'), [
    'https://a.example/x,y',
  ])
  assert.equal(faultOf(field('string', { list: true, required: true }), []), '/value needs at least one value')
  assert.equal(faultOf(field('numerical', { list: true }), [1, 'x']), '/value/1 must be a number')
})

test('pairs and JSON come as values or as text', () => {
  assert.deepEqual(checkedValue(field('map'), { a: 1, b: null }), { a: 1, b: null })
  assert.deepEqual(checkedValue(field('map'), '{"a":1}'), { a: 1 })
  for (const value of ['a=1', '[1]', [1]]) assert.match(faultOf(field('map'), value), /pairs of names and values/)
  assert.deepEqual(checkedValue(field('json'), '[1,2]'), [1, 2])
  assert.equal(checkedValue(field('json'), 'plain'), 'plain')
})

test('no value is no value, and text may be emptied on purpose', () => {
  for (const value of [undefined, null]) assert.equal(checkedValue(field('string'), value), undefined)
  assert.equal(checkedValue(field('string'), ''), '')
  for (const type of ['numerical', 'date', 'phone', 'json'] as const)
    assert.equal(checkedValue(field(type), ''), undefined)
  for (const value of [undefined, null, '']) {
    assert.equal(faultOf(field('string', { required: true }), value), '/value is required')
  }
})

test('text has an end', () => {
  assert.equal(faultOf(field('string', { max: 3 }), 'four'), '/value must have at most 3 characters')
  assert.match(faultOf(field('string'), 'x'.repeat(100_001)), /at most 100000 characters/)
})

test('unknown keys are named, at every depth, with a pointer that leads there', () => {
  const nested = fields({ key: 'items', label: 'Items', type: 'object', list: true, fields: field('numerical') })
  const checked = checkInput({ fields: nested, input: { items: [{ value: 1, 'a/b~c': 2 }], more: 3 }, context })
  assert.deepEqual(checked.ok || checked.faults, [
    { pointer: '/more', detail: 'is not a field of this action' },
    { pointer: '/items/0/a~1b~0c', detail: 'is not a field of this action' },
  ])
  for (const input of [null, 'text', [1]]) {
    const refused = checkInput({ fields: nested, input, context })
    assert.deepEqual(refused.ok || refused.faults, [{ pointer: '', detail: 'must be an object' }])
  }
})

test('hidden fields are filled from the installation and cannot be given', () => {
  const hidden = fields(
    { key: 'locationId', label: 'Account', type: 'hidden', required: true, fill: { context: 'locationId' } },
    { key: 'kind', label: 'Kind', type: 'hidden', fill: { constant: { a: [1] } } },
    { key: 'appId', label: 'App', type: 'hidden', fill: { context: 'appId' } },
  )
  const checked = checkInput({ fields: hidden, input: {}, context })
  assert.deepEqual(checked.ok && checked.value, { locationId: 'loc', kind: { a: [1] } })
  if (checked.ok) (checked.value.kind as { a: number[] }).a.push(2)
  assert.deepEqual(hidden[1]!.fill, { constant: { a: [1] } })
  const forged = checkInput({ fields: hidden, input: { locationId: 'other' }, context })
  assert.deepEqual(forged.ok || forged.faults, [{ pointer: '/locationId', detail: 'is not a field of this action' }])
  const unknown = checkInput({
    fields: fields({ key: 'appId', label: 'App', type: 'hidden', required: true, fill: { context: 'appId' } }),
    input: {},
    context,
  })
  assert.deepEqual(unknown.ok || unknown.faults, [{ pointer: '/appId', detail: 'is not known for this account' }])
})

test('keys of the language itself are no values', () => {
  const checked = checkInput({ fields: fields({ key: 'toString', label: 'Text', type: 'string' }), input: {}, context })
  assert.deepEqual(checked.ok && checked.value, {})
})

test('whatever comes in, every action answers with a value or with faults that point somewhere', () => {
  fc.assert(
    fc.property(fc.constantFrom(...actions), fc.jsonValue(), fc.string(), (action, json, key) => {
      const typed = { fields: action.input, context: { ...context, companyId: 'com' } }
      for (const input of [json, { ...action.sample.input, [key]: json }]) {
        const checked = checkInput({ ...typed, input })
        if (checked.ok) continue
        assert.ok(checked.faults.length > 0)
        for (const { pointer, detail } of checked.faults)
          assert.ok(pointer === '' || (pointer.startsWith('/') && detail))
      }
    }),
    { numRuns: runs(300) },
  )
})
