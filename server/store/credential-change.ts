// Changes of credentials: the change, its audit entry and the change counter in one transaction; afterwards this
// process clears its cache.

import { sql } from 'kysely'
import type { CredentialVersion } from '../api/credential-version.ts'
import type { Database, Tx } from './db.ts'

/** Writes the audit row of a change in its transaction. The `audit` of a route's call fits. */
export type RecordChange = (
  subject: { subjectType: string; subjectId?: string; details?: Record<string, unknown> },
  tx: Tx,
) => Promise<unknown>

type Audited<Result> = {
  /** Absent for changes reported by another system, which keeps its own record. */
  record?: RecordChange
  /** Details of the entry; must not contain secrets. */
  subject: (result: Result) => Parameters<RecordChange>[0]
}

export type CredentialChange = <Result>(
  work: (tx: Tx) => Promise<Result | undefined>,
  audited: Audited<Result>,
) => Promise<Result | undefined>

/** Runs a change; one that answers undefined has changed nothing and is neither recorded nor counted. */
export const createCredentialChange =
  ({ db, version }: { db: Database; version: CredentialVersion }): CredentialChange =>
  async (work, { record, subject }) => {
    try {
      return await db.transaction(async (tx) => {
        const result = await work(tx)
        if (result === undefined) return undefined
        await record?.(subject(result), tx)
        // Last, since every other change waits for this row until the commit.
        await tx.updateTable('credential_changes').set({ count: sql`count + 1` }).execute()
        return result
      })
    } finally {
      // Also after a failure: a commit whose response was lost has still happened.
      version.bump()
    }
  }

/** How many changes of credentials all processes have made. */
export const createCountChanges =
  ({ db }: { db: Database }) =>
  async (): Promise<number> =>
    (await db.kysely.selectFrom('credential_changes').select('count').executeTakeFirstOrThrow()).count
