// Counts of dropped events per tenant, day, source, type and reason. Nothing of the events is kept.

import { sql } from 'kysely'
import type { Database } from './db.ts'

export type Drop = { locationId: string; day: string; source: string; type: string; reason: string; count: number }

type DropKey = Omit<Drop, 'count'>

const keyOf = ({ locationId, day, source, type, reason }: DropKey): string =>
  JSON.stringify([locationId, day, source, type, reason])

export type Drops = ReturnType<typeof createDrops>

/** Counts of dropped events. */
export const createDrops = ({ db }: { db: Database }) => ({
  /** Adds to the counters, in the order of their keys: two writers with opposite orders would deadlock. */
  async add(drops: Drop[]): Promise<void> {
    if (drops.length === 0) return
    const merged = new Map<string, Drop>()
    for (const drop of drops) {
      const found = merged.get(keyOf(drop))
      merged.set(keyOf(drop), { ...drop, count: drop.count + (found?.count ?? 0) })
    }
    const rows = [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, drop]) => drop)
    await db.kysely
      .insertInto('dropped_events')
      .values(rows.map(({ locationId, ...rest }) => ({ location_id: locationId, ...rest })))
      .onConflict((conflict) =>
        conflict
          .columns(['location_id', 'day', 'source', 'type', 'reason'])
          .doUpdateSet({ count: sql`dropped_events.count + excluded.count` }),
      )
      .execute()
  },

  /** The counters of a tenant since a day ('2026-01-31'), newest day first. */
  list: (locationId: string, sinceDay: string): Promise<Omit<Drop, 'locationId'>[]> =>
    db.kysely
      .selectFrom('dropped_events')
      .select(['day', 'source', 'type', 'reason', 'count'])
      .where('location_id', '=', locationId)
      .where('day', '>=', sinceDay)
      .orderBy('day', 'desc')
      .orderBy('count', 'desc')
      .execute(),
})
