import assert from 'node:assert/strict'
import test from 'node:test'
import { actions, triggers } from '../../../server/catalog/index.ts'
import { SCOPES } from '../../../server/catalog/scopes.ts'
import { catalogEntry } from '../../../server/http/docs/catalog-entry.ts'
import { fieldLines } from '../../../server/http/docs/catalog-fields.ts'
import { findRows, PERMISSIONS, RESOURCES } from '../../../server/http/docs/catalog-rows.ts'
import { docsPage } from './docs-page.ts'

const { agent } = docsPage()

const BRAND = /high[\s.-]?level|\bghl\b|lead[\s-]?connector|msgsndr/i
const TENANCY = /\bagenc(?:y|ies)\b|\bsub-?\s?accounts?\b|\blocations?\b/i

const asText = (html: string): string =>
  html
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

const linked = (html: string): string[] =>
  [...html.matchAll(/<th scope="row"[^>]*><a href="\/docs\/catalog\/([^"]+)"/g)].map(([, id]) => id!)

let readers = 0
/** Everybody reads from an address of their own: one address alone is slowed down. */
const reader = () => ({ 'X-Forwarded-For': `203.0.${(readers >> 8) & 255}.${readers++ & 255}` })

const page = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
  const answer = await agent
    .get(path)
    .set({ Accept: 'text/html', ...reader(), ...headers })
    .expect(200)
  assert.match(answer.headers['content-type'] ?? '', /^text\/html/)
  return answer.text
}

test('everything is listed, with counts at the top and without a login', async () => {
  const html = await page('/docs/catalog')
  const all = [...actions, ...triggers].map(({ id }) => id)
  assert.deepEqual(linked(html).sort(), all.sort())
  assert.match(html, new RegExp(`<dt>Triggers</dt>\\s*<dd>${triggers.length}</dd>`))
  assert.match(html, new RegExp(`<dt>Actions</dt>\\s*<dd>${actions.length}</dd>`))
  assert.match(html, /<title>Catalog · Rankr Connect<\/title>/)
})

test('it is the same for everybody who reads one language, so it may be kept for a moment', async () => {
  const { headers } = await agent.get('/docs/catalog').expect(200)
  assert.equal(headers['cache-control'], 'public, max-age=300')
  assert.match(headers.vary ?? '', /Accept-Language/)
  assert.match(headers['content-security-policy'] ?? '', /script-src 'self'/)
})

test('words narrow the list, all of them and in any order', async () => {
  const ids = linked(await page('/docs/catalog?q=PAID+invoice'))
  assert.ok(ids.includes('rankr.invoice.paid') && ids.includes('crm.invoice.paid'))
  assert.ok(ids.length < 20)
  assert.deepEqual(linked(await page('/docs/catalog?q=crm.notes.create')), ['crm.notes.create'])
})

test('each filter narrows the list, and several narrow it together', () => {
  const all = findRows({})
  assert.equal(all.length, actions.length + triggers.length)
  assert.ok(findRows({ kind: 'trigger' }).every(({ id }) => triggers.some((entry) => entry.id === id)))
  assert.ok(findRows({ system: 'support' }).every(({ system }) => system === 'support'))
  assert.ok(findRows({ risk: 'destroy' }).every(({ risk, kind }) => risk === 'destroy' && kind === 'action'))
  assert.equal(
    RESOURCES.reduce((sum, resource) => sum + findRows({ resource }).length, 0),
    all.length,
  )
  for (const { slug, sentence } of PERMISSIONS) {
    const rows = findRows({ permission: slug })
    assert.ok(
      rows.length > 0 && rows.every(({ permissions }) => permissions.some((each) => each.sentence === sentence)),
    )
  }
  const both = findRows({ system: 'crm', kind: 'action', risk: 'read', resource: 'contacts' })
  assert.ok(both.length > 0 && both.every(({ resource, risk }) => resource === 'contacts' && risk === 'read'))
})

test('the form keeps what was asked, and says when nothing fits', async () => {
  const html = await page('/docs/catalog?system=rankr&q=invoice')
  assert.match(html, /<option value="rankr" selected>/)
  assert.match(html, /name="q"[^>]*|value="invoice"/)
  assert.match(html, /Clear filters/)
  const nothing = await page('/docs/catalog?q=nothing+like+this')
  assert.deepEqual(linked(nothing), [])
  assert.match(nothing, /Nothing matches/)
})

test('a value that is none of ours counts as all, and typed text is shown as text', async () => {
  assert.equal(
    linked(await page('/docs/catalog?system=nobody&risk=&kind=%00')).length,
    actions.length + triggers.length,
  )
  const html = await page(`/docs/catalog?q=${encodeURIComponent('"><script>alert(1)</script>')}`)
  assert.doesNotMatch(html, /<script>alert/)
  const long = await page(`/docs/catalog?q=${'x'.repeat(500)}`)
  assert.equal(linked(long).length, actions.length + triggers.length)
})

test('permissions go by their sentence, never by the name the platform has for them', () => {
  assert.equal(new Set(PERMISSIONS.map(({ slug }) => slug)).size, PERMISSIONS.length)
  for (const { slug } of PERMISSIONS) assert.match(slug, /^[a-z]+(?:-[a-z]+)*$/)
})

test('every entry has its page, with its permissions, fields and samples, and no word of the platform', async () => {
  for (const entry of [...actions, ...triggers]) {
    const html = asText(await page(`/docs/catalog/${entry.id}`))
    assert.ok(html.includes(`<h1>${entry.label}</h1>`), entry.id)
    for (const scope of entry.scope) assert.ok(html.includes(SCOPES[scope]), `${entry.id} ${scope}`)
    const samples = 'input' in entry ? [entry.sample.input, entry.sample.output] : [entry.sample]
    for (const sample of samples) assert.ok(html.includes(JSON.stringify(sample, null, 2)), entry.id)
    const read = html
      .replaceAll(/<pre[\s\S]*?<\/pre>/g, ' ')
      .replaceAll(/<code[\s\S]*?<\/code>/g, ' ')
      .replaceAll(/<[^>]*>/g, ' ')
    assert.doesNotMatch(read, TENANCY, entry.id)
    assert.doesNotMatch(html, BRAND, entry.id)
  }
})

test('the list says no word of the platform either', async () => {
  const html = await page('/docs/catalog')
  assert.doesNotMatch(html, BRAND)
  assert.doesNotMatch(html.replaceAll(/<[^>]*>/g, ' '), TENANCY)
})

test('an action shows what it may be given, and nothing that is filled in for it', () => {
  const { fields } = catalogEntry('crm.opportunities.create')!
  assert.ok(!fields.some(({ path }) => path === 'locationId'))
  const stage = fields.find(({ path }) => path === 'pipelineStageId')
  assert.deepEqual(stage?.choices, {
    kind: 'live',
    id: 'crm.pipelines.list',
    label: 'List pipelines',
    after: ['Pipeline'],
  })
  const inner = fields.find(({ path }) => path === 'customFields.id')
  assert.equal(inner?.depth, 1)
})

test('a long list of choices is cut, and says how much', () => {
  const choices = Array.from({ length: 30 }, (_, index) => ({ value: index, label: `Choice ${index}` }))
  const [line] = fieldLines([
    { key: 'a', label: 'A', type: 'select', in: 'body', required: false, sensitive: false, list: false, choices },
  ])
  assert.ok(line?.choices?.kind === 'listed')
  assert.equal(line.choices.labels.length + line.choices.more, 30)
})

test('an entry tells its limits and how a workflow names it', async () => {
  const list = await page('/docs/catalog/crm.contacts.search')
  assert.match(list, /Returns up to \d+ at a time/)
  assert.match(list, /Counts as a call to your CRM/)
  assert.match(await page('/docs/catalog/crm.objects.create'), /installed for the whole company/)
  assert.equal(JSON.parse(catalogEntry('crm.notes.create')!.usage.text).action, 'crm.notes.create')
  assert.deepEqual(JSON.parse(catalogEntry('rankr.order.created')!.usage.text), {
    triggers: [{ trigger: 'rankr.order.created' }],
  })
})

test('an entry is in the language of the reader, and is found by its words in either', async () => {
  const html = await page('/docs/catalog/crm.notes.create', { 'Accept-Language': 'es' })
  assert.match(html, /<html lang="es">/)
  assert.match(html, /De un vistazo/)
  assert.match(html, /<h1>Añadir una nota a un contacto<\/h1>/)
  for (const q of ['nota a un contacto', 'note to a contact']) {
    assert.ok(
      findRows({ q }).some(({ id }) => id === 'crm.notes.create'),
      q,
    )
  }
})

test('an entry that does not exist is not found', async () => {
  for (const id of ['crm.no.such', 'x', '__proto__', 'crm.notes.create%00', '%2e%2e%2fetc']) {
    const answer = await agent.get(`/docs/catalog/${id}`).set({ Accept: 'application/json', ...reader() })
    assert.equal(answer.status, 404, id)
    assert.equal(answer.body.code, 'not_found')
  }
})
