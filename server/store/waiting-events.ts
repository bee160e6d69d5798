// Counts unread events, in total and of the fullest mailboxes, from the mailboxes' positions rather than from the
// events.

import type { Database } from './db.ts'
import type { Lane } from './schema.ts'

/** `all` are those of every lane and account. */
export type WaitingEvents = { all: number; fullest: { locationId: string; lane: Lane; events: number }[] }

/** Of one account, in all lanes: not read yet, and begun but waiting for their next try or for an earlier event of their record. */
export type AccountBacklog = { unread: number; parked: number }

/** Counting stops here, because every view of the overview counts. */
const MOST_PARKED = 10_000

export type ReadWaiting = ReturnType<typeof createWaitingEvents>['read']

/** Counts of unread events. */
export const createWaitingEvents = ({ db }: { db: Pick<Database, 'pool'> }) => ({
  /**
   * Of live and bulk mailboxes only those with `least` events or more, the fullest first and a thousand of them at most; lifecycle
   * events are never too many.
   */
  async read(least: number): Promise<WaitingEvents> {
    const { rows } = await db.pool.query<{ locationId: string; lane: Lane | null; events: number }>({
      name: 'waiting-events.read',
      text: `with waiting as materialized (
          select location_id, lane, tail - cursor as events from mailboxes where tail > cursor
        )
        select '' as "locationId", null as lane, coalesce(sum(events), 0)::float8 as events from waiting
        union all
        (select location_id, lane, events::float8 from waiting where lane <> 'lifecycle' and events >= $1
          order by events desc limit 1000)`,
      values: [least],
    })
    const all = rows.find(({ lane }) => lane === null)?.events ?? 0
    return { all, fullest: rows.flatMap(({ lane, ...of }) => (lane === null ? [] : [{ ...of, lane }])) }
  },

  async ofAccount(locationId: string): Promise<AccountBacklog> {
    const { rows } = await db.pool.query<AccountBacklog>({
      name: 'waiting-events.of-account',
      text: `select
          (select coalesce(sum(tail - cursor), 0)::float8 from mailboxes where location_id = $1) as unread,
          (select count(*)::float8 from (
            select from parked_events where location_id = $1 limit ${MOST_PARKED}) as counted) as parked`,
      values: [locationId],
    })
    return rows[0]!
  },
})
