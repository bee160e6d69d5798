// Responses to API calls with an Idempotency-Key, so that a repeated call is not executed again. Shared by all nodes: exactly
// one of several concurrent calls gets the claim.

import { sql } from 'kysely'
import type { Database } from './db.ts'

export type ApiAnswer = { status: number; headers: Record<string, string>; body: string }

type Call = { clientId: string; key: string }

export type Claim =
  /** The caller executes the call. `isFirst` is false when an earlier attempt did not finish. */
  | { kind: 'claimed'; since: Date; isFirst: boolean }
  | { kind: 'under-way' }
  | { kind: 'other-request' }
  | { kind: 'answered'; answer: ApiAnswer }

type Wish = Call & { fingerprint: Buffer; at: Date; lockMs: number; lifeMs: number }

export type ApiAnswers = ReturnType<typeof createApiAnswers>

/** Claims and stored responses. `claim` decides who executes the call. */
export const createApiAnswers = ({ db }: { db: Database }) => {
  const rowsOf = (locationId: string, { clientId, key }: Call) =>
    db.kysely
      .selectFrom('api_answers')
      .select(['fingerprint', 'status', 'headers', 'body'])
      .where('location_id', '=', locationId)
      .where('client_id', '=', clientId)
      .where('key', '=', key)

  return {
    async claim(locationId: string, { clientId, key, fingerprint, at, lockMs, lifeMs }: Wish): Promise<Claim> {
      const lockedUntil = new Date(at.getTime() + lockMs)
      const expired = new Date(at.getTime() - lifeMs)
      const { rows } = await sql<{ since: Date; isFirst: boolean }>`
        insert into api_answers as a (location_id, client_id, key, fingerprint, locked_until, created_at)
        values (${locationId}, ${clientId}, ${key}, ${fingerprint}, ${lockedUntil}, ${at})
        on conflict (location_id, client_id, key) do update set
          fingerprint = excluded.fingerprint, locked_until = excluded.locked_until, status = null, headers = '{}', body = null,
          created_at = case when a.created_at < ${expired} then excluded.created_at else a.created_at end
        where a.created_at < ${expired}
          or (a.status is null and a.locked_until < ${at} and a.fingerprint = excluded.fingerprint)
        returning created_at as since, a.xmax = 0 as "isFirst"`.execute(db.kysely)
      if (rows[0]) return { kind: 'claimed', ...rows[0] }
      const found = await rowsOf(locationId, { clientId, key }).executeTakeFirst()
      // Released between the two statements: the caller may try again.
      if (!found) return { kind: 'under-way' }
      if (!found.fingerprint.equals(fingerprint)) return { kind: 'other-request' }
      if (found.status === null) return { kind: 'under-way' }
      return { kind: 'answered', answer: { status: found.status, headers: found.headers, body: found.body ?? '' } }
    },

    async keep(locationId: string, { clientId, key }: Call, { status, headers, body }: ApiAnswer): Promise<void> {
      await db.kysely
        .updateTable('api_answers')
        .set({ status, headers: JSON.stringify(headers), body })
        .where('location_id', '=', locationId)
        .where('client_id', '=', clientId)
        .where('key', '=', key)
        .execute()
    },

    /** The result of the call is unknown; a retry is the same call. */
    async unlock(locationId: string, { clientId, key }: Call): Promise<void> {
      await db.kysely
        .updateTable('api_answers')
        .set({ locked_until: sql<Date>`created_at - interval '1 second'` })
        .where('location_id', '=', locationId)
        .where('client_id', '=', clientId)
        .where('key', '=', key)
        .where('status', 'is', null)
        .execute()
    },

    /** The call had no effect; the key can be used for a new call. */
    async giveBack(locationId: string, { clientId, key }: Call): Promise<void> {
      await db.kysely
        .deleteFrom('api_answers')
        .where('location_id', '=', locationId)
        .where('client_id', '=', clientId)
        .where('key', '=', key)
        .where('status', 'is', null)
        .execute()
    },

    /** Deletes calls made before `before`. */
    async prune(before: Date): Promise<void> {
      await db.kysely.deleteFrom('api_answers').where('created_at', '<', before).execute()
    },
  }
}
