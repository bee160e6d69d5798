import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { createSimulatedCrm, SEED } from '../../../server/sandbox/crm/simulated-crm.ts'
import { APP, startCrm } from './harness.ts'

const locationId = SEED.locations.dental

const fileFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-crm-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'state', 'crm.jsonl')
}

test('what was answered is there after a kill: tokens, contacts, counters and the signing key', async (t) => {
  const file = fileFor(t)
  // Never closed before the second one starts: nothing is written at the end.
  const first = await startCrm(t, { file })
  const code = first.crm.control.install({ target: { kind: 'Location', locationId } })
  const { access_token: token, refresh_token } = (await first.exchange(code)).body
  const { id } = (await first.call('POST', '/contacts/upsert', { token, body: { locationId, email: 'a@example.com' } }))
    .body.contact

  const second = await startCrm(t, { file })
  assert.equal((await second.call('GET', `/contacts/${id}`, { token })).status, 200)
  assert.equal(
    (await second.call('POST', '/contacts/upsert', { token, body: { locationId, email: 'A@example.com' } })).body.new,
    false,
  )
  assert.equal((await second.refresh(refresh_token)).status, 200)
  assert.equal(second.crm.control.writes()['contacts.created'], 1)
  assert.equal(second.crm.publicKeyPem, first.crm.publicKeyPem)
})

test('an undelivered webhook is sent by the next process', async (t) => {
  const file = fileFor(t)
  const first = await startCrm(t, { file, retryDelaysMs: [0, 60_000], sendWebhook: async () => 500 })
  first.crm.control.install({ target: { kind: 'Location', locationId } })
  await first.crm.control.flushWebhooks()
  await first.crm.close()

  const second = await startCrm(t, { file })
  second.crm.control.retryWebhooksNow()
  await second.crm.control.flushWebhooks()
  assert.equal(JSON.parse(second.sent[0]!.body).type, 'INSTALL')
  assert.equal(second.crm.control.deliveries()[0]?.state, 'delivered')
})

test('half a last line, left by a kill while writing, is dropped; a broken line before it is not forgiven', async (t) => {
  const file = fileFor(t)
  const first = await startCrm(t, { file })
  first.crm.control.suspendLocation(locationId)
  appendFileSync(file, '[["locations","Brig')
  const second = await startCrm(t, { file })
  assert.equal(second.crm.state.locations.get(locationId)?.isActive, false)

  const [head, ...rest] = readFileSync(file, 'utf8').split('\n')
  writeFileSync(file, [head, '[broken', ...rest].join('\n'))
  await assert.rejects(startCrm(t, { file }))
  writeFileSync(file, 'something else\n')
  await assert.rejects(startCrm(t, { file }), /another format/)
})

test('the file holds no token and is for its owner only', async (t) => {
  const file = fileFor(t)
  const { crm, exchange } = await startCrm(t, { file })
  const { access_token, refresh_token } = (
    await exchange(crm.control.install({ target: { kind: 'Location', locationId } }))
  ).body
  const text = readFileSync(file, 'utf8')
  assert.ok(!text.includes(access_token) && !text.includes(refresh_token))
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a long history is rewritten to what is left of it', async (t) => {
  const file = fileFor(t)
  const { crm } = await startCrm(t, { file })
  for (let index = 0; index < 21_000; index += 1) crm.state.facts.put({ id: 'x', value: String(index) })
  assert.ok(readFileSync(file, 'utf8').split('\n').length < 1_500)
  const second = await startCrm(t, { file })
  assert.equal(second.crm.state.facts.get('x')?.value, '20999')
})

test('a snapshot starts another simulation with the same rows', async (t) => {
  const { crm } = await startCrm(t)
  crm.control.suspendLocation(locationId)
  const copy = createSimulatedCrm({
    now: () => new Date(),
    apps: [APP],
    snapshot: JSON.parse(JSON.stringify(crm.state.export())),
  })
  assert.equal(copy.state.locations.get(locationId)?.isActive, false)
  assert.equal(copy.state.contacts.count('location', locationId), 4)
  await copy.close()
})
