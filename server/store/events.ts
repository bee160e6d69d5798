// Accepted events: insert-only, numbered per mailbox under its row lock, so that numbers follow the order of commits. A
// whole batch, its mailboxes and their jobs are stored in one statement.

import type { Selectable } from 'kysely'
import { boolArray, dateArray, intArray, jsonbArray, textArray, timestampArray, uuidArray } from './binary-arrays.ts'
import type { Database } from './db.ts'
import { addDrainJobs } from './drain-jobs.ts'
import type { EventSource, Lane, Schema } from './schema.ts'

/** An event as it is processed. */
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

/** `keyPart`: of the key of their record, between its colons. */
type RecentWish = { source: EventSource; types: string[]; keyPart?: string | undefined; limit: number }

/** A row of `store`. */
export type EventRow = Omit<StoredEvent, 'seq' | 'payload'> & {
  /** As JSON (`toJson`). */
  payload: string
  /** It may have arrived before today, so earlier days are searched, too. */
  isLate: boolean
}

/** How far back a repeated delivery is recognised; the platform repeats for hours, at most days. */
const LATE_DAYS = 7
/** How many events of a lane are scanned for recent ones. */
const RECENT = 2_000

/** Scans every partition of those days; batches without late events skip it. */
const UNLESS_SEEN_BEFORE = `
  where not (i.is_late and exists (
    select from events e where e.id = i.id
      and e.received_on >= i.received_on - ${LATE_DAYS} and e.received_on < i.received_on))`

// The rows of a mailbox are counted by the caller: its new tail less `behind`, the rows of it that follow in the batch.
const storeStatement = (condition: string): string => `
with boxes as (
  insert into mailboxes as m (location_id, lane, tail, cursor_on, waiting_since, state, wakes)
  select location_id, lane, added, received_on, received_at, 'queued', true
  from unnest($1::text[], $2::text[], $3::int[], $4::date[], $5::timestamptz[])
    as added (location_id, lane, added, received_on, received_at)
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
  select i.id, i.received_on, i.received_at, i.location_id, i.lane, b.tail - i.behind, i.source, i.type, i.record_key,
    i.source_event_id, i.connection_id, i.occurred_at, i.hops, i.payload
  from unnest($6::uuid[], $7::date[], $8::timestamptz[], $9::text[], $10::text[], $11::int[], $12::text[], $13::text[],
    $14::text[], $15::text[], $16::text[], $17::timestamptz[], $18::int[], $19::jsonb[], $20::boolean[])
    as i (id, received_on, received_at, location_id, lane, behind, source, type, record_key, source_event_id,
      connection_id, occurred_at, hops, payload, is_late)
  join boxes b using (location_id, lane) ${condition}
  on conflict (id, received_on) do nothing
  returning id
), woken as (
  ${addDrainJobs('(select location_id, lane, null::timestamptz as run_at, false as again from boxes where wakes)')}
)
-- All of them are new nearly always: a list of ids would be taken apart for nothing.
select case when (select count(*) from stored) < cardinality($6)
  then array(select id::text from stored) end as ids, (select count(*) from woken) as woken`

const STORE = { name: 'events.store', text: storeStatement('') }
const STORE_LATE = { name: 'events.store-late', text: storeStatement(UNLESS_SEEN_BEFORE) }

const COLUMNS = `id, received_on, received_at, location_id, lane, seq, source, type, record_key, source_event_id,
  connection_id, occurred_at, hops, payload`

/**
 * The columns of `events e`, each by its name: a named statement with `e.*` fails on every connection that has prepared it as soon as
 * a newer version adds a column.
 *
 * @internal for the stores that join events to their own rows.
 */
export const EVENT_COLUMNS = COLUMNS.replaceAll(/\w+/g, 'e.$&')

/** The columns of an event as they are read. */
export type EventColumns = Omit<Selectable<Schema['events']>, 'payload'> & { payload: Record<string, unknown> }

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

type Box = { locationId: string; lane: Lane; added: number; receivedOn: string; receivedAt: Date }

/** What a batch adds to each of its mailboxes, and for each row how many of its mailbox follow. */
const countPlaces = (rows: readonly EventRow[]): { boxes: Box[]; behind: number[] } => {
  const boxes = new Map<string, Box>()
  const places = rows.map(({ locationId, lane, receivedOn, receivedAt }) => {
    // Lanes have no space.
    const key = `${lane} ${locationId}`
    const box = boxes.get(key) ?? { locationId, lane, added: 0, receivedOn, receivedAt }
    if (box.added++ === 0) boxes.set(key, box)
    else if (receivedAt < box.receivedAt) Object.assign(box, { receivedOn, receivedAt })
    return { box, place: box.added }
  })
  return { boxes: [...boxes.values()], behind: places.map(({ box, place }) => box.added - place) }
}

/** The parameters of `storeStatement`. */
const valuesOf = (rows: readonly EventRow[]): Buffer[] => {
  const { boxes, behind } = countPlaces(rows)
  return [
    textArray(boxes.map(({ locationId }) => locationId)),
    textArray(boxes.map(({ lane }) => lane)),
    intArray(boxes.map(({ added }) => added)),
    dateArray(boxes.map(({ receivedOn }) => receivedOn)),
    timestampArray(boxes.map(({ receivedAt }) => receivedAt)),
    uuidArray(rows.map(({ id }) => id)),
    dateArray(rows.map(({ receivedOn }) => receivedOn)),
    timestampArray(rows.map(({ receivedAt }) => receivedAt)),
    textArray(rows.map(({ locationId }) => locationId)),
    textArray(rows.map(({ lane }) => lane)),
    intArray(behind),
    textArray(rows.map(({ source }) => source)),
    textArray(rows.map(({ type }) => type)),
    textArray(rows.map(({ recordKey }) => recordKey)),
    textArray(rows.map(({ sourceEventId }) => sourceEventId)),
    textArray(rows.map(({ connectionId }) => connectionId)),
    timestampArray(rows.map(({ occurredAt }) => occurredAt)),
    intArray(rows.map(({ hops }) => hops)),
    jsonbArray(rows.map(({ payload }) => payload)),
    boolArray(rows.map(({ isLate }) => isLate)),
  ]
}

/** `cursorOn`: the oldest day that may hold unread events. */
type LogPosition = { cursor: number; cursorOn: string; limit: number }
type LogPart = { tail: number; events: StoredEvent[] }

const readAfter = async (
  db: Database,
  { locationId, lane, cursor, cursorOn, limit }: LogPosition & { locationId: string; lane: Lane },
): Promise<LogPart> => {
  const { rows } = await db.pool.query<EventColumns & { tail: number; cursor_on: string }>({
    name: 'events.after',
    text: `select m.tail, m.cursor_on, e.* from mailboxes m left join lateral (
        select ${COLUMNS} from events where location_id = $1 and lane = $2 and seq > $3 and received_on >= $4
        order by seq limit $5) e on true
      where m.location_id = $1 and m.lane = $2`,
    values: [locationId, lane, cursor, cursorOn, limit],
  })
  const [first] = rows
  // What was received before midnight may be committed after what came then: those days were not looked at.
  if (first && first.cursor_on < cursorOn) {
    return await readAfter(db, { locationId, lane, cursor, cursorOn: first.cursor_on, limit })
  }
  return { tail: first?.tail ?? cursor, events: rows.filter(({ id }) => id !== null).map(fromEventRow) }
}

export type Events = ReturnType<typeof createEvents>

/** Accepted events; see `store` for the batched write. */
export const createEvents = ({ db }: { db: Database }) => ({
  /**
   * Stores a batch, at most once per id and day, and queues idle mailboxes, all in one statement. Returns the ids that were new,
   * or `all`. Throws what PostgreSQL throws.
   */
  async store(rows: readonly EventRow[]): Promise<Set<string> | 'all'> {
    const { rows: answer } = await db.pool.query<{ ids: string[] | null }>({
      ...(rows.some(({ isLate }) => isLate) ? STORE_LATE : STORE),
      values: valuesOf(rows),
    })
    const { ids } = answer[0]!
    return ids ? new Set(ids) : 'all'
  },

  /**
   * The next events of a mailbox after `cursor`, oldest first, and the mailbox's tail in the same snapshot: when there are fewer
   * than `limit`, everything up to that tail has been read.
   */
  after: (locationId: string, lane: Lane, from: LogPosition): Promise<LogPart> =>
    readAfter(db, { locationId, lane, ...from }),

  /** One event of a location; undefined when there is none or its day was dropped. */
  async get(locationId: string, id: string, receivedOn: string): Promise<StoredEvent | undefined> {
    const { rows } = await db.pool.query<EventColumns>(
      `select ${COLUMNS} from events where id = $2 and received_on = $3 and location_id = $1`,
      [locationId, id, receivedOn],
    )
    return rows[0] && fromEventRow(rows[0])
  },

  /** Which of the given events of a location exist, on any day. */
  async known(locationId: string, ids: readonly string[]): Promise<Set<string>> {
    const { rows } = await db.pool.query<{ id: string }>(
      'select id from events where id = any($2::uuid[]) and location_id = $1',
      [locationId, ids],
    )
    return new Set(rows.map(({ id }) => id))
  },

  /** The newest events of some types from one source, newest first, among the last 2000 of each lane. */
  async recent(locationId: string, { source, types, keyPart, limit }: RecentWish): Promise<StoredEvent[]> {
    const { rows } = await db.pool.query<EventColumns>(
      `with newest as (
         select e.* from unnest(array['lifecycle', 'live', 'bulk']) as lanes (lane)
         cross join lateral (
           select id, received_on, received_at, seq, source, type, record_key from events
           where location_id = $1 and lane = lanes.lane order by seq desc limit ${RECENT}) e
         where e.source = $2 and e.type = any($3::text[])
           and ($4::text is null or $4 = any(string_to_array(e.record_key, ':')))
         order by e.received_at desc, e.seq desc limit $5
       )
       select e.* from newest
       cross join lateral (
         select ${COLUMNS} from events
         where id = newest.id and received_on = newest.received_on and location_id = $1) e
       order by e.received_at desc, e.seq desc`,
      [locationId, source, types, keyPart ?? null, limit],
    )
    return rows.map(fromEventRow)
  },
})
