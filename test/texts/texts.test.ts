import assert from 'node:assert/strict'
import test from 'node:test'
import { en } from '../../server/texts/en.ts'
import { es } from '../../server/texts/es.ts'
import { chooseLocale, createTexts, type TextKey } from '../../server/texts/texts.ts'

type Entry = { key: string; text: string }

const entries = (tree: object, path = ''): Entry[] =>
  Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [{ key: path + name, text: value }] : entries(value, `${path}${name}.`),
  )

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).map((name) => name.toLowerCase()).sort()

const english = entries(en)
const spanish = entries(es)

test('both languages have the same keys in the same order', () => {
  assert.deepEqual(
    spanish.map(({ key }) => key),
    english.map(({ key }) => key),
  )
})

test('both languages use the same values in each text', () => {
  for (const [index, { key, text }] of english.entries()) {
    assert.deepEqual(placeholders(spanish[index]?.text ?? ''), placeholders(text), key)
  }
})

test('no text names the platform or its tenants', () => {
  const forbidden =
    /highlevel|high level|\bghl\b|leadconnector|agency|agencies|sub-?account|\blocations?\b|agencia|sub-?cuenta|ubicaci[oó]n/i
  for (const { key, text } of [...english, ...spanish]) assert.doesNotMatch(text, forbidden, key)
})

test('no text is empty or has spaces around it', () => {
  for (const { key, text } of [...english, ...spanish]) assert.ok(text && text === text.trim(), key)
})

test('the platform label is put in, with a capital at the start of a sentence', () => {
  const t = createTexts({ locale: 'en', platformLabel: 'acme Suite' })
  assert.equal(t('session.unreachableTitle'), 'Open this page inside acme Suite')
})

test('without a label each language says "your CRM" in its own words', () => {
  assert.match(
    createTexts({ locale: 'es', platformLabel: 'your CRM' })('session.unreachableTitle'),
    /dentro de tu CRM$/,
  )
})

test('a number chooses the plural form and is written as the language writes it', () => {
  const t = createTexts({ locale: 'en', platformLabel: 'your CRM' })
  assert.equal(t('states.matches', { count: 1 }), 'One match')
  assert.equal(t('states.matches', { count: 1234 }), '1,234 matches')
})

test('an unknown key and a missing value are faults', () => {
  const t = createTexts({ locale: 'en', platformLabel: 'your CRM' })
  assert.throws(() => t('shell.nothing' as TextKey), /no text shell\.nothing/)
  assert.throws(() => t('shell' as TextKey), /no text shell/)
  assert.throws(() => t('states.steps', { count: 4 }), /needs a value for done/)
})

test('the language is the first of ours that the browser asks for', () => {
  assert.equal(chooseLocale('es-MX,es;q=0.9,en;q=0.8'), 'es')
  assert.equal(chooseLocale('de-DE,de;q=0.9,en;q=0.5,es;q=0.7'), 'es')
  assert.equal(chooseLocale('fr'), 'en')
  assert.equal(chooseLocale('es;q=0'), 'en')
  assert.equal(chooseLocale(undefined), 'en')
  assert.equal(chooseLocale('constructor, __proto__;q=x'), 'en')
})
