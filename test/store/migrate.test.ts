import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createDatabase } from '../../server/store/db.ts'
import { migrate } from '../../server/store/migrate.ts'
import { createReadiness } from '../../server/store/readiness.ts'
import { createTestDatabase } from '../database.ts'
import { temporaryFolder } from '../process.ts'

const folderWith = async (t: TestContext, name: string, text: string): Promise<URL> => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, name), text)
  return pathToFileURL(`${folder}/`)
}

const open = async (t: TestContext) => {
  const { url } = await createTestDatabase(t)
  const db = createDatabase({ url, poolSize: 3 })
  t.after(db.close)
  return { url, db }
}

test('a version starts on a database that a newer one has migrated, and leaves it as it is', async (t) => {
  const { url, db } = await open(t)
  await migrate(url, { folder: await folderWith(t, '9000-newer.sql', 'create table newer (id text)') })
  const names = () => db.pool.query('select name from schema_migrations order by name').then(({ rows }) => rows)
  const before = await names()
  assert.deepEqual(before.at(-1), { name: '9000-newer' })

  await migrate(url)

  assert.deepEqual(await names(), before)
  assert.ok(await createReadiness({ db }).isMigrated())
})

test('a migration that waits for a table lets queries on it pass, and comes again', async (t) => {
  const { url, db } = await open(t)
  const folder = await folderWith(t, '9000-newer.sql', 'alter table events add column newer text')
  const reader = await db.pool.connect()
  await reader.query('begin; lock table events in access share mode')
  const migrating = migrate(url, { folder, lockTimeoutMs: 50, pauseMs: 10, tries: Number.POSITIVE_INFINITY })
  const isWaiting = async (): Promise<boolean> => {
    const { rowCount } = await db.pool.query(
      `select from pg_locks where not granted and relation = 'events'::regclass and mode = 'AccessExclusiveLock'`,
    )
    return rowCount === 1
  }
  while (!(await isWaiting())) await delay(5)

  await db.pool.query('select from events limit 1')

  await reader.query('commit')
  reader.release()
  await migrating
  await db.pool.query('select newer from events')
})

test('a migration that never gets its table fails, with nothing applied', async (t) => {
  const { url, db } = await open(t)
  const folder = await folderWith(
    t,
    '9000-newer.sql',
    'create table newer (); alter table events add column newer text',
  )
  const reader = await db.pool.connect()
  await reader.query('begin; lock table events in access share mode')
  await assert.rejects(migrate(url, { folder, lockTimeoutMs: 5, pauseMs: 1, tries: 3 }), { code: '55P03' })
  await reader.query('commit')
  reader.release()
  assert.deepEqual((await db.pool.query(`select to_regclass('newer') as found`)).rows, [{ found: null }])
})

test('a database that cannot be used is said in a sentence, without its password', async (t) => {
  const { url } = await open(t)
  const changed = (change: (address: URL) => void): string => {
    const address = new URL(url)
    change(address)
    return address.href
  }
  const cases: [string, RegExp][] = [
    [changed((address) => Object.assign(address, { pathname: '/nowhere' })), /database "nowhere".*does not exist/],
    [changed((address) => Object.assign(address, { username: 'nobody', password: 'hunter2' })), /as "nobody".*nobody/],
    [changed((address) => Object.assign(address, { port: '1' })), /127\.0\.0\.1:1,.*ECONNREFUSED/],
    [changed((address) => Object.assign(address, { search: '?sslmode=verify-full' })), /does not support SSL/],
  ]
  for (const [address, sentence] of cases) {
    await assert.rejects(migrate(address), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'database_unusable')
      assert.match(error.message, sentence)
      return !error.message.includes('hunter2') && !error.message.includes(new URL(url).password)
    })
  }
})
