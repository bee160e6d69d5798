import assert from 'node:assert/strict'
import test from 'node:test'
import { actions, action as catalogAction, trigger as triggerOf } from '../../../../server/catalog/index.ts'
import type { Action, Field } from '../../../../server/catalog/schema.ts'
import { writeAny } from '../../../../server/http/ui/editor/literal-form.ts'
import { idFrom, readStep } from '../../../../server/http/ui/editor/read-step.ts'
import type { Sent } from '../../../../server/http/ui/editor/sent.ts'
import { readStart, writeStart } from '../../../../server/http/ui/editor/start-form.ts'
import { shownFields, writeStep } from '../../../../server/http/ui/editor/step-form.ts'
import {
  type Condition,
  type Step,
  type ValueSource,
  valueSource,
  workflowDocument,
} from '../../../../server/workflows/document.ts'
import type { Transform } from '../../../../server/workflows/transforms.ts'
import { fc, runs } from '../../../property.ts'

type Json = Extract<ValueSource, { value: unknown }>['value']

/** As a browser sends it: line ends of two letters, and nothing of what has no value. */
const sentBy = (form: Sent): Sent =>
  Object.fromEntries(
    Object.entries(form).flatMap(([name, value]): [string, string | string[]][] => {
      const texts = [value].flat().map((text) => text.replaceAll('\n', '\r\n'))
      return texts.length === 0 ? [] : [[name, texts.length === 1 ? texts[0]! : texts]]
    }),
  )

const assertSame = (made: Step, action?: Action): void => {
  // As documents are: from JSON.
  const step: Step = JSON.parse(JSON.stringify(made))
  const read = readStep(sentBy(writeStep(step, action)), { before: step, action })
  assert.deepEqual(read, { step, id: step.id, faults: [] })
}

const text = fc.string({ maxLength: 12 }).filter((one) => !one.includes('\r'))
const label = text.filter((one) => one.trim() !== '')
const line = label.filter((one) => !one.includes('\n'))
const scalar = fc.oneof(
  text,
  fc.constantFrom('5', 'true', '0012', '1e5', '[x', '"', '{}', 'null', ''),
  fc.integer(),
  fc.boolean(),
)
/** In lists, which people write with one value in a line. */
const seen = scalar.filter((one) => `${one}`.trim() !== '')
const path = fc.constantFrom('trigger.data.email', 'steps.a.contactId', 'item.sku', 'account.timeZone', 'options.tags')
/** Documents drop this name, wherever it stands. */
const isPlain = (one: unknown): boolean => !JSON.stringify(one).includes('__proto__')
const json = fc.jsonValue({ maxDepth: 2 }).filter(isPlain) as fc.Arbitrary<Json>
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
/** Without the members that came out as undefined. */
const bare = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T
const record = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(shape).map((one) => bare(one as T))

const ifInvalid = optional(fc.constantFrom('fail', 'empty', 'keep'))
const unit = fc.constantFrom('minutes', 'hours', 'days')
const span = fc.record({ amount: fc.integer({ min: 1, max: 300 }), unit })
const transform = fc.oneof(
  fc.constantFrom('upper', 'lower', 'trim', 'title').map((use) => ({ use })),
  record({ use: fc.constant('phone'), country: optional(fc.constant('ES')), ifInvalid }),
  record({
    use: fc.constant('date'),
    to: fc.constantFrom('day', 'text', 'seconds'),
    zone: optional(fc.constant('Europe/Madrid')),
    add: optional(fc.record({ amount: fc.integer({ min: -9, max: 9 }), unit })),
    style: optional(fc.constantFrom('short', 'full')),
    withTime: optional(fc.boolean()),
    ifInvalid,
  }),
  record({
    use: fc.constant('money'),
    from: fc.constantFrom('major', 'minor'),
    to: fc.constantFrom('minor', 'text'),
    currency: fc.oneof(fc.constant('EUR'), fc.record({ path })),
    locale: optional(fc.constant('es-MX')),
    ifInvalid,
  }),
  record({
    use: fc.constant('lookup'),
    table: fc.dictionary(line.filter(isPlain), json, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
    otherwise: optional(json),
  }),
  fc.record({ use: fc.constant('join'), with: fc.constantFrom('', ', ', '\n', '\\n', ' \\ ', '\t') }),
  record({
    use: fc.constant('split'),
    at: fc.constantFrom(',', ' ', '\n'),
    part: optional(fc.integer({ min: -3, max: 3 })),
  }),
  fc.record({ use: fc.constant('default'), value: json }),
  record({ use: fc.constant('number'), decimal: optional(fc.constantFrom('.', ',')), ifInvalid }),
  record({ use: fc.constant('boolean'), yes: optional(fc.array(line, { minLength: 1, maxLength: 2 })), ifInvalid }),
  record({ use: fc.constant('round'), digits: fc.nat({ max: 9 }), how: optional(fc.constantFrom('up', 'nearest')) }),
  record({ use: fc.constant('json'), do: fc.constantFrom('read', 'write'), at: optional(fc.constant('a.b')) }),
) as fc.Arbitrary<Transform>
const transforms = optional(fc.array(transform, { minLength: 1, maxLength: 3 }))

const simple: fc.Arbitrary<ValueSource> = fc.oneof(
  fc.record({ value: json }),
  record({ path, fallback: optional(json), transforms }),
  record({ paths: fc.array(path, { minLength: 1, maxLength: 3 }), transforms }),
  record({ template: text.filter(Boolean).map((one) => `Hi {{trigger.data.name}} ${one}`), transforms }),
) as fc.Arbitrary<ValueSource>

const isTaken = (source: ValueSource): boolean => !('value' in source)
const keys = fc.constantFrom('id', 'value', 'path', 'kind', 'a b', 'email')
const source: fc.Arbitrary<ValueSource> = fc.letrec<{ source: ValueSource }>((tie) => ({
  // Parts that are all written down are one written value, so at least one is not.
  source: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: simple },
    {
      weight: 1,
      arbitrary: fc
        .dictionary(keys, tie('source'), { minKeys: 1, maxKeys: 3, noNullPrototype: true })
        .filter((fields) => Object.values(fields).some(isTaken))
        .map((fields) => ({ fields })),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(tie('source'), { minLength: 1, maxLength: 3 })
        .filter((list) => list.some(isTaken))
        .map((list) => ({ list })),
    },
  ),
})).source

const rule = fc.oneof(
  fc.record({ path, operator: fc.constantFrom('exists', 'exists-not') }),
  fc.record({ path, operator: fc.constantFrom('one-of', 'none-of'), value: fc.array(seen, { maxLength: 3 }) }),
  record({ path, operator: fc.constantFrom('is', 'contains', 'less'), value: optional(json) }),
) as fc.Arbitrary<Condition>
const condition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => {
  // A group of one rule is the rule.
  const parts = fc.array(tie('condition'), { minLength: 2, maxLength: 3 })
  return {
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 3, arbitrary: rule },
      { weight: 1, arbitrary: parts.map((all) => ({ all })) },
      { weight: 1, arbitrary: parts.map((any) => ({ any })) },
      { weight: 1, arbitrary: tie('condition').map((not) => ({ not })) },
    ),
  }
}).condition

// biome-ignore lint/suspicious/noThenProperty: data that is never awaited
const GO_ON = { then: 'continue' as const }
const inner: Step[] = [{ id: 'inner', type: 'stop' }]
const title = optional(text.filter(Boolean))
const base = { id: fc.constantFrom('first', 'step-2'), title }
const ways = <T>(shape: fc.Arbitrary<T>) =>
  fc
    .array(fc.tuple(label, shape), { minLength: 1, maxLength: 4 })
    .map((all) =>
      all.map(([one, rest], at) => ({ id: `way-${at}`, label: one, ...rest, steps: at === 0 ? inner : [] })),
    )

const step = fc.oneof(
  record({
    ...base,
    type: fc.constant('condition'),
    branches: ways(fc.record({ when: condition })),
    otherwise: fc.constant(inner),
  }),
  record({
    ...base,
    type: fc.constant('switch'),
    on: source,
    cases: ways(fc.record({ values: fc.array(seen, { minLength: 1, maxLength: 3 }) })),
    otherwise: fc.constant([]),
  }),
  record({
    ...base,
    type: fc.constant('for-each'),
    items: path,
    most: optional(fc.integer({ min: 1, max: 1000 })),
    steps: fc.constant(inner),
  }),
  record({ ...base, type: fc.constant('delay'), for: span }),
  record({ ...base, type: fc.constant('delay'), until: source }),
  record({
    ...base,
    type: fc.constant('delay'),
    event: record({ trigger: fc.constant('rankr.invoice.paid'), filter: optional(condition) }),
    timeout: span,
  }),
  record({
    ...base,
    type: fc.constant('call'),
    workflow: fc.uuid(),
    input: fc.dictionary(keys, source, { maxKeys: 3, noNullPrototype: true }),
  }),
  record({ ...base, type: fc.constant('stop'), reason: optional(text.filter(Boolean)) }),
) as fc.Arbitrary<Step>

test('reading back the form of a step gives the step, whichever it is', () => {
  fc.assert(
    fc.property(step, (one) => {
      assert.ok(
        workflowDocument.safeParse({ schema: 'rankr-connect/workflow@1', name: 'x', triggers: [], steps: [one] })
          .success,
      )
      assertSame(one)
    }),
    { numRuns: runs(400) },
  )
})

const sourcesFor = (fields: readonly Field[]) =>
  fc.tuple(
    fc.subarray(fields.map(({ key }) => key)),
    fc.array(source, { minLength: fields.length, maxLength: fields.length }),
  )

test('reading back the form of any action gives its input: its example, and values from anywhere in any field', () => {
  for (const entry of actions) {
    const shown = shownFields(entry)
    const example = shown.flatMap(({ key }) =>
      Object.hasOwn(entry.sample.input, key) ? [[key, { value: entry.sample.input[key] }]] : [],
    )
    const made = { id: 'act', type: 'action' as const, action: entry.id }
    assertSame({ ...made, input: Object.fromEntries(example) }, entry)
    fc.assert(
      fc.property(
        sourcesFor(shown),
        optional(fc.constantFrom(GO_ON, { steps: inner })),
        ([wanted, sources], onError) => {
          const input = Object.fromEntries(wanted.map((key, at) => [key, sources[at]!]))
          assertSame(bare({ ...made, input, onError }) as Step, entry)
        },
      ),
      { numRuns: runs(4) },
    )
  }
})

test('the usual control of a field holds its example', () => {
  const asJson = actions.flatMap((entry) => {
    const input = Object.fromEntries(
      Object.entries(entry.sample.input).map(([key, value]) => [key, { value: value as Json }]),
    )
    const form = writeStep({ id: 'act', type: 'action', action: entry.id, input }, entry)
    return shownFields(entry)
      .filter(({ key, type }) => type !== 'json' && form[`input.${key}.kind`] === 'json')
      .map(({ key }) => `${entry.id} ${key}`)
  })
  assert.deepEqual(asJson, [])
})

test('what is typed is read as people mean it', () => {
  assert.equal(writeAny('0012'), '0012')
  assert.equal(writeAny('5'), '"5"')
  assert.equal(writeAny(5), '5')
  assert.equal(idFrom('¡Pagó ya!', new Set(['pago-ya']), 'branch'), 'pago-ya-2')
  assert.equal(idFrom('Otherwise', new Set(), 'branch'), 'branch')
  assert.ok(valueSource.safeParse({ list: [{ fields: { id: { path: 'trigger.id' } } }] }).success)
})

const refused: { what: string; before: Step; sent: Sent; faults: string[] }[] = [
  {
    what: 'a number that is none',
    before: { id: 'a', type: 'action', action: 'crm.opportunities.create', input: { monetaryValue: { value: 5 } } },
    sent: { 'input.monetaryValue.kind': 'value', 'input.monetaryValue.value': 'five' },
    faults: ['input.monetaryValue.value number'],
  },
  {
    what: 'a path into nowhere',
    before: {
      id: 'a',
      type: 'action',
      action: 'crm.contacts.create',
      input: { email: { path: 'trigger.data.email' } },
    },
    sent: { 'input.email.kind': 'path', 'input.email.path': 'window.location' },
    faults: ['input.email.path path'],
  },
  {
    what: 'a value from before that nobody has chosen',
    before: { id: 'a', type: 'action', action: 'crm.contacts.create', input: {} },
    sent: { 'input.email.kind': 'path', 'input.email.path': '' },
    faults: ['input.email.path pick'],
  },
  {
    what: 'a change without what it needs',
    before: { id: 'a', type: 'action', action: 'crm.contacts.create', input: {} },
    sent: {
      'input.email.kind': 'path',
      'input.email.path': 'trigger.x',
      'input.email.t.0.use': 'round',
      'input.email.t.0.digits': 'x',
    },
    faults: ['input.email.t.0.digits transform'],
  },
  {
    what: 'a name that is none, and a title without end',
    before: { id: 'a', type: 'stop' },
    sent: { 'own.id': 'A b', 'own.title': 'x'.repeat(121), reason: 'y'.repeat(201) },
    faults: ['reason tooMuch', 'own.title title', 'own.id name'],
  },
  {
    what: 'a wait of ten years',
    before: { id: 'a', type: 'delay', for: { amount: 2, unit: 'hours' } },
    sent: { wait: 'for', 'for.amount': '3660', 'for.unit': 'days' },
    faults: ['for.amount span'],
  },
  {
    what: 'branches without a label, rules without a left side',
    before: {
      id: 'a',
      type: 'condition',
      branches: [{ id: 'yes', label: 'Yes', when: { path: 'trigger.x', operator: 'exists' }, steps: inner }],
      otherwise: [],
    },
    sent: {
      'branches.0.was': 'yes',
      'branches.0.label': ' ',
      'branches.0.when.join': 'all',
      'branches.0.when.0.path': '',
      'branches.0.when.0.value': '5',
    },
    faults: ['branches.0.label label', 'branches.0.when.0.path pick'],
  },
]

for (const { what, before, sent, faults } of refused) {
  test(`${what} is refused, and what was kept stays`, () => {
    const action = before.type === 'action' ? catalogAction(before.action) : undefined
    const read = readStep(sent, { before, action })
    assert.deepEqual(
      read.faults.map(({ name, code }) => `${name} ${code}`),
      faults,
    )
    assert.deepEqual(read.step, before)
    assert.equal(read.id, before.id)
  })
}

test('one fault does not hold up the rest', () => {
  const before: Step = { id: 'a', type: 'action', action: 'crm.contacts.create', input: {} }
  const sent = {
    'own.id': 'a',
    'input.email.kind': 'path',
    'input.firstName.kind': 'value',
    'input.firstName.value': 'Ana',
  }
  const { step: read, faults } = readStep(sent, { before, action: catalogAction('crm.contacts.create') })
  assert.equal(faults.length, 1)
  assert.deepEqual(read, { ...before, input: { firstName: { value: 'Ana' } } })
})

test('reading back the form of what starts a workflow gives the same, with settings and filters', () => {
  const filter: Condition = { path: 'trigger.data.total', operator: 'greater', value: 5 }
  const schedule = triggerOf('app.schedule.due')
  const settings = schedule!.settingsSample as Record<string, Json>
  const starts = [
    { trigger: 'rankr.order.created', filter },
    { trigger: 'app.schedule.due', settings: { ...settings, unknown: [1] } },
    { trigger: 'rankr.invoice.paid' },
  ]
  const read = readStart(sentBy(writeStart(starts, triggerOf)), { before: starts, triggerOf })
  assert.deepEqual(read, { triggers: starts, faults: [] })
  const added = readStart({ add: 'app.schedule.due' }, { before: [], triggerOf, timeZone: 'Europe/Madrid' })
  assert.deepEqual(added.triggers, [
    { trigger: 'app.schedule.due', settings: { ...settings, timeZone: 'Europe/Madrid' } },
  ])
})

test('a new branch gets an id from its label, and a removed one takes its steps along', () => {
  const before: Step = {
    id: 'a',
    type: 'condition',
    branches: [
      { id: 'yes', label: 'Yes', when: { all: [] }, steps: inner },
      { id: 'no', label: 'No', when: { all: [] }, steps: [] },
    ],
    otherwise: [],
  }
  const sent = {
    'branches.1.was': 'no',
    'branches.1.label': 'Never',
    'branches.2.label': 'Sí',
    'branches.2.when.join': 'any',
  }
  const { step: read } = readStep(sent, { before })
  assert.ok(read.type === 'condition')
  assert.deepEqual(
    read.branches.map(({ id, label: name, when }) => [id, name, when]),
    [
      ['no', 'Never', { all: [] }],
      ['si', 'Sí', { any: [] }],
    ],
  )
})
