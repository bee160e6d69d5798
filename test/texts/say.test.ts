// Spanish of what the server says in English: nothing is missing, nothing is left over. The tables go by the English text, so a
// text that changes has no translation until somebody gives it one.

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { actions, triggers } from '../../server/catalog/index.ts'
import type { Field } from '../../server/catalog/schema.ts'
import { SCOPES } from '../../server/catalog/scopes.ts'
import { nameOf, namesIn, valuesIn } from '../../server/http/ui/editor/values.ts'
import { choicesEs } from '../../server/texts/catalog-es/choices.ts'
import { en } from '../../server/texts/en.ts'
import { createSay, TABLES_ES } from '../../server/texts/say.ts'
import { STEP_KINDS } from '../../server/workflows/step-name.ts'
import { templates } from '../../server/workflows/templates/index.ts'

const SERVER = fileURLToPath(new URL('../../server/', import.meta.url))
const say = createSay('es')

const holds = (table: Record<string, string>, texts: Iterable<string>, what: string): void => {
  const wanted = new Set(texts)
  assert.deepEqual(
    [...wanted].filter((text) => !Object.hasOwn(table, text)),
    [],
    `${what} without Spanish`,
  )
  assert.deepEqual(
    Object.keys(table).filter((text) => !wanted.has(text)),
    [],
    `Spanish of ${what} that are gone`,
  )
}

type Shown = Pick<Partial<Field>, 'label' | 'help' | 'group' | 'choices' | 'fields'>

const everyField = (fields: readonly Shown[]): Shown[] =>
  fields.flatMap((field) => [field, ...everyField(field.fields ?? [])])

const entries = [...actions, ...triggers]
const fields = everyField([
  ...actions.flatMap(({ input }) => input),
  ...triggers.flatMap(({ filters, settings }) => [...filters, ...settings] as Shown[]),
])
const given = (texts: (string | undefined)[]): string[] => texts.filter((text) => text !== undefined)

test('every word of the catalog has its Spanish', () => {
  holds(
    TABLES_ES.entryLabels,
    entries.map(({ label }) => label),
    'labels',
  )
  holds(
    TABLES_ES.descriptions,
    entries.map(({ description }) => description),
    'descriptions',
  )
  holds(TABLES_ES.fieldLabels, given(fields.map(({ label }) => label)), 'labels of fields')
  holds(TABLES_ES.fieldGroups, given(fields.map(({ group }) => group)), 'groups of fields')
  holds(TABLES_ES.fieldHelps, given(fields.map(({ help }) => help)), 'hints of fields')
  const choices = fields.flatMap(({ choices: list }) => (Array.isArray(list) ? list.map(({ label }) => label) : []))
  holds(choicesEs, choices, 'choices')
  holds(TABLES_ES.scopes, Object.values(SCOPES), 'permissions')
  holds(
    TABLES_ES.resources,
    entries.map(({ resource }) => nameOf(resource)),
    'kinds of records',
  )
})

test('every value that the editor offers has a Spanish name', () => {
  const known = { trigger: {}, steps: {}, options: {}, account: {} }
  const names = { document: { steps: [] }, trigger: undefined, action: () => undefined }
  const groups = [
    ...triggers.flatMap((trigger) => valuesIn({ ...known, trigger: trigger.sample }, { ...names, trigger })),
    ...actions.flatMap((action) =>
      valuesIn(
        { ...known, steps: { data: action.sample.output } },
        {
          ...names,
          document: { steps: [{ type: 'action', id: 'data', action: action.id, input: {} }] },
          action: () => action,
        },
      ),
    ),
    ...templates.flatMap(({ options }) => valuesIn({ ...known, options: options.parse({}) }, names)),
  ]
  // Also of what the example lacks, where somebody has typed it in; in others' data a location is a place.
  const nameAt = (system: string) =>
    namesIn(
      valuesIn(
        { ...known, steps: { data: { id: '1' } } },
        {
          ...names,
          document: { steps: [{ type: 'action', id: 'data', action: 'one', title: 'One', input: {} }] },
          action: () => actions.find((action) => action.system === system),
        },
      ),
    )('steps.data.location')
  assert.deepEqual([nameAt('crm'), nameAt('http')], ['One › Account', 'One › Location'])
  const labels = new Set(groups.flatMap(({ nodes }) => nodes.map(({ label }) => label)))
  assert.ok(labels.size > 450)
  assert.deepEqual(
    [...labels].filter((label) => /\blocations?\b/i.test(label)),
    [],
  )
  const tables: Record<string, string>[] = Object.values(TABLES_ES)
  assert.deepEqual(
    [...labels].filter((label) => !/^\d/.test(label) && !tables.some((table) => Object.hasOwn(table, label))),
    ['Rankr'],
  )
})

/** Sources with what their screens and their stored outcomes say. The API, its doors and its documents speak English to programs. */
const sources = globSync('**/*.ts', { cwd: SERVER })
  .filter(
    (path) =>
      !/^(?:commands|texts|sandbox|store|manifest)\/?|^(?:api|catalog\/(?:actions|triggers))\/|^catalog\/[\w-]*fields\.ts|^http\/(?:api|docs|ops)\//.test(
        path,
      ),
  )
  .map((path) => ({ path, text: readFileSync(SERVER + path, 'utf8').replaceAll(/^\s*(?:\/\/|\*|\/\*\*).*$/gm, '') }))

/** Quoted texts, with `{}` for what is filled in. */
const quoted = (text: string): string[] =>
  [...text.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)].map(
    ([, single, double, template]) => single ?? double ?? template!.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '{}'),
  )

const inSources = new Set(sources.flatMap(({ text }) => quoted(text)))
const blank = (text: string): string => text.replaceAll(/\{\w+\}/g, '{}')

test('a step without a title is called as the screens call it', () => {
  const { branch, otherwise, error, ...kinds } = en.workflows.kinds
  assert.deepEqual(STEP_KINDS, kinds)
  holds(TABLES_ES.stepKinds, Object.values(STEP_KINDS), 'kinds of steps')
})

test('built-in workflows have Spanish names, steps and branches', () => {
  const words = new Set<string>()
  const walk = (part: unknown): void => {
    if (part === null || typeof part !== 'object') return
    for (const [key, value] of Object.entries(part)) {
      if (['name', 'title', 'description', 'label'].includes(key) && typeof value === 'string') words.add(value)
      walk(value)
    }
  }
  // What an action is given is data, not a name.
  const plain = JSON.parse(JSON.stringify(templates.map(({ document }) => document)), (key, value) =>
    key === 'input' ? undefined : value,
  )
  walk(plain)
  assert.ok(words.size > 60)
  const unsaid = [...words].filter((text) => say(text) === text && !['Rankr'].includes(text))
  assert.deepEqual(unsaid, [])
  const gone = Object.keys(TABLES_ES.builtIn).filter((text) => !words.has(text) && !inSources.has(blank(text)))
  assert.deepEqual(gone, [])
})

/** Said to programs and operators, or kept in records and in the CRM, where it stays as it was written. */
const NOT_ON_SCREENS = [
  /^http\/(?:body|input|mount|unreadable-requests)\.ts$/,
  /^http\/(?:doors|modules|webhooks|install)\//,
  /^workflows\/(?:json-schema|liquid|document)\.ts$/,
  /^relay\/closing\.ts$/,
  /^(?:main|start-failure|config|metrics|log|telemetry|wire[\w-]*|manifest[\w-]*|errors[\w-]*)\.ts$/,
  /^wire\//,
]
const KEPT = new Set([
  'Order {} waits for its place.',
  'From the contact of customer {}{}.',
  'Customer {} was deleted by an app on {}.',
  'Customer {} was merged into customer {} in Rankr. What changes from now on goes to the contact of that customer.',
  'The contact of this customer was deleted in the CRM on {}.',
])

test('every sentence that screens show has its Spanish, and none is left over', () => {
  const known = new Set(
    [TABLES_ES.sentences, TABLES_ES.builtIn, TABLES_ES.descriptions].flatMap((table) => Object.keys(table).map(blank)),
  )
  const missing = sources
    .filter(({ path }) => !NOT_ON_SCREENS.some((one) => one.test(path)))
    .flatMap(({ path, text }) =>
      quoted(text)
        .filter((one) => /^(?:["{]|[A-Z])[^\n]* [^\n]*\.$/.test(one) && !one.includes('\\n') && !one.includes('{{'))
        .filter((one) => !known.has(one) && !KEPT.has(one))
        .map((one) => `${path}: ${one}`),
    )
  assert.deepEqual(missing, [])
  assert.deepEqual(
    Object.keys(TABLES_ES.sentences).filter((text) => !inSources.has(blank(text))),
    [],
  )
})

test('every fault of a value has its Spanish', () => {
  const files = ['catalog/input.ts', 'workflows/cadence.ts', 'workflows/transform.ts']
  const faults = files
    .flatMap((path) => quoted(readFileSync(SERVER + path, 'utf8')))
    .filter((text) => /^(?:must|is|has|needs) /.test(text))
  assert.ok(faults.length > 30)
  holds(
    Object.fromEntries(Object.entries(TABLES_ES.faults).map(([english, spanish]) => [blank(english), spanish])),
    faults,
    'faults',
  )
})

test('everything that the history can say was done has its Spanish', () => {
  const names = sources.flatMap(({ text }) =>
    [
      ...text.matchAll(
        /\b(?:audit|auditAs|action):\s*(?:[^'`\n]*\n?[^'`\n]*\?\s*)?('[a-z_]+\.[a-z_-]+'(?:\s*:\s*'[a-z_]+\.[a-z_-]+')?)/g,
      ),
    ].flatMap(([, found]) => [...found!.matchAll(/'([^']+)'/g)].map(([, name]) => name!)),
  )
  assert.ok(names.length > 60)
  const inWords = (name: string): string => {
    const words = name.replaceAll(/[._-]+/g, ' ')
    return words.charAt(0).toUpperCase() + words.slice(1)
  }
  assert.deepEqual(
    [...new Set(names.map(inWords))].filter((name) => !Object.hasOwn(TABLES_ES.auditActions, name)),
    [],
  )
  const written = sources.flatMap(({ text }) =>
    [...text.matchAll(/\b(?:audited|\w+Audit|auditOf)\((?:\s*|[^'`\n]*\? )'([a-z_]+\.[a-z_-]+)'/g)].map(([, name]) =>
      inWords(name!),
    ),
  )
  assert.ok(written.length > 10, `${written.length}`)
  assert.deepEqual(
    [...new Set(written)].filter((name) => say(name) === name),
    [],
  )
})

test('a word has the same Spanish wherever it stands, but for choices, and the same values in it', () => {
  const seen = new Map<string, string>()
  for (const [english, spanish] of Object.values(TABLES_ES).flatMap((table) => Object.entries<string>(table))) {
    assert.equal(seen.get(english) ?? spanish, spanish, english)
    seen.set(english, spanish)
  }
  const values = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
  for (const [english, spanish] of [...seen, ...Object.entries(choicesEs)]) {
    assert.deepEqual(values(spanish), values(english), english)
    assert.equal(spanish, spanish.trim(), english)
    assert.ok(spanish !== '', english)
  }
})

test('what differs in a sentence is put in, in Spanish where it is a word of the catalog', () => {
  assert.equal(say('"E-mail" needs a value.'), '«Correo electrónico» necesita un valor.')
  assert.equal(say('"Number of words" must be at least 2.'), '«Número de palabras» debe ser al menos 2.')
  assert.equal(say('There is no field "abc".'), 'No existe el campo «abc».')
  assert.equal(say('There is no field "a › b".'), 'No existe el campo «a › b».')
  assert.equal(say('Repeat the loop "For each" as a whole.'), 'Repite el bucle «Para cada» entero.')
  assert.equal(
    say('"E-mail": The value is not a number (number).'),
    '«Correo electrónico»: El valor no es un número (number).',
  )
  assert.equal(say('Customer created › E-mail'), 'Cliente creado › Correo electrónico')
  assert.equal(say('Medium'), 'Medio')
  assert.equal(say('Medium', 'choice'), 'Media')
})

test('what a person wrote stays as it is, and English is said as it stands', () => {
  for (const text of ['Mine & yours', '', 'There is no field "', '{id}', '$&']) assert.equal(say(text), text)
  assert.equal(say('There is no field "$&{id}".'), 'No existe el campo «$&{id}».')
  assert.equal(createSay('en')('E-mail'), 'E-mail')
})

test('a long text is not held against sentences: it is none of ours', () => {
  const long = 'x: The list has x elements, more than x'.repeat(10_000)
  assert.equal(say(long), long)
})
