import assert from 'node:assert/strict'
import test from 'node:test'
import { settingsPage } from './settings-page.ts'

const HTML = 'text/html,application/xhtml+xml'

test('the shell may be framed by the parents of its account, and by nobody else', async () => {
  const { agent } = settingsPage()
  const answer = await agent.get('/settings?location=loc_1').expect(200)
  const policy = String(answer.headers['content-security-policy'])
  assert.match(policy, /frame-ancestors https:\/\/loc_1\.crm\.example\.com(;|$)/)
  assert.match(policy, /script-src 'self'(;|$)/)
  assert.match(policy, /style-src 'self'(;|$)/)
  assert.equal(answer.headers['x-frame-options'], undefined)
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers['set-cookie'], undefined)
})

test('the shell prints the same parents for its script, and the hint it keeps', async () => {
  const { agent } = settingsPage()
  const { text } = await agent.get('/settings?location=loc_1').expect(200)
  assert.match(text, /data-parents="https:\/\/loc_1\.crm\.example\.com"/)
  assert.match(text, /data-location="loc_1"/)
  assert.match(text, /data-screen="\/settings"/)
})

test('a location that is no id is no hint', async () => {
  const { agent } = settingsPage()
  const { text } = await agent.get('/settings?location=%7B%7Blocation.id%7D%7D').expect(200)
  assert.match(text, /data-location=""/)
})

test('a reload comes back to the same screen with its filters', async () => {
  const { agent } = settingsPage()
  const { text } = await agent.get('/settings/activity?location=loc_1&outcome=dead').set('accept', HTML).expect(200)
  assert.match(text, /data-screen="\/settings\/activity\?outcome=dead"/)
})

test('the shell holds nothing of the account', async () => {
  const { agent } = settingsPage()
  const { text } = await agent.get('/settings?location=loc_1').expect(200)
  assert.doesNotMatch(text, /Harbor Dental/)
})

test('the shell has no inline script and no inline style', async () => {
  const { agent } = settingsPage()
  const { text } = await agent.get('/settings').expect(200)
  assert.doesNotMatch(text, /<script(?![^>]*\ssrc=)/)
  assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=/)
})

test('the shell speaks the language of the browser', async () => {
  const { agent } = settingsPage()
  const { text } = await agent.get('/settings').set('accept-language', 'es-MX,es;q=0.9').expect(200)
  assert.match(text, /<html lang="es"/)
  assert.match(text, />Resumen</)
})

test("the operator's notice stands above every screen, as text", async () => {
  const { agent } = settingsPage({}, { notice: 'Maintenance <tonight>' })
  const { text } = await agent.get('/settings').expect(200)
  assert.match(text, /Maintenance &lt;tonight&gt;/)
})
