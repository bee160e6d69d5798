// All columns with sealed values, and resealing them under the current key. test/store/resealing.test.ts compares the
// list with the schema.

import { sql } from 'kysely'
import type { Database } from './db.ts'
import type { Seal } from './seal.ts'

type SealedColumn = { table: string; key: string; column: string; context: (key: string) => string }

export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'installations', key: 'tenant_id', column: 'access_token', context: (id) => `installation:${id}:access` },
  { table: 'installations', key: 'tenant_id', column: 'refresh_token', context: (id) => `installation:${id}:refresh` },
  { table: 'connections', key: 'id', column: 'signing_secret', context: (id) => `connection:${id}:signing` },
  { table: 'connections', key: 'id', column: 'previous_signing_secret', context: (id) => `connection:${id}:signing` },
  { table: 'connections', key: 'id', column: 'credentials', context: (id) => `connection:${id}:credentials` },
  { table: 'pending_connections', key: 'id', column: 'credentials', context: (id) => `pending-connection:${id}` },
  {
    table: 'webhook_endpoints',
    key: 'id',
    column: 'signing_secret',
    context: (id) => `webhook-endpoint:${id}:signing`,
  },
  {
    table: 'webhook_endpoints',
    key: 'id',
    column: 'previous_signing_secret',
    context: (id) => `webhook-endpoint:${id}:signing`,
  },
  { table: 'support_desks', key: 'id', column: 'credentials', context: (id) => `support-desk:${id}:credentials` },
  { table: 'support_desks', key: 'id', column: 'webhook_secret', context: (id) => `support-desk:${id}:webhook` },
  {
    table: 'support_desks',
    key: 'id',
    column: 'previous_webhook_secret',
    context: (id) => `support-desk:${id}:webhook`,
  },
  {
    table: 'incoming_webhooks',
    key: 'id',
    column: 'signing_secret',
    context: (id) => `incoming-webhook:${id}:signing`,
  },
  { table: 'token_signing_keys', key: 'kid', column: 'private_jwk', context: (id) => `token-signing-key:${id}` },
]

export type Resealed = { table: string; column: string; resealed: number; broken: string[] }

/**
 * Re-encrypts everything sealed under an older key. Values that cannot be decrypted are left unchanged and named in `broken`, so
 * that they do not block the others. Safe while other processes are running.
 */
export const resealAll = async ({ db, seal }: { db: Database; seal: Seal }): Promise<Resealed[]> => {
  const results: Resealed[] = []
  for (const sealed of SEALED_COLUMNS) results.push(await resealColumn({ db, seal }, sealed))
  return results
}

const resealColumn = async (
  { db, seal }: { db: Database; seal: Seal },
  { table, key, column, context }: SealedColumn,
): Promise<Resealed> => {
  const [from, id, value] = [sql.table(table), sql.ref(key), sql.ref(column)]
  const { rows } = await sql<{ id: string; blob: Buffer }>`
    select ${id} as id, ${value} as blob from ${from} where ${value} is not null`.execute(db.kysely)
  const result: Resealed = { table, column, resealed: 0, broken: [] }
  for (const row of rows) {
    if (!seal.needsReseal(row.blob)) continue
    try {
      const fresh = seal.seal(seal.open(row.blob, context(row.id)), context(row.id))
      // Compared, not locked: a value that was renewed meanwhile is under the current key already.
      const { numAffectedRows = 0n } = await sql`
        update ${from} set ${value} = ${fresh} where ${id} = ${row.id} and ${value} = ${row.blob}`.execute(db.kysely)
      result.resealed += Number(numAffectedRows)
    } catch {
      result.broken.push(row.id)
    }
  }
  return result
}
