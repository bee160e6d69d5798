import assert from 'node:assert/strict'
import test from 'node:test'
import ejs from 'ejs'
import express from 'express'
import supertest from 'supertest'
import { ERRORS } from '../../server/errors.ts'
import { createAssets } from '../../server/http/assets.ts'
import { createIcons } from '../../server/http/icons.ts'
import { createViewLocals } from '../../server/http/view-locals.ts'

const root = new URL('../../', import.meta.url).pathname
const assets = createAssets({ root: `${root}public` })
const icons = createIcons()
const localsFor = createViewLocals({ assets, icons, platformLabel: 'Acme Suite', notice: '<b>Closed at noon</b>' })

const render = (template: string, { language = 'en', ...data }: { language?: string; [name: string]: unknown } = {}) =>
  ejs.render(template, { ...localsFor(language), ...data }, { root: `${root}views`, views: [`${root}views`] })

const shell = (data: object = {}) =>
  render("<%- include('layout/embedded') %>", {
    parentOrigins: ['https://crm.example.com'],
    screenPath: '/settings',
    navigation: [{ path: '/settings', label: 'Overview', icon: 'house' }],
    ...data,
  })

test('script and style of the settings page, the editor included, stay under 60 kB compressed', async () => {
  const addresses = new Set([...shell().matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, at]) => at!))
  const agent = supertest(express().use(assets.router))
  let total = 0
  for (const at of addresses) {
    const { headers } = await agent.head(at).set('Accept-Encoding', 'gzip').expect(200)
    total += Number(headers['content-length'])
  }
  assert.ok(addresses.size === 4 && total > 30_000 && total < 60_000, `${total} bytes in ${addresses.size} files`)
})

test('the shell loads scripts and styles of ours only, with nothing inline', () => {
  const html = shell({ locationHint: 'loc_1' })
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc="\/assets\/)|<style|\son\w+=|\sstyle=|javascript:/)
  for (const [, address = ''] of html.matchAll(/(?:src|href)="([^"#]+)"/g))
    assert.match(address, /^\/(assets|settings|docs)/)
})

test('the shell tells the script who may answer, and what an operator has to say', () => {
  const html = shell({ locationHint: '"><script>', screenPath: '/settings/activity?q="' })
  assert.match(html, /data-parents="https:\/\/crm\.example\.com"/)
  assert.match(html, /data-location="&#34;&gt;&lt;script&gt;"/)
  assert.match(html, /data-screen="\/settings\/activity\?q=&#34;"/)
  assert.match(html, /&lt;b&gt;Closed at noon&lt;\/b&gt;/)
})

test('shell and pages are in the language of the reader and name the CRM as the operator does', () => {
  assert.match(shell({ language: 'es-MX' }), /<html lang="es">[\s\S]*Abre esta página dentro de Acme Suite/)
  const problem = { title: 'Not found', detail: 'Check the address.', code: 'not_found', requestId: 'req_1' }
  const page = render("<%- include('layout/page') %>", { view: 'problem', title: problem.title, problem })
  assert.match(page, /<title>Not found · Rankr Connect<\/title>[\s\S]*<h1>Not found<\/h1>[\s\S]*req_1/)
})

test('parts print what users typed as text', () => {
  const nasty = '"><img src=x onerror=alert(1)>'
  const html = render(
    `<%- include('parts/screen-head', { head: { title: nasty, lead: nasty } }) %>
     <%- include('parts/field', { field: { name: 'a', label: nasty, value: nasty, hint: nasty, error: nasty } }) %>
     <%- include('parts/field', { field: { name: 'b', label: nasty, type: 'select', options: [{ value: nasty, label: nasty, group: nasty }] } }) %>
     <%- include('parts/copy-field', { copy: { id: 'c', label: nasty, value: nasty, secret: true } }) %>
     <%- include('parts/callout', { callout: { kind: 'info', title: nasty, text: nasty } }) %>
     <%- include('parts/toast', { toast: { kind: 'success', title: nasty, text: nasty } }) %>
     <%- include('parts/errors', { faults: [{ name: nasty, label: nasty, message: nasty }] }) %>
     <%- include('parts/toggle', { toggle: { name: 'd', label: nasty, on: true, attributes: { 'hx-vals': nasty } } }) %>`,
    { nasty },
  )
  assert.doesNotMatch(html, /<img/)
})

test('a field says what is wrong with it to those who cannot see it', () => {
  const html = render(
    "<%- include('parts/field', { field: { name: 'mail', label: 'E-mail', hint: 'Yours', error: 'No @', required: true } }) %>",
  )
  assert.match(html, /<label for="field-mail">/)
  assert.match(html, /aria-describedby="field-mail-hint field-mail-error" aria-invalid="true" required=""/)
})

test('what a screen calls its data does not leak into the parts it includes', () => {
  const html = render("<%- include('parts/field', { field: { name: 'mail', label: 'E-mail' } }) %>", {
    error: 'not of this field',
    hint: 'not of this field',
    type: 'textarea',
    value: 'not of this field',
  })
  assert.doesNotMatch(html, /not of this field|textarea/)
})

test('a moment is written for readers without script, and marked up for the others', () => {
  const html = render("<%- include('parts/time', { at }) %>", { at: new Date('2026-11-25T02:00:00Z') })
  assert.match(html, /<relative-time datetime="2026-11-25T02:00:00.000Z"><time [^>]*>Nov 25, 2026, 2:00 AM UTC<\/time>/)
  assert.match(render("<%- include('parts/time', { at: undefined }) %>"), />Never</)
})

test('an icon outside the list is a fault, and no name reaches the disk', () => {
  assert.match(render("<%- include('parts/icon', { name: 'plug' }) %>"), /<svg[^>]*aria-hidden="true"[^>]*><path d="/)
  for (const name of ['none', '../../package', '__proto__']) assert.throws(() => icons(name), /not in the list/)
})

test('moments and hours are told in the zone of the reader, in UTC where none or nonsense is known', () => {
  const at = new Date('2026-01-15T03:00:00Z')
  const told = (zone?: string) => {
    const { dateTime, hour } = localsFor('en', zone)
    return `${dateTime(at)} / ${hour(at)}`.replaceAll('\u202f', ' ')
  }
  assert.equal(told('America/New_York'), 'Jan 14, 2026, 10:00 PM / Wed 10:00 PM')
  assert.equal(told('Asia/Kolkata'), 'Jan 15, 2026, 8:30 AM / Thu 08:30 AM')
  for (const zone of [undefined, '', 'Mars/Olympus', 'x'.repeat(5_000)])
    assert.equal(told(zone), 'Jan 15, 2026, 3:00 AM UTC / Thu 03:00 AM')
})

test('an error code is a sentence, and nothing is said to be tried again when it is over', () => {
  const { problem, detailOfEnded } = localsFor('en')
  assert.match(problem('route_target_full'), /^Too many events wait in the other account\. We retry it .* failed event/)
  assert.equal(problem('route_target_full', { isOver: true }), 'Too many events wait in the other account.')
  assert.equal(problem('not_known_at_all'), 'It failed (not_known_at_all).')
  const { detail } = ERRORS.route_target_full
  assert.equal(detailOfEnded({ code: 'route_target_full', detail }), undefined)
  assert.equal(detailOfEnded({ code: 'crm_rejected', detail: 'no e-mail' }), 'no e-mail')
})
