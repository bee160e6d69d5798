// Rankr credentials entered before the app was installed. Sealed; used when the installation arrives, deleted after a
// while if it does not.

import { sql } from 'kysely'
import { randomToken } from '../ids.ts'
import type { ApiCredentials } from './connections.ts'
import type { Database, Queryable, Tx } from './db.ts'
import type { Seal } from './seal.ts'

const contextOf = (id: string): string => `pending-connection:${id}`

export type PendingConnections = ReturnType<typeof createPendingConnections>

/** Pending credentials by location or company. */
export const createPendingConnections = ({ db, seal }: { db: Database; seal: Seal }) => {
  const opened = (row: { id: string; credentials: Buffer }): ApiCredentials => {
    const { clientId, clientSecret } = JSON.parse(seal.open(row.credentials, contextOf(row.id)))
    return { clientId, clientSecret }
  }

  return {
    /** Of an account or, with `excluded`, of all accounts of a company but those. Takes the place of what waited before. */
    async put(
      tenantId: string,
      wish: { credentials: ApiCredentials; excluded?: readonly string[]; at: Date; expiresAt: Date },
      on: Tx,
    ): Promise<void> {
      const id = `pco_${randomToken(18)}`
      await on.deleteFrom('pending_connections').where('location_id', '=', tenantId).execute()
      await on
        .insertInto('pending_connections')
        .values({
          id,
          location_id: tenantId,
          is_company: wish.excluded !== undefined,
          excluded: [...(wish.excluded ?? [])],
          credentials: seal.seal(JSON.stringify(wish.credentials), contextOf(id)),
          created_at: wish.at,
          expires_at: wish.expiresAt,
        })
        .execute()
    },

    /** What waits for this very account, and no longer does. */
    async take(locationId: string, { at, on }: { at: Date; on: Tx }): Promise<ApiCredentials | undefined> {
      const row = await on
        .deleteFrom('pending_connections')
        .where('location_id', '=', locationId)
        .where('is_company', '=', false)
        .returning(['id', 'credentials', 'expires_at'])
        .executeTakeFirst()
      return row && row.expires_at > at ? opened(row) : undefined
    },

    /** What waits for all accounts of a company, if this one is not left out. */
    async ofCompany(
      companyId: string,
      { locationId, at, on }: { locationId: string; at: Date; on: Queryable },
    ): Promise<ApiCredentials | undefined> {
      const row = await on
        .selectFrom('pending_connections')
        .select(['id', 'credentials', 'excluded'])
        .where('location_id', '=', companyId)
        .where('is_company', '=', true)
        .where('expires_at', '>', at)
        .executeTakeFirst()
      return row && !row.excluded.includes(locationId) ? opened(row) : undefined
    },

    /** Of any tenant: installed accounts with something waiting for them. */
    async due(at: Date, limit: number): Promise<string[]> {
      const { rows } = await sql<{ id: string }>`
        select i.tenant_id as id from installations i join pending_connections p on p.location_id = i.tenant_id
        where not p.is_company and p.expires_at > ${at} and i.status = 'active' and i.kind = 'location'
        union
        select i.tenant_id from installations i join pending_connections p on p.location_id = i.company_id
        where p.is_company and p.expires_at > ${at} and i.status = 'active' and i.kind = 'location'
          and i.tenant_id <> all(p.excluded) and not exists (select from connections c where c.location_id = i.tenant_id)
        limit ${limit}`.execute(db.kysely)
      return rows.map(({ id }) => id)
    },

    async removeExpired(at: Date): Promise<void> {
      await db.kysely.deleteFrom('pending_connections').where('expires_at', '<=', at).execute()
    },
  }
}
