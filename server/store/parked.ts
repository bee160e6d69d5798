// Parked events: passed by the cursor but unfinished. Some wait for a retry ('retry'), the others behind an earlier
// event of the same record that their workflows have not finished.

import type { Database, Tx } from './db.ts'
import { EVENT_COLUMNS, type EventColumns, fromEventRow, type StoredEvent } from './events.ts'
import { query } from './raw.ts'
import type { Lane } from './schema.ts'

/** Code of an event that waits for a permission; only its record waits with it. */
export const HELD_CODE = 'crm_scope_missing'

/** Code of an event that some process is still working on while its drain continues. */
export const AT_WORK_CODE = 'at_work'

/** The workflows that have not finished with an event; `all` when unknown. */
export type Holds = readonly string[] | 'all'

/** By workflow: failed attempts of the event, and when the next attempt is due. */
export type Tries = ReadonlyMap<string, { attempts: number; nextAt: Date }>

export type HoldRow = { recordKey: string; seq: number; holds: Holds }

/** `wasBegun`: processing was started, though perhaps without a counted attempt. */
export type ParkedEvent = {
  event: StoredEvent
  attempts: number
  wasBegun: boolean
  holds: Holds
  /** Undefined where they were only counted for the event. */
  tries: Tries | undefined
  /** Its own retry is due, rather than only following a due event. */
  isDue: boolean
  /** The process that worked on it did not report the result. */
  wasLeft: boolean
}

/** A row to write; an existing one is replaced. */
export type ParkedRow = {
  event: Pick<StoredEvent, 'id' | 'seq' | 'receivedOn' | 'recordKey'>
  state: 'retry' | 'behind'
  attempts: number
  nextAt: Date | null
  code: string | null
  holds: Holds
  tries: Tries | undefined
  /** Of an event that waits for its own next try: the workflows that wait for an earlier event of the record. */
  behind?: readonly string[] | undefined
}

export type ParkedChanges = { put: ParkedRow[]; finished: { seq: number; recordKey: string }[] }

/** @internal for suspects.ts. */
export type TriesJson = Record<string, { attempts: number; nextAt: string }>

/** @internal for suspects.ts. */
export const readTries = (stored: TriesJson): Tries =>
  new Map(Object.entries(stored).map(([id, { attempts, nextAt }]) => [id, { attempts, nextAt: new Date(nextAt) }]))

export type Parked = ReturnType<typeof createParked>

/** The parked events of a mailbox. */
export const createParked = ({ db }: { db: Database }) => ({
  /**
   * Events whose retry is due, the longest due first, each followed by some of the events waiting behind it, in order.
   */
  async due(locationId: string, lane: Lane, { at, limit }: { at: Date; limit: number }): Promise<ParkedEvent[]> {
    type Row = EventColumns & { attempts: number; code: string | null; is_due: boolean } & {
      holds: string[] | null
      tries: TriesJson | null
    }
    const { rows } = await db.pool.query<Row>({
      name: 'parked.due',
      text: `with heads as (
          select record_key, min(next_at) as next_at from parked_events
          where location_id = $1 and lane = $2 and state = 'retry' and next_at <= $3
          group by record_key order by min(next_at) limit $4
        )
        select ${EVENT_COLUMNS}, p.attempts, p.code, p.holds, p.tries, p.state = 'retry' as is_due from heads h
        join lateral (
          select p.* from parked_events p where p.location_id = $1 and p.lane = $2 and p.record_key = h.record_key
            and (state = 'behind' or next_at <= $3)
          order by state = 'behind', seq limit 20) p on true
        join events e on e.id = p.event_id and e.received_on = p.received_on
        order by h.next_at, h.record_key, p.state = 'behind', p.seq limit $4`,
      values: [locationId, lane, at, limit],
    })
    // What is due came first, so that the limit cuts off others; within a record events go by their numbers.
    const inOrder = [...Map.groupBy(rows, (row) => row.record_key).values()].flatMap((ofOne) =>
      ofOne.toSorted((a, b) => a.seq - b.seq),
    )
    return inOrder.map((row) => ({
      event: fromEventRow(row),
      attempts: row.attempts,
      wasBegun: row.code !== null,
      holds: row.holds ?? 'all',
      tries: row.tries ? readTries(row.tries) : undefined,
      isDue: row.is_due,
      wasLeft: row.is_due && row.code === AT_WORK_CODE,
    }))
  },

  /** All that is parked of the given records. */
  async holds(locationId: string, lane: Lane, recordKeys: string[]): Promise<HoldRow[]> {
    const { rows } = await db.pool.query<HoldRow>({
      name: 'parked.holds',
      text: `select record_key as "recordKey", seq, coalesce(to_json(holds), '"all"') as holds from parked_events
        where location_id = $1 and lane = $2 and record_key = any($3::text[])`,
      values: [locationId, lane, recordKeys],
    })
    return rows
  },

  /** Whether `most` events of the mailbox, or `inAll` with those that wait for a permission and all behind them, are parked. */
  async isFull(locationId: string, lane: Lane, { most, inAll }: { most: number; inAll: number }): Promise<boolean> {
    const { rows } = await db.pool.query<{ isFull: boolean }>({
      name: 'parked.is-full',
      text: `select (select count(*) from (
          select from parked_events p where p.location_id = $1 and p.lane = $2 and not exists (
            select from parked_events held where held.location_id = $1 and held.lane = $2
              and held.record_key = p.record_key and held.code = '${HELD_CODE}') limit $3) tried) >= $3
        or (select count(*) from (
          select from parked_events where location_id = $1 and lane = $2 limit $4) parked) >= $4 as "isFull"`,
      values: [locationId, lane, most, inAll],
    })
    return rows[0]!.isFull
  },

  /**
   * Writes the changes of a slice, makes events due that are no longer blocked for some workflow, and returns when the first parked
   * event of the mailbox is due. Call it in the transaction that releases the mailbox.
   */
  async change(
    locationId: string,
    lane: Lane,
    { changes: { put, finished }, at, tx }: { changes: ParkedChanges; at: Date; tx: Tx },
  ): Promise<Date | undefined> {
    // Late results (stragglers.ts) are written concurrently with a slice, and neither would see the other's changes.
    await query(tx, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [`parked ${lane} ${locationId}`])
    if (finished.length > 0) {
      await query(tx, `delete from parked_events where location_id = $1 and lane = $2 and seq = any($3::bigint[])`, [
        locationId,
        lane,
        finished.map(({ seq }) => seq),
      ])
    }
    if (put.length > 0) {
      await query(
        tx,
        `insert into parked_events
           (location_id, lane, seq, event_id, received_on, record_key, state, attempts, next_at, code, holds,
           tries, behind, parked_at)
         select $1, $2, seq, event_id, received_on, record_key, state, attempts, next_at, code, holds, tries, behind, $4
         from json_to_recordset($3::json) as r (seq bigint, event_id uuid, received_on date, record_key text, state text,
           attempts integer, next_at timestamptz, code text, holds uuid[], tries jsonb, behind uuid[])
         on conflict (location_id, lane, seq) do update set
           state = excluded.state, attempts = excluded.attempts, next_at = excluded.next_at, code = excluded.code,
           holds = excluded.holds, tries = excluded.tries, behind = excluded.behind`,
        [
          locationId,
          lane,
          JSON.stringify(
            put.map(({ event, state, attempts, nextAt, code, holds, tries, behind = [] }) => ({
              seq: event.seq,
              event_id: event.id,
              received_on: event.receivedOn,
              record_key: event.recordKey,
              state,
              attempts,
              next_at: nextAt,
              code,
              holds: holds === 'all' ? null : holds,
              tries: tries ? Object.fromEntries(tries) : null,
              behind: behind.length > 0 ? behind : null,
            })),
          ),
          at,
        ],
      )
    }
    const touched = [
      ...new Set([...finished.map(({ recordKey }) => recordKey), ...put.map(({ event }) => event.recordKey)]),
    ]
    // Each is made due once: events still ahead of it are written again after their turn.
    await query(
      tx,
      `update parked_events p set state = 'retry', next_at = $4, behind = null
       where location_id = $1 and lane = $2 and record_key = any($3::text[]) and (state = 'behind' or behind is not null)
         and exists (
           select from unnest(coalesce(case state when 'behind' then holds else behind end, '{null}')) as workflow
           where not exists (
             select from parked_events ahead where ahead.location_id = p.location_id and ahead.lane = p.lane
               and ahead.record_key = p.record_key and ahead.seq < p.seq
               and (ahead.holds is null or workflow = any(ahead.holds))))`,
      [locationId, lane, touched, at],
    )
    const rows = await query<{ first: Date | null }>(
      tx,
      `select min(next_at) as first from parked_events where location_id = $1 and lane = $2 and state = 'retry'`,
      [locationId, lane],
    )
    return rows[0]?.first ?? undefined
  },

  /** Postpones an event; does nothing when it is no longer parked. */
  async extend(locationId: string, lane: Lane, { seq, until }: { seq: number; until: Date }): Promise<void> {
    await db.pool.query(
      `update parked_events set next_at = $4 where location_id = $1 and lane = $2 and seq = $3 and state = 'retry'`,
      [locationId, lane, seq, until],
    )
  },
})
