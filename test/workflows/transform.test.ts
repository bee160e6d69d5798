import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '../../server/errors.ts'
import { resolveInput, resolveValue } from '../../server/workflows/mapping.ts'
import { applyTransforms, type Surroundings } from '../../server/workflows/transform.ts'
import { TRANSFORMS, type Transform, transform } from '../../server/workflows/transforms.ts'
import { fc } from '../property.ts'

const around: Surroundings = {
  read: (path) => (path === 'trigger.data.currency' ? 'JPY' : undefined),
  zone: 'America/New_York',
  country: 'US',
  locale: 'en',
}
const made = (value: unknown, ...transforms: Transform[]) => applyTransforms(value, transforms, around)
const fails = (value: unknown, ...transforms: Transform[]) =>
  assert.throws(() => made(value, ...transforms), { code: 'value_invalid' })

const table: [string, unknown, Transform, unknown][] = [
  ['upper', 'straße', { use: 'upper' }, 'STRASSE'],
  ['trim', '  a   b ', { use: 'trim' }, 'a b'],
  ['title', "JEAN-luc o'NEILL", { use: 'title' }, "Jean-Luc O'Neill"],
  ['a number of the account', '(415) 555-0132', { use: 'phone' }, '+14155550132'],
  ['a number of a country', '020 7946 0018', { use: 'phone', country: 'GB' }, '+442079460018'],
  ['a number with its country', '+34 912 34 56 78', { use: 'phone' }, '+34912345678'],
  ['a day in the account', '2026-03-01T02:30:00Z', { use: 'date', to: 'day' }, '2026-02-28'],
  ['a day elsewhere', '2026-03-01T02:30:00Z', { use: 'date', to: 'day', zone: 'Asia/Tokyo' }, '2026-03-01'],
  ['a wall clock', '2026-03-01 09:00', { use: 'date', to: 'instant' }, '2026-03-01T14:00:00.000Z'],
  ['a wall clock in summer', '2026-07-01T09:00:00', { use: 'date', to: 'instant' }, '2026-07-01T13:00:00.000Z'],
  ['an hour that is left out', '2026-03-08T02:30', { use: 'date', to: 'time', fromZone: 'UTC' }, '21:30'],
  ['seconds', 1_772_332_200, { use: 'date', to: 'instant' }, '2026-03-01T02:30:00.000Z'],
  ['milliseconds', 1_772_332_200_000, { use: 'date', to: 'seconds' }, 1_772_332_200],
  ['a later day', '2026-12-31', { use: 'date', to: 'day', add: { amount: 1, unit: 'days' } }, '2027-01-01'],
  ['to cents', 12.345, { use: 'money', from: 'major', to: 'minor', currency: 'USD' }, 1235],
  ['a half that binary hides', '1.005', { use: 'money', from: 'major', to: 'minor', currency: 'USD' }, 101],
  ['from cents', 1235, { use: 'money', from: 'minor', to: 'major', currency: 'USD' }, 12.35],
  [
    'without cents',
    1235,
    { use: 'money', from: 'minor', to: 'major', currency: { path: 'trigger.data.currency' } },
    1235,
  ],
  ['with three digits', 1.234, { use: 'money', from: 'major', to: 'minor', currency: 'KWD' }, 1234],
  ['money as text', 1235, { use: 'money', from: 'minor', to: 'text', currency: 'USD' }, '$12.35'],
  ['lookup', ' PAID ', { use: 'lookup', table: { paid: 'won' } }, 'won'],
  ['lookup of others', 'open', { use: 'lookup', table: { paid: 'won' }, otherwise: 'lost' }, 'lost'],
  ['join', ['a', '', 'b'], { use: 'join', with: ', ' }, 'a, b'],
  ['split', 'a, b,,c', { use: 'split', at: ',' }, ['a', 'b', 'c']],
  ['the last part', 'Ana Maria Ruiz', { use: 'split', at: ' ', part: -1 }, 'Ruiz'],
  ['default', '', { use: 'default', value: 'x' }, 'x'],
  ['a number as written', '1,234.50', { use: 'number' }, 1234.5],
  ['a number with a comma', '1.234,50', { use: 'number', decimal: ',' }, 1234.5],
  ['yes', 'Yes', { use: 'boolean' }, true],
  ['a no of one’s own', 'nein', { use: 'boolean', no: ['nein'] }, false],
  ['round', 2.345, { use: 'round', digits: 2 }, 2.35],
  ['round down', -2.349, { use: 'round', digits: 2, how: 'down' }, -2.34],
  ['JSON', '{"a":{"b":[1]}}', { use: 'json', do: 'read', at: 'a.b' }, [1]],
  ['JSON text', { a: 1 }, { use: 'json', do: 'write' }, '{"a":1}'],
]
for (const [name, value, one, expected] of table) {
  test(`${one.use}: ${name}`, () => {
    assert.deepEqual(transform.parse(one), one)
    assert.deepEqual(made(value, one), expected)
  })
}

test('every transform is tried above', () => {
  assert.deepEqual([...new Set(['lower', ...table.map(([, , { use }]) => use)])].sort(), [...TRANSFORMS].sort())
})

test('a faulty value is an error, no value, or kept, as is wanted; the error does not tell the value', () => {
  fails('abc', { use: 'phone' })
  fails('soon', { use: 'date', to: 'day' })
  fails('12 apples', { use: 'number' })
  fails(12.5, { use: 'money', from: 'minor', to: 'major', currency: 'USD' })
  fails('maybe', { use: 'boolean' })
  fails('open', { use: 'lookup', table: { paid: 'won' } })
  fails('{', { use: 'json', do: 'read' })
  fails({ a: 1 }, { use: 'upper' })
  fails('2026-01-01', { use: 'date', to: 'day', zone: 'Mars/Olympus' })
  assert.equal(made('abc', { use: 'phone', ifInvalid: 'empty' }), undefined)
  assert.equal(made('abc', { use: 'phone', ifInvalid: 'keep' }), 'abc')
  assert.throws(
    () => made('s3cret', { use: 'number' }),
    (error) => error instanceof AppError && !error.message.includes('s3cret'),
  )
})

test('lists are changed element by element, nothing stays nothing', () => {
  assert.deepEqual(made(['a', null, 'b'], { use: 'upper' }), ['A', null, 'B'])
  assert.equal(made(undefined, { use: 'upper' }, { use: 'phone' }), undefined)
  assert.equal(made(null, { use: 'default', value: 'x' }, { use: 'upper' }), 'X')
})

test('the smallest unit is a whole number and comes back as it was', () => {
  const currency = fc.constantFrom('USD', 'JPY', 'KWD', 'EUR')
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), currency, (minor, code) => {
      const major = made(minor, { use: 'money', from: 'minor', to: 'major', currency: code })
      assert.equal(made(major, { use: 'money', from: 'major', to: 'minor', currency: code }), minor)
    }),
  )
})

test('no value makes a transform fail with anything but its own code', () => {
  const any = fc.constantFrom(...table.map(([, , one]) => one))
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(any, { maxLength: 4 }), (value, transforms) => {
      try {
        made(value, ...transforms)
      } catch (error) {
        assert.equal(error instanceof AppError && error.code, 'value_invalid')
      }
    }),
  )
})

const knowledge = {
  trigger: {
    data: {
      name: 'Ana',
      phone: 'abc',
      items: [
        { sku: 'A', price: 2 },
        { sku: 'B', price: 3 },
      ],
    },
  },
  steps: {},
  options: {},
  account: { timeZone: 'Europe/Madrid', country: 'ES' },
}

test('a text may count, choose and repeat, and ends when it takes too long or too much', () => {
  const template = '{% for one in trigger.data.items %}{{ one.sku }}={{ one.price | times: 2 }};{% endfor %}'
  assert.equal(resolveValue({ template }, knowledge), 'A=4;B=6;')
  const endless = '{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}'
  assert.throws(() => resolveValue({ template: endless }, knowledge), { code: 'value_invalid' })
})

test('a text reads no file, no prototype and no method', () => {
  for (const template of [
    "{% include 'x' %}",
    "{% render '/etc/passwd' %}",
    "{% layout 'x' %}",
    '{{ trigger | nothing: }',
  ]) {
    assert.throws(() => resolveValue({ template }, knowledge), { code: 'value_invalid' }, template)
  }
  assert.equal(
    resolveValue({ template: '{{ trigger.constructor | upcase }}{{ trigger.__proto__ | size }}' }, knowledge),
    '0',
  )
})

test('all faulty fields of a step are named at once', () => {
  const input = {
    phone: { path: 'trigger.data.phone', transforms: [{ use: 'phone' as const }] },
    amount: { path: 'trigger.data.name', transforms: [{ use: 'number' as const }] },
    name: { path: 'trigger.data.name' },
  }
  assert.throws(
    () => resolveInput(input, knowledge),
    (error) => {
      assert.ok(error instanceof AppError)
      assert.deepEqual(
        error.errors?.map(({ pointer }) => pointer),
        ['/phone', '/amount'],
      )
      return true
    },
  )
})
