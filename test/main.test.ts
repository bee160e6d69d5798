import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import test from 'node:test'
import { start, startAndEnd, temporaryFolder } from './process.ts'

const databaseRuns = (folder: string): boolean => existsSync(join(folder, 'postgres', 'postmaster.pid'))

test('it starts, says where to click, refuses a second start on its folder, and stops everything', async (t) => {
  const DATA_DIR = await temporaryFolder(t)
  const app = await start({ DATA_DIR })
  t.after(() => app.end('SIGKILL'))
  assert.match(app.output(), new RegExp(`Click here\\s+http://localhost:${app.port}/sandbox`))
  assert.match(app.output(), /Simulated\s+the CRM and Rankr/)
  assert.match(app.output(), new RegExp(`Data\\s+${DATA_DIR}`))
  assert.equal((await fetch(`${app.url}/healthz`)).status, 200)
  assert.equal((await fetch(`${app.url}/readyz`)).status, 200)

  const second = await startAndEnd({ DATA_DIR })
  assert.equal(second.code, 1)
  assert.match(second.output, /Rankr Connect could not start/)
  assert.match(second.output, new RegExp(`already uses the data folder.*${DATA_DIR}`))
  assert.equal((await fetch(`${app.url}/readyz`)).status, 200, 'the first one goes on undisturbed')

  // As npm hands on what the terminal says, too: one Ctrl-C comes twice.
  app.child.kill('SIGINT')
  assert.equal(await app.end('SIGINT'), 0)
  assert.equal(databaseRuns(DATA_DIR), false)
  assert.match(app.output(), /"msg":"stopped"/)
})

test('after a kill -9 it starts again on the database that was left behind', async (t) => {
  const DATA_DIR = await temporaryFolder(t)
  const killed = await start({ DATA_DIR })
  assert.equal(await killed.end('SIGKILL'), 'SIGKILL')
  assert.equal(databaseRuns(DATA_DIR), true)

  const again = await start({ DATA_DIR })
  t.after(() => again.end('SIGKILL'))
  assert.match(again.output(), /found running after an earlier process ended/)
  assert.equal((await fetch(`${again.url}/readyz`)).status, 200)

  // A sender that hangs would keep it for half a minute; whoever insists has it end at once, its database with it.
  const sender = connect(again.port, '127.0.0.1').on('error', () => {})
  t.after(() => sender.destroy())
  sender.write('POST /webhooks/crm HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{')
  const insisting = setInterval(() => again.child.kill('SIGTERM'), 100)
  assert.equal(await again.end('SIGTERM'), 1)
  clearInterval(insisting)
  assert.match(again.output(), /"msg":"told again: stopping at once"/)
  assert.equal(databaseRuns(DATA_DIR), false)
})

test('a port in use is said in a sentence', async (t) => {
  const DATA_DIR = await temporaryFolder(t)
  const server = (await import('node:http')).createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as import('node:net').AddressInfo
  const { code, output } = await startAndEnd({ DATA_DIR, PORT: String(port) })
  assert.equal(code, 1)
  assert.match(output, /The port is already in use/)
})

test('live mode without its secrets names them all and starts nothing', async (t) => {
  const DATA_DIR = await temporaryFolder(t)
  const { code, output } = await startAndEnd({ DATA_DIR, HIGHLEVEL_CLIENT_ID: 'app-1' })
  assert.equal(code, 1)
  for (const name of [
    'PUBLIC_URL',
    'HIGHLEVEL_CLIENT_SECRET',
    'HIGHLEVEL_SSO_KEY',
    'ENCRYPTION_KEYS',
    'SESSION_SECRET',
  ]) {
    assert.match(output, new RegExp(`- ${name}: is needed`))
  }
  assert.equal(databaseRuns(DATA_DIR), false)
})
