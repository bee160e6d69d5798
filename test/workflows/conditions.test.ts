import assert from 'node:assert/strict'
import test from 'node:test'
import { holds } from '../../server/workflows/conditions.ts'
import { type Condition, OPERATORS } from '../../server/workflows/document.ts'
import { fc } from '../property.ts'

const knowledge = {
  trigger: {
    data: { total: 120.5, status: 'Paid', tags: ['vip', 'Growth'], note: '', placed_at: '2026-03-02T14:05:03Z' },
  },
}
const when = (path: string, operator: (typeof OPERATORS)[number], value?: unknown): Condition =>
  ({ path: `trigger.data.${path}`, operator, ...(value === undefined ? {} : { value }) }) as Condition

const table: [Condition, boolean][] = [
  [when('status', 'is', 'paid'), true],
  [when('status', 'is', 'open'), false],
  [when('missing', 'is', 'x'), false],
  [when('missing', 'is-not', 'x'), true],
  [when('tags', 'is', 'growth'), true],
  [when('tags', 'is-not', 'vip'), false],
  [when('tags', 'contains', 'VIP'), true],
  [when('tags', 'contains', 'vi'), false],
  [when('status', 'contains', 'ai'), true],
  [when('status', 'contains-not', 'ai'), false],
  [when('note', 'exists'), false],
  [when('note', 'exists-not'), true],
  [when('total', 'exists'), true],
  [when('total', 'greater', '99'), true],
  [when('total', 'less', 120.5), false],
  [when('missing', 'less', 5), false],
  [when('placed_at', 'greater', '2026-03-01'), true],
  [when('status', 'one-of', ['open', 'paid']), true],
  [when('tags', 'one-of', ['x', 'growth']), true],
  [when('tags', 'none-of', ['x', 'y']), true],
  [when('missing', 'none-of', ['x']), true],
]
for (const [condition, expected] of table) {
  test(`${JSON.stringify(condition)} ${expected ? 'holds' : 'does not hold'}`, () => {
    assert.equal(holds(condition, knowledge), expected)
  })
}

test('all, any and not join conditions as in logic', () => {
  const yes = when('status', 'is', 'paid')
  const no = when('status', 'is', 'open')
  assert.equal(holds({ all: [yes, { not: no }] }, knowledge), true)
  assert.equal(holds({ all: [yes, no] }, knowledge), false)
  assert.equal(holds({ any: [no, yes] }, knowledge), true)
  assert.equal(holds({ all: [] }, knowledge), true)
  assert.equal(holds({ any: [] }, knowledge), false)
})

const opposites = [
  ['is', 'is-not'],
  ['contains', 'contains-not'],
  ['exists', 'exists-not'],
  ['one-of', 'none-of'],
] as const

test('an object that says it is no text is compared as any other', () => {
  const at = { trigger: { data: { x: { toString: 1, valueOf: 1 } } } }
  for (const operator of OPERATORS) assert.equal(typeof holds(when('x', operator, 'a'), at), 'boolean', operator)
  assert.equal(holds(when('x', 'contains', 'valueOf'), at), true)
})

test('no data makes a condition throw, and opposites never agree', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.constantFrom(...OPERATORS), (data, value, operator) => {
      assert.equal(
        typeof holds({ path: 'trigger.data.x', operator, value } as Condition, { trigger: { data } }),
        'boolean',
      )
    }),
  )
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.constantFrom(...opposites), (x, value, [one, other]) => {
      const at = { trigger: { data: { x } } }
      assert.notEqual(holds(when('x', one, value), at), holds(when('x', other, value), at))
    }),
  )
})
