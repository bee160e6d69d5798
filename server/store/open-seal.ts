// Opens the seal and tests it on a stored value at startup: with wrong keys every account would fail, each with its own
// error.

import { sql } from 'kysely'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Database } from './db.ts'
import { SEALED_COLUMNS } from './resealing.ts'
import { createSeal, type EncryptionKey, type Seal } from './seal.ts'

type Deps = { keys: EncryptionKey[]; db: Database; log: Pick<Log, 'error'> }

/** `closed`: the columns that have values which do not open, each with the reason. */
type TriedSeal = { seal: Seal; closed: string[] }

/** One value of each key in each column is opened. Throws AppError `encryption_keys_wrong` when none does. */
export const trySeal = async ({ keys, db }: Pick<Deps, 'keys' | 'db'>): Promise<TriedSeal> => {
  const seal = createSeal(keys)
  const closed: string[] = []
  let opened = 0
  for (const { table, key, column, context } of SEALED_COLUMNS) {
    const [from, id, value] = [sql.table(table), sql.ref(key), sql.ref(column)]
    // A blob begins with its version and the length and name of its key (seal.ts).
    const prefix = sql`substr(${value}, 1, 2 + get_byte(${value}, 1))`
    const { rows } = await sql<{ id: string; blob: Buffer }>`
      select distinct on (${prefix}) ${id} as id, ${value} as blob from ${from}
      where ${value} is not null`.execute(db.kysely)
    for (const row of rows) {
      try {
        seal.open(row.blob, context(row.id))
        opened += 1
      } catch (error) {
        closed.push(`${table}.${column}: ${(error as Error).message}`)
      }
    }
  }
  if (closed.length > 0 && opened === 0) throw new AppError('encryption_keys_wrong')
  return { seal, closed }
}

/** The same, which says in the log what does not open. */
export const openSeal = async ({ log, ...tried }: Deps): Promise<Seal> => {
  const { seal, closed } = await trySeal(tried)
  if (closed.length > 0)
    log.error({ closed }, 'ENCRYPTION_KEYS does not open all that is stored: put the older key back')
  return seal
}
