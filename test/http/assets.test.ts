import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import express from 'express'
import supertest from 'supertest'
import { type Assets, createAssets } from '../../server/http/assets.ts'

const root = new URL('../../public', import.meta.url).pathname
const assets = createAssets({ root })
const agentOf = ({ router }: Assets) => supertest(express().use(router))
const agent = agentOf(assets)

test('an asset is served with its type and may be kept for ever under its address', async () => {
  const answer = await agent.get(assets.url('css/parts.css')).expect(200)
  assert.equal(answer.headers['content-type'], 'text/css; charset=utf-8')
  assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
  assert.match(answer.text, /\.card/)
})

test('htmx and the font come from their packages', async () => {
  const script = await agent.get(assets.url('js/htmx.js')).expect(200)
  assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8')
  assert.match(script.text, /this\.version="4\.0\.1"/)
  for (const name of ['fonts/inter-latin.woff2', 'fonts/inter-latin-ext.woff2']) {
    const font = await agent.get(assets.url(name)).expect(200)
    assert.equal(font.headers['content-type'], 'font/woff2')
    assert.equal(font.headers['content-encoding'], undefined)
    assert.equal(font.body.subarray(0, 4).toString(), 'wOF2')
  }
})

test('a browser gets the best encoding it takes, and a cache is told that there are several', async () => {
  const path = assets.url('css/parts.css')
  const plain = await agent.get(path).set('Accept-Encoding', 'identity').expect(200)
  assert.equal(plain.headers['content-encoding'], undefined)
  for (const [accepted, encoding] of [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['gzip, br;q=0', 'gzip'],
  ] as const) {
    const answer = await agent.get(path).set('Accept-Encoding', accepted).expect(200)
    assert.equal(answer.headers['content-encoding'], encoding)
    assert.equal(answer.headers.vary, 'Accept-Encoding')
    assert.equal(answer.text, plain.text)
    assert.ok(Number(answer.headers['content-length']) < Number(plain.headers['content-length']) / 2)
  }
})

test('HEAD answers like GET without a body', async () => {
  const answer = await agent.head(assets.url('img/logo.svg')).expect(200)
  assert.equal(answer.headers['content-type'], 'image/svg+xml; charset=utf-8')
  assert.ok(Number(answer.headers['content-length']) > 100)
})

test('unknown names and ways out of the folder are not found', async () => {
  const [, , hash] = assets.url('css/base.css').split('/')
  for (const path of [
    '/assets',
    '/assets/',
    `/assets/${hash}`,
    `/assets/${hash}/`,
    `/assets/${hash}/css`,
    `/assets/${hash}/css/none.css`,
    `/assets/${hash}/../package.json`,
    `/assets/${hash}/%2e%2e/package.json`,
    `/assets/${hash}/css/..%2f..%2f..%2fpackage.json`,
    `/assets/${hash}/css%2fbase.css%00`,
    `/assets/${hash}/constructor`,
    `/assets/${hash}//css/base.css`,
    '/assets/css/base.css',
  ]) {
    const answer = await agent.get(path)
    assert.equal(answer.status, 404, path)
    assert.equal(answer.headers['cache-control'], undefined, path)
  }
})

test('the address of another version gets what there is, but not for keeping', async () => {
  const answer = await agent.get('/assets/0000000000000000/css/base.css').expect(200)
  assert.equal(answer.headers['cache-control'], 'no-cache')
})

test('all addresses change when one file changes', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'a.css'), 'a{}')
  writeFileSync(join(folder, 'b.js'), '1')
  writeFileSync(join(folder, 'notes.txt'), 'not served')
  const before = createAssets({ root: folder })
  assert.deepEqual(
    before.names.filter((name) => !name.includes('/')),
    ['a.css', 'b.js'],
  )
  assert.equal(createAssets({ root: folder }).url('a.css'), before.url('a.css'))
  writeFileSync(join(folder, 'b.js'), '2')
  assert.notEqual(createAssets({ root: folder }).url('a.css'), before.url('a.css'))
})

test('a style sheet is served with those that it imports in their place', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'all.css'), '/* All. */\n@import "./a.css";\n@import "./b.css";\n')
  writeFileSync(join(folder, 'b.css'), 'b{}\n')
  assert.throws(() => createAssets({ root: folder }), /a\.css/)
  writeFileSync(join(folder, 'a.css'), 'a{}\n')
  const own = createAssets({ root: folder })
  assert.equal((await agentOf(own).get(own.url('all.css')).expect(200)).text.replaceAll(/\n+/g, ' '), 'a{} b{} ')
  writeFileSync(join(folder, 'b.css'), 'b{color:red}\n')
  assert.notEqual(createAssets({ root: folder }).url('all.css'), own.url('all.css'))
})

test('a script is served with the modules that it imports in their place, and any change of them changes its address', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(
    join(folder, 'app.js'),
    "// The app.\nimport { greet } from './greet.js'\n\nglobalThis.said = greet('Ana')\n",
  )
  writeFileSync(join(folder, 'greet.js'), 'export const greet = (name) => "¡Hola, " + name\n')
  const own = createAssets({ root: folder })
  const { text } = await agentOf(own).get(own.url('app.js')).expect(200)
  assert.doesNotMatch(text, /import|The app/)
  assert.match(text, /¡Hola, /)
  await import(`data:text/javascript,${encodeURIComponent(text)}`)
  assert.equal((globalThis as { said?: string }).said, '¡Hola, Ana')
  const before = own.url('app.js')
  writeFileSync(join(folder, 'greet.js'), 'export const greet = (name) => "Hello, " + name\n')
  assert.notEqual(createAssets({ root: folder }).url('app.js'), before)
})

test('every style sheet is part of one that pages ask for', () => {
  const asked = ['page.css', 'workflows.css', 'docs.css']
  const parts = asked.flatMap((name) =>
    [...readFileSync(join(root, 'css', name), 'utf8').matchAll(/@import "\.\/(.+)"/g)].map(([, part]) => part!),
  )
  assert.deepEqual(
    [...asked, ...parts].map((name) => `css/${name}`).sort(),
    assets.names.filter((name) => /^css\//.test(name)),
  )
})

test('comments with lines of their own are left out, and nothing else', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const code = [
    '/** @type {number} */ export const a = 1',
    "export const b = '//'",
    '/* c */ export const c = a * 2',
    '',
  ]
  const [first = '', ...rest] = code
  writeFileSync(
    join(folder, 'a.js'),
    ['// One', '/**', ' * Two', ' */', first, '  // Three', '/* Four */', ...rest].join('\n'),
  )
  const own = createAssets({ root: folder })
  assert.equal((await agentOf(own).get(own.url('a.js')).expect(200)).text, code.join('\n'))
})

test('asking for the address of a file that is not there is a fault', () => {
  assert.throws(() => assets.url('css/none.css'), /no asset named css\/none\.css/)
})

test('what a style sheet names is there', async () => {
  for (const name of assets.names.filter((one) => one.endsWith('.css'))) {
    const { text } = await agent.get(assets.url(name))
    assert.doesNotMatch(text, /@import/, name)
    for (const [, target = ''] of text.matchAll(/url\("?([^")]+)"?\)/g)) {
      if (target.startsWith('data:')) continue
      await agent.get(new URL(target, `http://localhost${assets.url(name)}`).pathname).expect(200)
    }
  }
})

test('our scripts hold nothing that the content security policy forbids, and write no console', async () => {
  for (const name of assets.names.filter((one) => /^js\/(?!htmx)/.test(one))) {
    const { text } = await agent.get(assets.url(name))
    assert.doesNotMatch(
      text,
      /\beval\(|new Function|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|console\./,
      name,
    )
  }
})
