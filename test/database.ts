// A database of its own for each test file, copied from a template that has been migrated once.
//
// The server: TEST_DATABASE_URL (a role that may create databases), else an embedded one in .data/test that all test
// processes share. The first one starts it. test/global-setup.ts stops it after a whole run; after a test file run by
// itself it stays, and the next one finds it there.

import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { after } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../server/store/embedded.ts'
import { migrate } from '../server/store/migrate.ts'

export type TestDatabase = {
  url: string
  /** Cuts connections that are left. Happens by itself at the end of the test or file. */
  drop(): Promise<void>
}

const STORE = new URL('../server/store/', import.meta.url)
const TEMPLATE = 'rankr_template_'
const COPY = 'rankr_test_'
// Any number, the same for all processes: one at a time makes, copies or sweeps, since a template that is being copied
// takes no connections and the other way round.
const TEMPLATE_LOCK = 7_265_003

/** The shared server for tests, started unless it runs. `stop` does nothing to a server named by TEST_DATABASE_URL. */
export const startTestServer = async (): Promise<EmbeddedPostgres> => {
  const { TEST_DATABASE_URL: url } = process.env
  if (url) return { url, adopted: true, stop: async () => {} }
  return await startEmbeddedPostgres({
    dataDir: fileURLToPath(new URL('../.data/test', import.meta.url)),
    exclusive: false,
    // What tests write may be lost in a power cut.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' },
  })
}

/**
 * A migrated, empty database. Give the test's context to drop it after that test; without it is dropped after the
 * file. Its order among other `after` hooks does not matter to pools of server/store/db.ts, which bear a cut connection.
 */
export const createTestDatabase = async (t?: { after(hook: () => Promise<void>): void }): Promise<TestDatabase> => {
  const { url } = await startTestServer()
  const name = `${COPY}${process.pid}_${randomBytes(4).toString('hex')}`
  await alone(url, async (client) => {
    const template = await makeTemplate(client, url)
    // Copied as files: going through the write-ahead log, the default, costs three times as much.
    await client.query(`create database ${name} template ${template} strategy file_copy`)
  })
  const drop = () => connected(url, async (client) => void (await dropDatabase(client, name)))
  if (t) t.after(drop)
  else after(drop)
  return { url: withDatabase(url, name), drop }
}

/** Drops what killed test processes have left, and templates of other migrations. */
export const sweepTestDatabases = (url: string): Promise<void> => alone(url, sweep)

const sweep = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database d
     where (starts_with(datname, $1) or starts_with(datname, $2) and datname <> $3)
       and not exists (select from pg_stat_activity a where a.datname = d.datname)`,
    [COPY, TEMPLATE, await templateName()],
  )
  for (const { name } of rows) {
    if (!name.startsWith(COPY) || !isAlive(Number(name.split('_')[2]))) await dropDatabase(client, name)
  }
}

const makeTemplate = async (client: pg.Client, url: string): Promise<string> => {
  const name = await templateName()
  const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
  if (rowCount === 1) return name
  await sweep(client)
  // Under another name until it is complete: a killed process must not leave half a template.
  const draft = `${name}_draft`
  await client.query(`create database ${draft}`)
  await migrate(withDatabase(url, draft))
  await client.query(`alter database ${draft} rename to ${name}`)
  return name
}

/** Named by what makes it, so that a changed migration gets a new template. */
const templateName = async (): Promise<string> => {
  const hash = createHash('sha256').update(await readFile(new URL('migrate.ts', STORE)))
  const folder = new URL('migrations/', STORE)
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()) {
    hash.update(`\0${file}\0`).update(await readFile(new URL(file, folder)))
  }
  return `${TEMPLATE}${hash.digest('hex').slice(0, 16)}`
}

/** PostgreSQL's own vacuum may be at work in it, which our role must not end. */
const MAY_NOT_END = '42501'
const DROP_TRIES = 50

const dropDatabase = async (client: pg.Client, name: string): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query(`drop database if exists ${name} with (force)`)
      return
    } catch (error) {
      if ((error as pg.DatabaseError).code !== MAY_NOT_END || tries === DROP_TRIES) throw error
      await delay(200)
    }
  }
}

const connected = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const alone = <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  connected(url, async (client) => {
    // For the session: CREATE DATABASE cannot run in a transaction.
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    return await work(client)
  })

const withDatabase = (url: string, name: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
