// Public keys of clients that sign their token requests (private_key_jwt), and used assertion ids.

import { createHash } from 'node:crypto'
import type { CredentialChange, RecordChange } from './credential-change.ts'
import type { Database } from './db.ts'

export type ClientKey = {
  kid: string
  /** The public JWK (RFC 7517), with `alg`. */
  jwk: Record<string, unknown>
  createdAt: Date
}

const COLUMNS = ['kid', 'jwk', 'created_at as createdAt'] as const

const subject = (clientId: string) => (key: ClientKey) => ({
  subjectType: 'client_key',
  subjectId: key.kid,
  details: { clientId },
})

type Deps = { db: Database; change: CredentialChange; now: () => Date }

export type ClientKeys = ReturnType<typeof createClientKeys>

/** Public keys of a location's clients. */
export const createClientKeys = ({ db, change, now }: Deps) => ({
  /** Undefined when the location has no such client or it has this key already. */
  add: (
    locationId: string,
    clientId: string,
    { kid, jwk, createdBy, record }: Omit<ClientKey, 'createdAt'> & { createdBy?: string; record: RecordChange },
  ): Promise<ClientKey | undefined> =>
    change<ClientKey>(
      async (tx) => {
        const client = await tx
          .selectFrom('clients')
          .select('id')
          .where('location_id', '=', locationId)
          .where('id', '=', clientId)
          .where('is_public', '=', false)
          .forShare()
          .executeTakeFirst()
        if (!client) return undefined
        return await tx
          .insertInto('client_keys')
          .values({
            location_id: locationId,
            client_id: clientId,
            kid,
            jwk: JSON.stringify(jwk),
            created_by: createdBy ?? null,
            created_at: now(),
          })
          .onConflict((conflict) => conflict.doNothing())
          .returning(COLUMNS)
          .executeTakeFirst()
      },
      { record, subject: subject(clientId) },
    ),

  /** Oldest first. */
  list: (locationId: string, clientId: string): Promise<ClientKey[]> =>
    db.kysely
      .selectFrom('client_keys')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .where('client_id', '=', clientId)
      .orderBy('created_at')
      .orderBy('kid')
      .execute(),

  /** Undefined when there is no such key. */
  remove: (
    locationId: string,
    clientId: string,
    { kid, record }: { kid: string; record: RecordChange },
  ): Promise<ClientKey | undefined> =>
    change<ClientKey>(
      (tx) =>
        tx
          .deleteFrom('client_keys')
          .where('location_id', '=', locationId)
          .where('client_id', '=', clientId)
          .where('kid', '=', kid)
          .returning(COLUMNS)
          .executeTakeFirst(),
      { record, subject: subject(clientId) },
    ),

  /** True for the first use of an assertion, false for every other, on any node. */
  async useAssertion(
    locationId: string,
    clientId: string,
    { jti, expiresAt }: { jti: string; expiresAt: Date },
  ): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await db.kysely
      .insertInto('client_assertions')
      .values({
        location_id: locationId,
        client_id: clientId,
        // A hash, since a client may choose a jti of any length.
        jti_hash: createHash('sha256').update(jti).digest(),
        expires_at: expiresAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    return numInsertedOrUpdatedRows === 1n
  },

  /** Deletes assertions that expired before `at`, which are rejected anyway. */
  async pruneAssertions(at: Date): Promise<void> {
    await db.kysely.deleteFrom('client_assertions').where('expires_at', '<', at).execute()
  },
})
