// Brings a database to the schema of this version: the .sql files of migrations/, in order of their names, each in the
// one transaction that Kysely's migrator opens, under its lock, so that several nodes may start at once. Then the job
// queue's own schema, by its own means, which bear several at once too.

import { readdir, readFile } from 'node:fs/promises'
import { Logger, runMigrations } from 'graphile-worker'
import { Migrator, sql } from 'kysely'
import { createDatabase } from './db.ts'

const FOLDER = new URL('./migrations/', import.meta.url)

/** Applies what is missing. Throws the first failure; nothing of that batch is kept then. */
export const migrate = async (url: string): Promise<void> => {
  const db = createDatabase({ url, poolSize: 2, applicationName: 'rankr-connect migrate' })
  try {
    const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort()
    const migrations = Object.fromEntries(
      await Promise.all(
        names.map(async (name) => {
          const text = await readFile(new URL(name, FOLDER), 'utf8')
          return [
            name.replace(/\.sql$/, ''),
            { up: (on: Parameters<ReturnType<typeof sql>['execute']>[0]) => sql.raw(text).execute(on) },
          ] as const
        }),
      ),
    )
    const migrator = new Migrator({
      db: db.kysely,
      provider: { getMigrations: async () => migrations as never },
      migrationTableName: 'schema_migrations',
      migrationLockTableName: 'schema_migrations_lock',
      // Branches bring files with lower numbers after higher ones were applied; each stands by itself.
      allowUnorderedMigrations: true,
    })
    const { error } = await migrator.migrateToLatest()
    if (error) throw error
    await runMigrations({ pgPool: db.pool, logger: new Logger(() => () => {}) })
  } finally {
    await db.close()
  }
}
