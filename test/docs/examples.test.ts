// Runs every example of the documentation as it stands on its page, against the simulated CRM.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { readPublicKeys } from '../../server/api/public-keys.ts'
import type { Scope } from '../../server/api/scopes.ts'
import { unrecorded } from '../http/api/node.ts'
import { giveUp, HOME, startApi } from '../http/api/world.ts'
import { listen } from '../listen.ts'
import { PATIENCE_MS } from '../patience.ts'
import { docsRender, examplesIn } from './pages.ts'

const run = promisify(execFile)

type Api = Awaited<ReturnType<typeof startApi>>

/** The API and its pages on a real port, and a shell in which their examples are run. */
const startDocs = async (t: TestContext, scopes?: readonly Scope[]) => {
  const server = createServer()
  const publicUrl = await listen(server)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const api: Api = await startApi(t, { publicUrl, render: docsRender() })
  await api.makeOrderPlace()
  server.on('request', api.app)
  const { key, client, secret } = await api.clientOf(HOME, scopes)
  const folder = await mkdtemp(join(tmpdir(), 'rankr-connect-docs-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const env = { PATH: process.env.PATH, RANKR_KEY: key, CLIENT_ID: client.id, CLIENT_SECRET: secret }
  const page = async (path: string) => await (await fetch(`${publicUrl}${path}`)).text()
  const bash = async (code: string, more: Record<string, string> = {}) =>
    (await run('bash', ['-euo', 'pipefail', '-c', code], { env: { ...env, ...more }, timeout: PATIENCE_MS })).stdout
  const node = async (name: string, code: string) => {
    const file = join(folder, `${name}.mts`)
    await writeFile(file, code)
    return (await run(process.execPath, [file], { env, timeout: PATIENCE_MS })).stdout
  }
  return { api, env, page, bash, node, publicUrl }
}

test('the calls of the README work by copy and paste', async (t) => {
  const scopes = ['customers', 'orders', 'invoices'].flatMap((name) => [`${name}.read`, `${name}.write`] as Scope[])
  const { bash, node, publicUrl } = await startDocs(t, scopes)
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const [, calls, program] = /^## Call the API$[\s\S]*?```sh\n([\s\S]*?)```[\s\S]*?```ts\n([\s\S]*?)```/m.exec(readme)!
  const here = (code: string): string => code.replaceAll('http://localhost:3000', publicUrl)
  const said = await bash(here(calls!))
  assert.match(
    said,
    /"name":"Ana Diaz","links":\{"contact_id":"\w+"\}[\s\S]*"order_id":"ord_1"[\s\S]*"invoice_id":"inv_1"/,
  )
  assert.match(await node('shop', here(program!)), /order_id: 'ord_2'[\s\S]*status: 'paid'[\s\S]*inv_2 draft/)
})

test('every example of the quick start works by copy and paste', async (t) => {
  const { api, page, bash, node } = await startDocs(t, [
    'customers.read',
    'customers.write',
    'orders.read',
    'orders.write',
    'invoices.read',
    'invoices.write',
    'events.read',
  ])
  const examples = examplesIn(await page('/docs/quickstart'))
  assert.deepEqual([...new Set(examples.map(({ language }) => language))], ['curl', 'TypeScript'])
  assert.ok(examples.length >= 11)

  for (const [index, { language, code }] of examples.entries()) {
    await t.test(`example ${index + 1}, ${language}`, async () => {
      if (language === 'TypeScript') {
        assert.match(await node(`example-${index}`, code), /cus_10483|ord_5522 linked\s+paid|inv_2078 paid 0/)
        return
      }
      assert.match(await bash(code), /cus_1048\d|"data":|ord_5521/)
    })
  }
  const contacts = [...api.crm.state.contacts.by('location', HOME)]
  const maya = contacts.find(({ email }) => email === 'maya.okafor@example.com')
  assert.equal(maya?.firstName, 'Maia')
  assert.ok(maya?.tags.includes('deleted in rankr'))
})

test('every example of how programs prove themselves works by copy and paste', async (t) => {
  const { api, env, page, bash, node } = await startDocs(t)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const read = await readPublicKeys(publicKey.export({ type: 'spki', format: 'pem' }).toString())
  assert.ok(read.ok)
  await api.stores.clientKeys.add(HOME, env.CLIENT_ID, { ...read.keys[0]!, record: unrecorded })
  Object.assign(env, { PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() })
  const said: string[] = []
  for (const [index, { language, code }] of examplesIn(await page('/docs/authentication')).entries()) {
    said.push(await (language === 'TypeScript' ? node(`proof-${index}`, code) : bash(code)))
  }
  const answers = [/"data":/, /"issuer":/, /"access_token":/, /^true 900$/m, /"active":true/, /"credential_revoked"/]
  assert.equal(said.length, answers.length)
  for (const [index, answer] of answers.entries()) assert.match(said[index]!, answer)
})

/** What must be there is made first, what ends a record comes last. */
const TURNS = [
  /^upsert\w+[^s]$/,
  /^upsert/,
  /^(get|list|search|try)/,
  /^change/,
  /^send/,
  /^pay/,
  /^void/,
  /^delete/,
  /^stop/,
  /^(start|replay|discard)/,
]

test('every example of the reference works by copy and paste, one for each operation', async (t) => {
  const { api, page, bash, publicUrl, env } = await startDocs(t)
  const later = await fetch(`${publicUrl}/v1/customers`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${env.RANKR_KEY}`,
      'content-type': 'application/json',
      prefer: 'respond-async',
    },
    body: '{"id":"cus_1","email":"later@example.com"}',
  })
  const { event_id: EVENT_ID } = (await later.json()) as { event_id: string }
  const letters = await giveUp(api, ['cus_a', 'cus_b', 'cus_c'])
  const begun = await bash(
    `curl -X POST "${publicUrl}/v1/replays" -H "X-API-Key: $RANKR_KEY" --json '{"per_minute":1}'`,
  )
  const REPLAY_ID = JSON.parse(begun).id as string
  const examples = examplesIn(await page('/docs'))
  assert.equal(examples.length, api.rows.length)
  const turnOf = ({ operation }: { operation: string }) => TURNS.findIndex((turn) => turn.test(operation))
  for (const { operation, code } of examples.toSorted((a, b) => turnOf(a) - turnOf(b))) {
    await t.test(operation, async () => {
      const DEAD_LETTER_ID = letters[operation === 'discardDeadLetter' ? 1 : 0]!
      const answer = JSON.parse(await bash(code, { EVENT_ID, REPLAY_ID, DEAD_LETTER_ID })) as {
        results?: { status: number }[]
      }
      for (const { status } of answer.results ?? []) assert.ok(status < 300, JSON.stringify(answer))
    })
  }
})

test('the example that checks a signature takes what is genuine and nothing else', async (t) => {
  const { page, node } = await startDocs(t)
  const [{ code } = { code: '' }] = examplesIn(await page('/docs/webhooks'))
  const tried = await node(
    'signature',
    `${code}
const secret = 'whsec_' + Buffer.from('a-secret-of-some-length').toString('base64')
const signed = (body: string) => {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', 'a-secret-of-some-length').update('msg_1.' + timestamp + '.' + body).digest('base64')
  return { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': 'v1,AAAA v1,' + signature }
}
console.log(isGenuine(signed('{}'), '{}', secret), isGenuine(signed('{}'), '{ }', secret), isGenuine({}, '{}', secret))`,
  )
  assert.equal(tried.trim(), 'true false false')
})
