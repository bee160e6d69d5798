// Locks on single records, across all nodes. A lock that was not released (a process died) expires, and is remembered
// for some days because what was done under it is unknown.

import type { Database } from './db.ts'

export const DAY_MS = 86_400_000
export const HOLD_KEPT_DAYS = 7

/** `until`: as the database writes it. It says which taking is meant: one try of a run may follow another that is still at work. */
export type RecordHold = { record: string; holder: string; until: string }

export type RecordHolds = ReturnType<typeof createRecordHolds>

/** Record locks of a location. */
export const createRecordHolds = ({ db }: { db: Database }) => ({
  /**
   * Undefined when someone else holds the lock. The same holder may take it again, and the previous taking under that name loses
   * it. `isNew`: no earlier lock ended without reporting its result.
   */
  async take(
    locationId: string,
    { record, holder, seconds }: Omit<RecordHold, 'until'> & { seconds: number },
  ): Promise<{ isNew: boolean; until: string } | undefined> {
    const { rows } = await db.pool.query<{ isNew: boolean; until: string }>({
      name: 'record_holds.take',
      text: `insert into record_holds as held (location_id, record, holder, until)
        values ($1, $2, $3, now() + make_interval(secs => $4))
        on conflict (location_id, record) do update set holder = excluded.holder, until = excluded.until
        where held.holder = excluded.holder or held.until < now()
        returning xmax = 0 as "isNew", until::text as until`,
      values: [locationId, record, holder, seconds],
    })
    return rows[0]
  },

  /** Extends a lock and returns its new expiry; undefined when someone has taken the record since. */
  async renew(
    locationId: string,
    { record, holder, until, seconds }: RecordHold & { seconds: number },
  ): Promise<string | undefined> {
    const { rows } = await db.pool.query<{ until: string }>({
      name: 'record_holds.renew',
      text: `update record_holds set until = now() + make_interval(secs => $5)
        where location_id = $1 and record = $2 and holder = $3 and until = $4::timestamptz returning until::text as until`,
      values: [locationId, record, holder, until, seconds],
    })
    return rows[0]?.until
  },

  /** Deletes locks that expired long ago without being released. */
  async prune(): Promise<void> {
    await db.pool.query('delete from record_holds where until < now() - make_interval(days => $1)', [HOLD_KEPT_DAYS])
  },

  async giveBack(locationId: string, { record, holder, until }: RecordHold): Promise<void> {
    await db.pool.query({
      name: 'record_holds.give_back',
      text: `delete from record_holds where location_id = $1 and record = $2 and holder = $3
        and until = $4::timestamptz`,
      values: [locationId, record, holder, until],
    })
  },
})
