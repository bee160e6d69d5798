import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import pg from 'pg'
import { AppError } from '../../server/errors.ts'
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from '../../server/store/embedded.ts'

// Mode 0700: run as root, these tests also show that the server enters a folder its account could not.
const folder = await mkdtemp(join(tmpdir(), 'embedded-'))
const dataDir = join(folder, 'data')
const settings = { fsync: 'off' }
after(() => rm(folder, { recursive: true, force: true }))

const start = (options: Partial<EmbeddedPostgresOptions> = {}) =>
  startEmbeddedPostgres({ dataDir, settings, ...options })

const query = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** Another process that owns the data folder until it is killed; resolves with the url it got. */
const startElsewhere = async () => {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('../../server/store/embedded.ts', import.meta.url).href)}
    const { url } = await startEmbeddedPostgres(${JSON.stringify({ dataDir, settings })})
    process.stdout.write(url)
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = await once(child.stdout, 'data')
  return {
    url: String(url),
    pid: child.pid,
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

const serverPid = async () =>
  Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])

const isRefused = (url: string) => assert.rejects(query(url, 'select 1'), { code: 'ECONNREFUSED' })

test('a first start makes a cluster that answers, and stop stops it', async () => {
  const database = await startEmbeddedPostgres({ dataDir })
  assert.equal(database.adopted, false)
  assert.deepEqual(
    await query(
      database.url,
      `select current_database() as name, rolsuper as super, current_setting('fsync') as fsync,
         current_setting('server_encoding') as encoding, current_setting('listen_addresses') as address
       from pg_roles where rolname = current_user`,
    ),
    [{ name: 'rankr_connect', super: false, fsync: 'on', encoding: 'UTF8', address: '127.0.0.1' }],
  )
  await query(database.url, 'create table kept (n int); insert into kept values (42)')
  assert.equal((await stat(join(dataDir, 'postgres-password'))).mode & 0o777, 0o600)
  assert.deepEqual((await readdir(dataDir)).sort(), ['postgres', 'postgres-password', 'postgres.log'])

  await Promise.all([database.stop(), database.stop()])
  await isRefused(database.url)
})

test('a wrong password does not get in', async (t) => {
  const database = await start()
  t.after(() => database.stop())
  const url = new URL(database.url)
  url.password = 'guessed'
  await assert.rejects(query(url.href, 'select 1'), { code: '28P01' })
})

test('a second start finds its data again', async () => {
  const database = await start()
  assert.equal(database.adopted, false)
  assert.deepEqual(await query(database.url, 'select n from kept'), [{ n: 42 }])
  await database.stop()
})

test('a server that a killed process left running is adopted, and stop stops it', async () => {
  const owner = await startElsewhere()
  await owner.kill()
  const database = await start()
  assert.equal(database.adopted, true)
  assert.equal(database.url, owner.url)
  assert.deepEqual(await query(database.url, 'select n from kept'), [{ n: 42 }])
  await database.stop()
  await isRefused(database.url)
})

test('a cluster whose server was killed starts again with all that was committed', async () => {
  const owner = await startElsewhere()
  await query(owner.url, 'insert into kept values (43)')
  process.kill(await serverPid(), 'SIGKILL')
  await owner.kill()
  const database = await start()
  assert.deepEqual(await query(database.url, 'select n from kept order by n'), [{ n: 42 }, { n: 43 }])
  await database.stop()
})

test('a leftover pid file that names a process of something else does not stop the start', async () => {
  const lines = [process.pid, '/elsewhere', 1, 1, '', '127.0.0.1', '1 2', 'ready']
  await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), lines.join('\n'))
  const database = await start()
  assert.equal(database.adopted, false)
  await database.stop()
})

test('a server that dies under its owner comes back at the same url', async (t) => {
  const told = Promise.withResolvers<void>()
  const log = { info: (_: object, text: string) => text.endsWith('is back') && told.resolve(), warn: () => {} }
  const database = await start({ log: log as unknown as NonNullable<EmbeddedPostgresOptions['log']> })
  t.after(() => database.stop())
  process.kill(await serverPid(), 'SIGKILL')
  await told.promise
  assert.equal((await query(database.url, 'select n from kept')).length, 2)
})

test('a second owner is told who uses which folder, and the first goes on', async (t) => {
  const owner = await startElsewhere()
  t.after(async () => {
    await owner.kill()
    await (await start()).stop()
  })
  await assert.rejects(start(), (error) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'data_folder_in_use')
    assert.ok(error.detail.includes(dataDir), error.detail)
    assert.ok(error.detail.includes(`process ${owner.pid}`), error.detail)
    assert.match(error.detail, /DATA_DIR/)
    return true
  })
  assert.deepEqual(await query(owner.url, 'select 1 as n'), [{ n: 1 }])
})

test('two first starts at the same time end up with one cluster', async (t) => {
  const shared = { dataDir: join(folder, 'shared'), exclusive: false }
  const [one, other] = await Promise.all([start(shared), start(shared)])
  t.after(() => one.stop())
  assert.equal(one.url, other.url)
  assert.deepEqual([one.adopted, other.adopted].sort(), [false, true])
  assert.deepEqual(await query(one.url, 'select 1 as n'), [{ n: 1 }])
  assert.deepEqual((await readdir(shared.dataDir)).sort(), ['postgres', 'postgres-password', 'postgres.log'])
})

test('what is in the way of a start is said', async () => {
  const file = join(folder, 'a-file')
  await writeFile(file, '')
  await assert.rejects(start({ dataDir: file }), { code: 'database_start_failed', message: /EEXIST/ })

  await rm(join(dataDir, 'postgres-password'))
  await assert.rejects(start(), { code: 'database_start_failed', message: /postgres-password/ })
})
