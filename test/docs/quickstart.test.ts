// Runs every example of the quick start as it stands on the page, against the simulated CRM.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { HOME, startApi } from '../http/api/world.ts'
import { docsRender, examplesIn } from './pages.ts'

const run = promisify(execFile)

test('every example of the quick start works by copy and paste', async (t) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const api = await startApi(t, { publicUrl, render: docsRender() })
  server.on('request', api.app)
  const { key, client, secret } = await api.clientOf(HOME, [
    'customers.read',
    'customers.write',
    'invoices.read',
    'invoices.write',
    'events.read',
  ])
  const folder = await mkdtemp(join(tmpdir(), 'rankr-connect-docs-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const env = { PATH: process.env.PATH, RANKR_KEY: key, CLIENT_ID: client.id, CLIENT_SECRET: secret }

  const page = await (await fetch(`${publicUrl}/docs/quickstart`)).text()
  const examples = examplesIn(page)
  assert.deepEqual([...new Set(examples.map(({ language }) => language))], ['curl', 'TypeScript'])
  assert.ok(examples.length >= 8)

  for (const [index, { language, code }] of examples.entries()) {
    await t.test(`example ${index + 1}, ${language}`, async () => {
      if (language === 'TypeScript') {
        const file = join(folder, `example-${index}.mts`)
        await writeFile(file, code)
        const { stdout } = await run(process.execPath, [file], { env, timeout: 20_000 })
        assert.match(stdout, /cus_10483/)
        return
      }
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', code], { env, timeout: 20_000 })
      assert.match(stdout, /cus_1048\d|"data":/)
    })
  }
  const contacts = [...api.crm.state.contacts.by('location', HOME)]
  const maya = contacts.find(({ email }) => email === 'maya.okafor@example.com')
  assert.equal(maya?.firstName, 'Maia')
  assert.ok(maya?.tags.includes('deleted in rankr'))
})
