// API usage: calls per client, hour, route and status class, and the last use of each credential.

import { sql } from 'kysely'
import type { UsageCount, Use } from '../api/usage-meter.ts'
import type { Database } from './db.ts'

/** `rejected`: 4xx. `failed`: 5xx. Both are included in `calls`. */
export type UsageRow = { at: Date; clientId: string; route: string; calls: number; rejected: number; failed: number }

export type UsageQuery = {
  from: Date
  /** Not included. */
  until: Date
  step: 'hour' | 'day'
  clientId?: string | undefined
}

const columnsOf = <Row extends object>(rows: Row[], ...names: (keyof Row)[]) =>
  names.map((name) => rows.map((row) => row[name] ?? null))

export type ApiUsage = ReturnType<typeof createApiUsage>

/** Batched counters of API calls. */
export const createApiUsage = ({ db }: { db: Database }) => {
  const touch = async (
    table: 'clients' | 'api_keys',
    uses: { locationId: string; id: string; at: Date }[],
  ): Promise<void> => {
    if (uses.length === 0) return
    const [locations, ids, ats] = columnsOf(uses, 'locationId', 'id', 'at')
    await sql`
      with used as (
        select location_id, id, max(at) as at
        from unnest(${locations}::text[], ${ids}::text[], ${ats}::timestamptz[]) as u (location_id, id, at)
        group by 1, 2
      ), due as (
        select t.location_id, t.id, used.at from ${sql.table(table)} t join used using (location_id, id)
        where t.last_used_at is null or t.last_used_at < used.at - interval '1 minute'
        order by 1, 2 for update of t
      )
      update ${sql.table(table)} t set last_used_at = due.at from due
      where t.location_id = due.location_id and t.id = due.id`.execute(db.kysely)
  }

  return {
    /** Adds to the counters, in the order of their keys: two writers with opposite orders would deadlock. */
    async add(counts: UsageCount[]): Promise<void> {
      if (counts.length === 0) return
      const [locations, hours, clients, routes, classes, calls] = columnsOf(
        counts,
        'locationId',
        'hour',
        'clientId',
        'route',
        'statusClass',
        'calls',
      )
      await sql`
      insert into api_usage (location_id, hour, client_id, route, status_class, calls)
      select location_id, hour, client_id, route, status_class, sum(calls)
      from unnest(${locations}::text[], ${hours}::timestamptz[], ${clients}::text[], ${routes}::text[],
        ${classes}::smallint[], ${calls}::bigint[]) as u (location_id, hour, client_id, route, status_class, calls)
      group by 1, 2, 3, 4, 5
      order by 1, 2, 3, 4, 5
      on conflict (location_id, hour, client_id, route, status_class)
      do update set calls = api_usage.calls + excluded.calls`.execute(db.kysely)
    },

    /** Records the last use; a time less than a minute newer than the stored one is not written. */
    async touch(uses: Use[]): Promise<void> {
      await touch(
        'clients',
        uses.map(({ clientId, ...use }) => ({ ...use, id: clientId })),
      )
      await touch(
        'api_keys',
        uses.flatMap(({ keyId, ...use }) => (keyId === undefined ? [] : [{ ...use, id: keyId }])),
      )
    },

    /** Sums per hour or day (UTC), client and route; oldest first. Hours without calls have no row. */
    async read(locationId: string, { from, until, step, clientId }: UsageQuery): Promise<UsageRow[]> {
      const { rows } = await sql<UsageRow>`
      select date_trunc(${step}, hour, 'UTC') as at, client_id as "clientId", route,
        sum(calls)::bigint as calls,
        coalesce(sum(calls) filter (where status_class = 4), 0)::bigint as rejected,
        coalesce(sum(calls) filter (where status_class = 5), 0)::bigint as failed
      from api_usage
      where location_id = ${locationId} and hour >= ${from} and hour < ${until}
        and (${clientId ?? null}::text is null or client_id = ${clientId ?? null})
      group by 1, 2, 3 order by 1, 2, 3`.execute(db.kysely)
      return rows
    },

    /** Deletes the hours before `before`. */
    async prune(before: Date): Promise<void> {
      await db.kysely.deleteFrom('api_usage').where('hour', '<', before).execute()
    },
  }
}
