import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { trigger } from '../../server/catalog/index.ts'
import { ERRORS } from '../../server/errors.ts'
import { apiRoutes } from '../../server/http/api/routes.ts'
import { parseChangelog } from '../../server/http/docs/changelog.ts'
import { docsRoutes } from '../../server/http/docs/routes.ts'
import { RANKR_EVENT_TYPES } from '../../server/rankr/contract.ts'
import { serve } from '../http/serve.ts'
import { docsRender } from './pages.ts'

const neverCalled = new Proxy(() => {}, { get: () => neverCalled }) as never
const rows = apiRoutes(neverCalled)
const { agent } = serve(docsRoutes({ rows, publicUrl: 'https://connect.example.com' }).routes, { render: docsRender() })

const BRAND = /high[\s.-]?level|\bghl\b|lead[\s-]?connector|\bagenc(?:y|ies)\b|\bsub-?accounts?\b/i
const TENANCY = /\blocations?\b/i

const read = async (path: string): Promise<string> => (await agent.get(path).expect(200)).text
/** What a person reads. */
const words = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ')

test('every page is there, says where one is, and names no platform', async () => {
  for (const path of [
    '/docs',
    '/docs/quickstart',
    '/docs/authentication',
    '/docs/webhooks',
    '/docs/glossary',
    '/docs/errors',
    '/docs/changelog',
  ]) {
    const html = await read(path)
    assert.match(html, new RegExp(`href="${path}" lang="en" aria-current="page"`), path)
    assert.equal([...html.matchAll(/<h1\b/g)].length, 1, path)
    assert.doesNotMatch(words(html), BRAND, path)
    assert.doesNotMatch(words(html), TENANCY, path)
    assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)/, 'no inline script')
  }
})

test('the reference has every operation with a way to call it, and its links lead somewhere', async () => {
  const html = await read('/docs')
  for (const { operation, method, path } of rows) {
    assert.ok(html.includes(`id="${operation.id}"`), operation.id)
    assert.ok(html.includes(`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`), path)
  }
  const targets = new Set([...html.matchAll(/href="(#[\w-]+|\/docs\/errors\/[\w-]+)"/g)].map(([, href]) => href!))
  assert.ok(targets.size > 20)
  for (const target of targets) {
    if (target.startsWith('#')) assert.ok(html.includes(`id="${target.slice(1)}"`), target)
    else await read(target)
  }
})

test('every error code has the page that its problem document names', async () => {
  for (const [code, { title }] of Object.entries(ERRORS)) {
    const html = await read(`/docs/errors/${code.replaceAll('_', '-')}`)
    assert.ok(html.includes(`<code>${code}</code>`), code)
    assert.ok(html.includes(title.replaceAll("'", '&#39;')), code)
  }
  assert.equal((await agent.get('/docs/errors/no-such-code').expect(404)).body.code, 'not_found')
})

test('the changelog is the file of the repository, as text', async () => {
  const releases = parseChangelog(
    '# All\n\n## 1.0.0\n\nIn short.\n\n### API\n\n- One `code` and <b>\n  more of it\n- Two\n\n### Settings\n- Three\n\n## 0.9.0\n- Four\n',
  )
  const outline = releases.map(({ title, areas }) => [
    title,
    areas.map((area) => [area.title, area.items.map((pieces) => pieces.map(({ text }) => text).join('|'))]),
  ])
  assert.deepEqual(outline, [
    [
      '1.0.0',
      [
        ['API', ['One |code| and <b> more of it', 'Two']],
        ['Settings', ['Three']],
      ],
    ],
    ['0.9.0', [['', ['Four']]]],
  ])
  const html = await read('/docs/changelog')
  const first = /^- (.{20})/m.exec(readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8'))?.[1]
  assert.ok(first && html.includes(first.replaceAll("'", '&#39;')))
})

test('the webhook guide names every event', async () => {
  const html = await read('/docs/webhooks')
  for (const type of RANKR_EVENT_TYPES) assert.ok(html.includes(type), type)
  // What goes out is called otherwise than what came in.
  for (const [, type] of html.matchAll(/<li><code>([\w.-]+)<\/code>/g)) assert.ok(trigger(type!), type)
  assert.match(html, /rankr\.customer\.created/)
})

test('every member, parameter and header of the document says what it is, and shows what it is like', async () => {
  const document = (await agent.get('/v1/openapi.json').expect(200)).body
  const silent: string[] = []
  // biome-ignore lint/suspicious/noExplicitAny: a JSON Schema
  const look = (schema: any, path: string): void => {
    for (const [name, member] of Object.entries<typeof schema>(schema?.properties ?? {})) {
      if (member.$ref) continue
      if (!member.description) silent.push(`${path}.${name}: no description`)
      const isPlain = [member.type].flat().some((type) => ['string', 'number', 'integer'].includes(type))
      const isShown = ['example', 'enum', 'const'].some((key) => key in member)
      if (isPlain && !isShown) silent.push(`${path}.${name}: no example`)
      // Generators of types take a member with a default for required.
      if ('default' in member) silent.push(`${path}.${name}: a default`)
      look(member, `${path}.${name}`)
    }
    if (schema?.items) look(schema.items, `${path}[]`)
    for (const either of schema?.anyOf ?? []) look(either, path)
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) look(schema, name)
  const operations = Object.values<object>(document.paths).flatMap((path) => Object.values(path))
  for (const { operationId, parameters = [], responses } of operations) {
    for (const { name, description, schema } of parameters) {
      if (!description && !schema.description) silent.push(`${operationId} ${name}: no description`)
    }
    for (const [status, { headers = {} }] of Object.entries<{ headers?: object }>(responses)) {
      const wanted = ['201', '202'].includes(status) ? 'Location' : status === '429' ? 'Retry-After' : undefined
      if (wanted && !(wanted in headers)) silent.push(`${operationId} ${status}: no ${wanted}`)
    }
  }
  assert.deepEqual(silent, [])
})

test('the page of an error that callers meet tells them what to do, and what is not done for them', async () => {
  const html = words(await read('/docs/errors/crm-rate-limited'))
  assert.match(html, /Send the request again/)
  assert.doesNotMatch(html, /We retry this automatically/)
  assert.match(html, /a call of yours is not/)
})
