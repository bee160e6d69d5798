// Brings a database to the schema of this version: the .sql files of migrations/, in order of their names, each in the
// one transaction that Kysely's migrator opens, under its lock, so that several nodes may start at once. Then the job
// queue's own schema with its own migrations, which also tolerate concurrent starts.
//
// The previous version may be working on the same database, and may be started again after a newer one has migrated it.

import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { Logger, runMigrations } from 'graphile-worker'
import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { AppError } from '../errors.ts'
import { createDatabase, type Database } from './db.ts'
import { isLockTimeout, isMissingTable } from './failures.ts'
import { keepsSessions } from './keeps-sessions.ts'
import { startFault } from './start-fault.ts'

const FOLDER = new URL('./migrations/', import.meta.url)
const TABLE = 'schema_migrations'

type Options = {
  /** Of the .sql files; its URL ending with a slash. */
  folder?: URL
  /**
   * Lock timeout of a migration. Queries on a table queue up behind a migration that waits for it, so it waits only briefly and
   * retries. Shorter than deadlock_timeout (1 s), so that in a deadlock with working nodes the migration gives way.
   */
  lockTimeoutMs?: number
  /** Pause between two attempts. */
  pauseMs?: number
  /** After this time it fails, and the node does not start. */
  tries?: number
}

/**
 * Applies missing migrations. Throws the first failure, and then the whole batch is rolled back. For an unreachable database it
 * throws AppError `database_unusable`.
 */
export const migrate = async (
  url: string,
  { folder = FOLDER, lockTimeoutMs = 500, pauseMs = 1_000, tries = 60 }: Options = {},
): Promise<void> => {
  const db = createDatabase({ url, poolSize: 2, applicationName: 'rankr-connect migrate' })
  try {
    if (!(await keepsSessions(db.pool))) {
      throw new AppError('database_unusable', {
        detail:
          'DATABASE_URL leads to a pooler that changes sessions between transactions. Set it to session pooling, or name PostgreSQL itself.',
      })
    }
    const own = await readMigrations(folder, lockTimeoutMs)
    const migrator = new Migrator({
      db: db.kysely,
      // Asked for under the migrator's lock: nothing is applied between this and what it compares with.
      provider: { getMigrations: async () => ({ ...(await alreadyApplied(db)), ...own }) },
      migrationTableName: TABLE,
      migrationLockTableName: 'schema_migrations_lock',
      // Branches may add files with lower numbers after higher ones were applied; they are independent of each other.
      allowUnorderedMigrations: true,
    })
    for (let left = tries - 1; ; left -= 1) {
      const { error } = await migrator.migrateToLatest()
      if (!error) break
      if (!isLockTimeout(error) || left <= 0) throw error
      await delay(pauseMs)
    }
    await runMigrations({ pgPool: db.pool, logger: new Logger(() => () => {}) })
  } catch (error) {
    throw startFault(url, error)
  } finally {
    await db.close()
  }
}

const readMigrations = async (folder: URL, lockTimeoutMs: number): Promise<Record<string, Migration>> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const read = async (name: string) => {
    const text = await readFile(new URL(name, folder), 'utf8')
    const up = async (on: Kysely<unknown>): Promise<void> => {
      await sql`select set_config('lock_timeout', ${`${lockTimeoutMs}ms`}, true)`.execute(on)
      await sql.raw(text).execute(on)
    }
    return [name.replace(/\.sql$/, ''), { up }] as const
  }
  return Object.fromEntries(await Promise.all(names.map(read)))
}

/** The applied migrations, including those of a newer version: the migrator rejects a database with names it does not know. */
const alreadyApplied = async ({ pool }: Database): Promise<Record<string, Migration>> => {
  const { rows } = await pool.query<{ name: string }>(`select name from ${TABLE}`).catch((error) => {
    if (isMissingTable(error)) return { rows: [] }
    throw error
  })
  return Object.fromEntries(rows.map(({ name }) => [name, { up: async () => {} }]))
}
