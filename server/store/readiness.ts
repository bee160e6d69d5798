// Whether the database is reachable and has this version's schema.

import { readdir } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Database } from './db.ts'

const MIGRATIONS = new URL('./migrations/', import.meta.url)

/** Checks for `/readyz`. */
export const createReadiness = ({ db }: { db: Database }) => {
  let isMigratedForGood = false
  return {
    async isReachable(): Promise<boolean> {
      await sql`select 1`.execute(db.kysely)
      return true
    },
    /** Once true it stays true: migrations are only ever added by a newer version. */
    async isMigrated(): Promise<boolean> {
      if (isMigratedForGood) return true
      const wanted = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql'))
      const { rows } = await sql<{ name: string }>`select name from schema_migrations`.execute(db.kysely)
      const applied = new Set(rows.map(({ name }) => `${name}.sql`))
      isMigratedForGood = wanted.every((name) => applied.has(name))
      return isMigratedForGood
    },
  }
}
