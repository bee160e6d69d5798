// Read-only list of a location's events, newest first, each with its outcome.

import type { Database } from './db.ts'
import { AT_WORK_CODE } from './parked.ts'
import type { EventSource, Lane } from './schema.ts'

export type EventOutcome =
  | 'queued'
  | 'running'
  | 'done'
  | 'retrying'
  | 'waiting'
  | 'paused'
  | 'skipped'
  | 'dead'
  | 'replayed'
  | 'discarded'

export type ActivityRow = {
  eventId: string
  receivedOn: string
  receivedAt: Date
  source: EventSource
  type: string
  recordKey: string
  outcome: EventOutcome
  code: string | null
  /** Of a retry. */
  nextAt: Date | null
}

export type ActivityRowDetail = ActivityRow & {
  sourceEventId: string | null
  occurredAt: Date | null
  payload: Record<string, unknown>
  /** The open dead letter. */
  deadLetterId: string | null
  detail: string | null
}

/** The end of a page per lane; events of a lane are ordered by number. */
type Position = Partial<Record<Lane, number>>

const LANES = ['lifecycle', 'live', 'bulk'] as const

/** A filtered page makes at most this many scans of this many events of all lanes; older events are left for the next page. */
const LOOK = 4_000
const MOST_LOOKS = 5

const SHOWN = `
select e.id as "eventId", e.received_on as "receivedOn", e.received_at as "receivedAt", e.source, e.type,
  e.record_key as "recordKey", e.lane, e.seq,
  case
    when p.code = '${AT_WORK_CODE}' then 'running'
    when p.state = 'retry' and p.attempts > 0 then 'retrying'
    when p.state is not null then case when m.state = 'paused' then 'paused' else 'waiting' end
    when d.status = 'open' then 'dead'
    when d.status = 'discarded' then 'discarded'
    when r.status = 'waiting' then 'waiting'
    when r.status in ('done', 'dead') then case when d.status = 'replayed' then 'replayed' else 'done' end
    when e.seq > m.cursor then case m.state when 'paused' then 'paused' when 'draining' then 'running' else 'queued' end
    when e.lane = 'lifecycle' then 'done'
    else 'skipped' end as outcome,
  coalesce(case when p.state = 'retry' and p.code <> '${AT_WORK_CODE}' then p.code end,
    case when p.state is null and d.status = 'open' then d.code end,
    case when m.state = 'paused' and (p.state is not null or e.seq > m.cursor and r.status is null) then m.pause_code end,
    case when p.state = 'behind' then 'record_busy' end
  ) as code,
  case when p.state = 'retry' and p.code <> '${AT_WORK_CODE}' then p.next_at end as "nextAt"`

const BESIDE = `
join mailboxes m on m.location_id = e.location_id and m.lane = e.lane
left join parked_events p on p.location_id = e.location_id and p.lane = e.lane and p.seq = e.seq
left join lateral (
  select id, status, code, detail from dead_letters d
  where d.location_id = e.location_id and d.event_id = e.id order by d.died_at desc limit 1) d on true
left join lateral (
  select case when bool_or(status = 'waiting') then 'waiting' when bool_and(status = 'done') then 'done'
    else min(status) end as status from runs r
  where r.event_id = e.id and r.received_on = e.received_on) r on r.status is not null`

/** What users search by: the id of a record, of its customer or contact, an e-mail address, or the id of an event. */
const FOUND = `($6::text is null or record_key = $6 or right(record_key, length($6) + 1) = ':' || $6 or id::text = $6
  or payload -> 'data' ->> 'customer_id' = $6 or payload ->> 'contactId' = $6
  or lower(payload -> 'data' ->> 'email') = lower($6) or lower(payload ->> 'email') = lower($6))`

/**
 * The newest events of all lanes below their positions that match. `at` never decreases as the numbers of a lane rise, unlike the
 * time of arrival; otherwise events between two positions would be on neither page. There is always a row, which tells how far
 * the scan went.
 */
const LIST = `
with looked as materialized (
  select e.* from unnest(array['lifecycle', 'live', 'bulk'], $2::bigint[]) as places (lane, below)
  cross join lateral (
    select newest.*, max(received_at) over (order by seq) as at from (
      select location_id, lane, seq, id, received_on, received_at, source, type, record_key,
        ($5::text is null or type = $5) and ${FOUND} as "isWanted"
      from events
      where location_id = $1 and lane = places.lane and (places.below is null or seq < places.below)
      order by seq desc limit $3) newest) e
  order by at desc, seq desc limit $3
), shown as (
  select * from (${SHOWN}, e.at from looked e ${BESIDE} where e."isWanted") one
  where $4::text is null or outcome = $4
  order by at desc, seq desc limit $7
)
select shown.*, ends.looked, ends."lowest" from (
  select coalesce(sum(count), 0)::int as looked, coalesce(jsonb_object_agg(lane, least), '{}') as "lowest"
  from (select lane, count(*) as count, min(seq) as least from looked group by lane) of_lane
) ends left join shown on true
order by at desc, seq desc`

const DETAIL = `${SHOWN}, e.source_event_id as "sourceEventId", e.occurred_at as "occurredAt", e.payload,
  case when d.status = 'open' then d.id end as "deadLetterId", case when d.status = 'open' then d.detail end as detail
from events e ${BESIDE}
where e.location_id = $1 and e.id = $2`

const encode = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url')

/** Undefined for a cursor that no page returned. */
const decode = (text: string): Position | undefined => {
  try {
    const position = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Position
    return LANES.every((lane) => position[lane] === undefined || Number.isSafeInteger(position[lane]))
      ? position
      : undefined
  } catch {
    return undefined
  }
}

export type ActivityStore = ReturnType<typeof createActivity>

export type ActivityWish = {
  limit: number
  before?: string | undefined
  outcome?: EventOutcome | undefined
  type?: string | undefined
  /** Id of a record, of its customer or contact, or of an event; or an e-mail address. */
  search?: string | undefined
}

/** How many events were scanned, and the lowest number in each lane with events. */
type Looked = { looked: number; lowest: Position }
type Shown = ActivityRow & { lane: Lane; seq: number; at: Date }

/** The events of a location and their outcomes. */
export const createActivity = ({ db }: { db: Database }) => ({
  /**
   * A page; `next` is the cursor of older events, null on the last page. A filtered page may hold fewer events than requested, or
   * none, although there are more.
   */
  async list(locationId: string, wish: ActivityWish): Promise<{ entries: ActivityRow[]; next: string | null }> {
    const { limit, outcome, type, search } = wish
    const isFiltered = outcome !== undefined || type !== undefined || search !== undefined
    const entries: ActivityRow[] = []
    let position: Position = (wish.before && decode(wish.before)) || {}

    for (let look = 1; look <= MOST_LOOKS; look += 1) {
      const room = limit - entries.length
      const step = isFiltered ? LOOK : room + 1
      const places = LANES.map((lane) => position[lane] ?? null)
      const { rows } = await db.pool.query<Looked & (Shown | { eventId: null })>({
        name: 'activity.list',
        text: LIST,
        values: [locationId, places, step, outcome ?? null, type ?? null, search ?? null, room + 1],
      })
      const shown = rows.filter((row): row is Looked & Shown => row.eventId !== null)
      for (const { looked: _looked, lowest: _lowest, at: _at, lane, seq, ...entry } of shown.slice(0, room)) {
        entries.push(entry)
        if (shown.length > room) position = { ...position, [lane]: seq }
      }
      if (shown.length > room) break
      const { looked, lowest } = rows[0]!
      if (looked < step) return { entries, next: null }
      position = { ...position, ...lowest }
    }
    return { entries, next: encode(position) }
  },

  async find(locationId: string, eventId: string): Promise<ActivityRowDetail | undefined> {
    const { rows } = await db.pool.query<ActivityRowDetail>({ text: DETAIL, values: [locationId, eventId] })
    return rows[0]
  },

  /** Open dead letters. */
  async openFailures(locationId: string): Promise<number> {
    const { rows } = await db.pool.query<{ count: number }>(
      `select count(*) from dead_letters where location_id = $1 and status = 'open'`,
      [locationId],
    )
    return rows[0]!.count
  },
})
