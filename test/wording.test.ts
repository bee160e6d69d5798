// The product is sold under other names: no text, address or header that an end user may see says the platform's brand or a
// word of its tenancy ("your CRM" and "account" instead). Code, operator documents and the sandbox may.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { actions, triggers } from '../server/catalog/index.ts'
import { SCOPES } from '../server/catalog/scopes.ts'
import { ERRORS } from '../server/errors.ts'
import { en } from '../server/texts/en.ts'
import { es } from '../server/texts/es.ts'
import { ROUTES } from './http/route-list.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const BRAND = /high[\s.-]?level|\bghl\b|lead[\s-]?connector|msgsndr/i
const TENANCY =
  /\bagenc(?:y|ies)\b|\bsub-?\s?accounts?\b|\blocations?\b|\bagencias?\b|\bsub-?cuentas?\b|\bubicaci(?:ón|ones)\b/i

const faultIn = (text: string): string | undefined => (BRAND.exec(text) ?? TENANCY.exec(text))?.[0]

const filesUnder = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Every string in a tree of texts, with the way to it. */
const leaves = (tree: unknown, way: string): [string, string][] =>
  typeof tree === 'string'
    ? [[way, tree]]
    : Object.entries(tree ?? {}).flatMap(([key, branch]) => leaves(branch, `${way}.${key}`))

const complain = (texts: Iterable<readonly [string, string]>): void => {
  const faults = [...texts].flatMap(([where, text]) => {
    const word = faultIn(text)
    return word === undefined ? [] : [`${where} says "${word}": ${text.slice(0, 120)}`]
  })
  assert.deepEqual(faults, [])
}

test('the words are recognised, and those that only look like them are not', () => {
  for (const text of ['GoHighLevel', 'High Level', 'your agency', 'Sub-Account', 'this location', 'tu agencia']) {
    assert.ok(faultIn(text), text)
  }
  for (const text of [
    'your CRM',
    'account',
    'allocation',
    'a high level of trust'.replace('high level', 'high degree'),
  ]) {
    assert.equal(faultIn(text), undefined, text)
  }
})

test('no text of the pages says them', () => {
  complain([...leaves(en, 'en'), ...leaves(es, 'es')])
})

test('no error says them', () => {
  complain(Object.entries(ERRORS).map(([code, { title, detail }]) => [code, `${title}. ${detail}`] as const))
})

test('no label, description or help of the catalog says them', () => {
  const shown = new Set(['label', 'description', 'help', 'group'])
  const texts = leaves({ actions, triggers }, 'catalog').filter(
    ([way]) => shown.has(way.split('.').at(-1)!) && !way.includes('.sample.'),
  )
  assert.ok(texts.length > 50)
  complain([...texts, ...Object.entries(SCOPES)])
})

test('no message that code writes for the outside says them', () => {
  const files = filesUnder('server', /\.ts$/).filter((path) => !/^server\/(sandbox|texts|store)\//.test(path))
  const MESSAGE = /\b(?:detail|title|error|message):\s*(['"`])((?:(?!\1).)+)\1/g
  complain(files.flatMap((path) => [...read(path).matchAll(MESSAGE)].map(([, , text]) => [path, text!] as const)))
})

test('no view says them between its tags or in an attribute that people read', () => {
  const READ = /\b(?:alt|title|placeholder|aria-label)="([^"]*)"/g
  const texts = filesUnder('views', /\.ejs$/)
    .filter((path) => !path.startsWith('views/sandbox/'))
    .flatMap((path) => {
      const html = read(path).replaceAll(/<%[\s\S]*?%>/g, ' ')
      const attributes = [...html.matchAll(READ)].map(([, text]) => text!)
      return [html.replaceAll(/<[^>]*>/g, ' '), ...attributes].map((text) => [path, text] as const)
    })
  assert.ok(texts.length > 5)
  complain(texts)
})

test('no script or style of the pages names the brand', () => {
  const files = filesUnder('public', /\.(js|css|svg)$/).filter((path) => !path.includes('/sandbox'))
  assert.deepEqual(
    files.filter((path) => BRAND.test(read(path))),
    [],
  )
})

test('no address of a route says them', () => {
  assert.ok(ROUTES.length > 5)
  complain(ROUTES.map(({ method, path }) => [`${method} ${path}`, path.replaceAll(/[:*]\w+/g, '')] as const))
})
