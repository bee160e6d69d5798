import assert from 'node:assert/strict'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { AppError, ERRORS, type ErrorCode } from '../../server/errors.ts'
import { createAssets } from '../../server/http/assets.ts'
import { createIcons } from '../../server/http/icons.ts'
import { createRender } from '../../server/http/render.ts'
import { defineRoute } from '../../server/http/route.ts'
import { createViewLocals } from '../../server/http/view-locals.ts'
import { serve } from './serve.ts'

const folderOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))

const localsFor = createViewLocals({
  assets: createAssets({ root: folderOf('public') }),
  icons: createIcons(),
  platformLabel: 'your CRM',
})

const fail = defineRoute({
  method: 'GET',
  path: '/fail/:code',
  door: 'open',
  audit: { none: 'a test' },
  handler: ({ request }) => {
    throw new AppError(request.params.code as ErrorCode, { cause: new Error('inner') })
  },
})

const { agent } = serve([fail], { render: createRender({ folder: folderOf('views'), localsFor }) })

const visit = (path: string, language = 'en') =>
  agent.get(path).set({ Accept: 'text/html,*/*;q=0.8', 'Accept-Language': language })

test('an address nobody has is a page that says what to do and what to tell support', async () => {
  const answer = await visit('/nowhere').expect(404)
  assert.match(answer.get('Content-Type') ?? '', /^text\/html/)
  assert.match(answer.text, /<h1[^>]*>Not found<\/h1>/)
  assert.match(answer.text, /Check the address and the identifier\./)
  assert.ok(answer.text.includes(answer.get('X-Request-Id')!))
  assert.match(answer.text, /<html lang="en">/)
})

test('the page speaks the reader’s language where it can', async () => {
  const answer = await visit('/nowhere', 'es-MX,es;q=0.9').expect(404)
  assert.match(answer.text, /<html lang="es">/)
  assert.match(answer.text, /<h1[^>]*>No se encontró<\/h1>/)
  assert.match(answer.text, /Comprueba la dirección y el identificador\./)
})

test('a script of a page gets the problem in the reader’s language, a program in English', async () => {
  const ask = async (path: string) => (await agent.get(path).set('Accept-Language', 'es').expect(404)).body
  assert.equal((await ask('/settings/nowhere')).title, 'No se encontró')
  assert.equal((await ask('/developers/nowhere')).detail, 'Comprueba la dirección y el identificador.')
  assert.equal((await ask('/v1/nowhere')).title, 'Not found')
})

test('every error has a page with its own words, without the cause and without the platform’s name', async () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const answer = await visit(`/fail/${code}`)
    const { status, title } = ERRORS[code]
    assert.equal(answer.status, status, code)
    const escaped = title.replaceAll('&', '&amp;').replaceAll("'", '&#39;')
    assert.ok(answer.text.includes(escaped), code)
    assert.ok(!answer.text.includes('inner'), code)
    assert.doesNotMatch(answer.text, /high.?level|\bghl\b|lead.?connector|agency|sub-?account/i, code)
  }
})

test('what somebody put into the address does not run in the page', async () => {
  const answer = await visit('/<script>alert(1)</script>').expect(404)
  assert.ok(!answer.text.includes('alert(1)'))
})
