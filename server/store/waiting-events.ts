// How many unread events wait, of all and of the accounts with the most: read from the mailboxes' places, not from events.

import type { Database } from './db.ts'

/** `live` are those of the live lane of an account, by its id; `all` are those of every lane and account. */
export type WaitingEvents = { all: number; live: Map<string, number> }

/** Of one account, in all lanes: not read yet, and begun but waiting for their next try or for an earlier event of their record. */
export type AccountBacklog = { unread: number; parked: number }

/** Counted no further: it is for people, and every look at the overview asks. */
const MOST_PARKED = 10_000

export type ReadWaiting = ReturnType<typeof createWaitingEvents>['read']

export const createWaitingEvents = ({ db }: { db: Pick<Database, 'pool'> }) => ({
  /** Of accounts only those with `least` live events or more, the fullest first and a thousand of them at most. */
  async read(least: number): Promise<WaitingEvents> {
    const { rows } = await db.pool.query<{ locationId: string | null; events: number }>({
      name: 'waiting-events.read',
      text: `with waiting as materialized (
          select location_id, lane, tail - cursor as events from mailboxes where tail > cursor
        )
        select null as "locationId", coalesce(sum(events), 0)::float8 as events from waiting
        union all
        (select location_id, events::float8 from waiting where lane = 'live' and events >= $1
          order by events desc limit 1000)`,
      values: [least],
    })
    const live = new Map<string, number>()
    let all = 0
    for (const { locationId, events } of rows) {
      if (locationId === null) all = events
      else live.set(locationId, events)
    }
    return { all, live }
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
