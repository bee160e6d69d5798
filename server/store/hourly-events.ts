// Counts of a location's events and failures per hour.

import type { Database, Queryable } from './db.ts'
import { query } from './raw.ts'

export type HourCount = { at: Date; events: number; failed: number }

const READ = `
  with hours as (
    select generate_series(date_trunc('hour', $2::timestamptz), $3::timestamptz, interval '1 hour') as at
  ), came as (
    select date_trunc('hour', received_at) as at, count(*)::int as events from events
    where location_id = $1 and received_on between ($2::timestamptz at time zone 'utc')::date
      and ($3::timestamptz at time zone 'utc')::date and received_at >= date_trunc('hour', $2::timestamptz)
    group by 1
  ), died as (
    select date_trunc('hour', died_at) as at, count(*)::int as failed from dead_letters
    where location_id = $1 and died_at >= date_trunc('hour', $2::timestamptz)
    group by 1
  )
  select at, coalesce(events, 0) as events, coalesce(failed, 0) as failed
  from hours left join came using (at) left join died using (at) order by at`

export type HourlyEvents = ReturnType<typeof createHourlyEvents>

/** Hourly counts of a location. */
export const createHourlyEvents = ({ db }: { db: Database }) => ({
  /** One row for each hour between the two moments, both included. Reads all their events: not to be asked every second. */
  read: (locationId: string, { from, until }: { from: Date; until: Date }, on: Queryable = db.kysely) =>
    query<HourCount>(on, READ, [locationId, from, until]),
})
