// Accepted events: insert-only, numbered in their mailbox under its row lock, so that the order of numbers is the order
// of commits. Stores a whole batch, its mailboxes and their jobs in one statement.

import type { Database } from './db.ts'
import { addDrainJobs } from './drain-jobs.ts'
import type { EventSource, Lane } from './schema.ts'

/** An event as it is handed out to whoever works on it. */
export type StoredEvent = {
  id: string
  /** `2026-01-31`, in UTC: the partition it lies in. */
  receivedOn: string
  receivedAt: Date
  locationId: string
  lane: Lane
  /** Its place in the mailbox; gaps mean nothing. */
  seq: number
  source: EventSource
  /** The sender's name of it: `customer.created`, `ContactUpdate`. */
  type: string
  /** The record it is about, `customer:cus_1`: events of one record keep their order. */
  recordKey: string
  sourceEventId: string | null
  connectionId: string | null
  occurredAt: Date | null
  /** How many tenants or systems it has been relayed through. */
  hops: number
  payload: Record<string, unknown>
}

/** A row of `store`. */
export type EventRow = {
  id: string
  received_on: string
  /** ISO 8601. */
  received_at: string
  location_id: string
  lane: Lane
  source: EventSource
  type: string
  record_key: string
  source_event_id: string | null
  connection_id: string | null
  occurred_at: Date | null
  hops: number
  payload: Record<string, unknown>
  /** It may have come before today already: the days before are searched for it too. */
  is_late: boolean
}

/** How far back a repeated delivery is recognised; the platform repeats for hours, at most days. */
const LATE_DAYS = 7
/** How many events of a lane are looked through for recent ones. */
const RECENT = 2_000

/** Looks at every partition of those days, which a batch without late events need not pay for. */
const UNLESS_SEEN_BEFORE = `
  where not (i.is_late and exists (
    select from events e where e.id = i.id
      and e.received_on >= i.received_on - ${LATE_DAYS} and e.received_on < i.received_on))`

const storeStatement = (condition: string): string => `
with incoming as materialized (
  select * from rows from (json_to_recordset($1::json) as (
    id uuid, received_on date, received_at timestamptz, location_id text, lane text, source text, type text,
    record_key text, source_event_id text, connection_id text, occurred_at timestamptz, hops smallint, payload jsonb,
    is_late boolean)) with ordinality as e (
    id, received_on, received_at, location_id, lane, source, type, record_key, source_event_id, connection_id,
    occurred_at, hops, payload, is_late, n)
), boxes as (
  insert into mailboxes as m (location_id, lane, tail, cursor_on, waiting_since, state, wakes)
  select location_id, lane, count(*), min(received_on), min(received_at), 'queued', true
  from incoming group by location_id, lane
  -- Rows are locked in this order by every node: two batches in opposite orders would deadlock.
  order by location_id, lane
  on conflict (location_id, lane) do update set
    tail = m.tail + excluded.tail,
    cursor_on = case when m.tail = m.cursor then excluded.cursor_on else least(m.cursor_on, excluded.cursor_on) end,
    waiting_since = case when m.tail = m.cursor then excluded.waiting_since else m.waiting_since end,
    wakes = m.state in ('idle', 'sleeping'),
    state = case when m.state in ('idle', 'sleeping') then 'queued' else m.state end,
    updated_at = now()
  returning location_id, lane, tail, wakes
), stored as (
  insert into events (id, received_on, received_at, location_id, lane, seq, source, type, record_key, source_event_id,
    connection_id, occurred_at, hops, payload)
  select i.id, i.received_on, i.received_at, i.location_id, i.lane,
    b.tail - count(*) over (partition by i.location_id, i.lane)
      + row_number() over (partition by i.location_id, i.lane order by i.n),
    i.source, i.type, i.record_key, i.source_event_id, i.connection_id, i.occurred_at, i.hops, i.payload
  from incoming i join boxes b using (location_id, lane) ${condition}
  on conflict (id, received_on) do nothing
  returning id
), woken as (
  ${addDrainJobs('(select location_id, lane, null::timestamptz as run_at, false as again from boxes where wakes)')}
)
-- All of them are new nearly always: a list of ids would be taken apart for nothing.
select case when (select count(*) from stored) < (select count(*) from incoming)
  then array(select id::text from stored) end as ids, (select count(*) from woken) as woken`

const STORE = { name: 'events.store', text: storeStatement('') }
const STORE_LATE = { name: 'events.store-late', text: storeStatement(UNLESS_SEEN_BEFORE) }

const COLUMNS = `id, received_on, received_at, location_id, lane, seq, source, type, record_key, source_event_id,
  connection_id, occurred_at, hops, payload`

export type EventColumns = Omit<EventRow, 'is_late' | 'received_at'> & { received_at: Date; seq: number }

/** @internal for the stores that join events to their own rows. */
export const fromEventRow = (row: EventColumns): StoredEvent => ({
  id: row.id,
  receivedOn: row.received_on,
  receivedAt: row.received_at,
  locationId: row.location_id,
  lane: row.lane,
  seq: row.seq,
  source: row.source,
  type: row.type,
  recordKey: row.record_key,
  sourceEventId: row.source_event_id,
  connectionId: row.connection_id,
  occurredAt: row.occurred_at,
  hops: row.hops,
  payload: row.payload,
})

export type Events = ReturnType<typeof createEvents>

export const createEvents = ({ db }: { db: Database }) => ({
  /**
   * Stores a batch given as the texts of its rows (`toJson` of an EventRow each), at most once per id and day, queues
   * the mailboxes that rest, all in one statement. Answers the ids that were new, or `all`. Throws what PostgreSQL throws.
   */
  async store(rows: string[], { hasLate }: { hasLate: boolean }): Promise<Set<string> | 'all'> {
    const { rows: answer } = await db.pool.query<{ ids: string[] | null }>({
      ...(hasLate ? STORE_LATE : STORE),
      values: [`[${rows.join(',')}]`],
    })
    const { ids } = answer[0]!
    return ids ? new Set(ids) : 'all'
  },

  /**
   * The next events of a mailbox after `cursor`, oldest first, and the mailbox's tail of the very same moment: when
   * fewer than `limit` come, everything up to that tail has been read.
   */
  async after(
    locationId: string,
    lane: Lane,
    { cursor, cursorOn, limit }: { cursor: number; cursorOn: string; limit: number },
  ): Promise<{ tail: number; events: StoredEvent[] }> {
    const { rows } = await db.pool.query<EventColumns & { tail: number }>({
      name: 'events.after',
      text: `select m.tail, e.* from mailboxes m left join lateral (
          select ${COLUMNS} from events where location_id = $1 and lane = $2 and seq > $3 and received_on >= $4
          order by seq limit $5) e on true
        where m.location_id = $1 and m.lane = $2`,
      values: [locationId, lane, cursor, cursorOn, limit],
    })
    const events = rows.filter(({ id }) => id !== null).map(fromEventRow)
    return { tail: rows[0]?.tail ?? cursor, events }
  },

  /** One event of a location; undefined when there is none or its day was dropped. */
  async get(locationId: string, id: string, receivedOn: string): Promise<StoredEvent | undefined> {
    const { rows } = await db.pool.query<EventColumns>(
      `select ${COLUMNS} from events where id = $2 and received_on = $3 and location_id = $1`,
      [locationId, id, receivedOn],
    )
    return rows[0] && fromEventRow(rows[0])
  },

  /** The newest events of some types from Rankr, newest first, among the last 2000 of each lane. */
  async recent(locationId: string, { types, limit }: { types: string[]; limit: number }): Promise<StoredEvent[]> {
    const { rows } = await db.pool.query<EventColumns>(
      `select e.* from unnest(array['live', 'bulk']) as lanes (lane)
       cross join lateral (
         select id, received_on, source, type from events
         where location_id = $1 and lane = lanes.lane order by seq desc limit ${RECENT}) newest
       cross join lateral (
         select ${COLUMNS} from events
         where id = newest.id and received_on = newest.received_on and location_id = $1) e
       where newest.source = 'rankr' and newest.type = any($2::text[])
       order by e.received_at desc, e.seq desc limit $3`,
      [locationId, types, limit],
    )
    return rows.map(fromEventRow)
  },
})
