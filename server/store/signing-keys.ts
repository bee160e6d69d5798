// Keys that sign our access tokens; private parts sealed. server/api/key-ring.ts decides when a new one is due. They
// belong to no location.

import { sql } from 'kysely'
import type { RingKey } from '../api/key-ring.ts'
import type { Database, Queryable } from './db.ts'
import type { Seal } from './seal.ts'

const contextOf = (kid: string): string => `token-signing-key:${kid}`

export type SigningKeys = ReturnType<typeof createSigningKeys>

/** The signing keys of the installation as a whole. */
export const createSigningKeys = ({ db, seal, now }: { db: Database; seal: Seal; now: () => Date }) => {
  /** Those that still verify, in the order in which they sign. */
  const list = async (on: Queryable = db.kysely): Promise<RingKey[]> => {
    const rows = await on
      .selectFrom('token_signing_keys')
      .selectAll()
      .where('verifies_until', '>', now())
      .orderBy('signs_from')
      .orderBy('kid')
      .execute()
    return rows.map((row) => ({
      kid: row.kid,
      algorithm: row.algorithm,
      publicJwk: row.public_jwk,
      privateJwk: JSON.parse(seal.open(row.private_jwk, contextOf(row.kid))),
      signsFrom: row.signs_from,
      signsUntil: row.signs_until,
      verifiesUntil: row.verifies_until,
    }))
  }

  return {
    list,

    /** The same without the keys themselves, for which none of the encryption keys is needed. */
    terms: async (): Promise<Pick<RingKey, 'kid' | 'signsFrom' | 'signsUntil'>[]> =>
      await db.kysely
        .selectFrom('token_signing_keys')
        .select(['kid', 'signs_from as signsFrom', 'signs_until as signsUntil'])
        .where('verifies_until', '>', now())
        .orderBy('signs_from')
        .execute(),

    /**
     * Adds the key that `next` makes for the keys there are, unless it makes none. One node at a time, so that nodes
     * which start together share one key. Answers all keys.
     */
    ensure: (next: (keys: RingKey[]) => Promise<RingKey | undefined>): Promise<RingKey[]> =>
      db.transaction(async (tx) => {
        await sql`select pg_advisory_xact_lock(hashtext('rankr-connect signing keys'))`.execute(tx)
        const key = await next(await list(tx))
        if (key) {
          await tx
            .insertInto('token_signing_keys')
            .values({
              kid: key.kid,
              algorithm: key.algorithm,
              public_jwk: JSON.stringify(key.publicJwk),
              private_jwk: seal.seal(JSON.stringify(key.privateJwk), contextOf(key.kid)),
              created_at: now(),
              signs_from: key.signsFrom,
              signs_until: key.signsUntil,
              verifies_until: key.verifiesUntil,
            })
            .execute()
        }
        return await list(tx)
      }),

    /** Ends a key that has leaked: nothing it has signed is accepted any more. False when there is no such key. */
    async retire(kid: string): Promise<boolean> {
      const { numUpdatedRows } = await db.kysely
        .updateTable('token_signing_keys')
        .where('kid', '=', kid)
        .set({ signs_until: now(), verifies_until: now() })
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
  }
}
