// Events processed one by one after drains of their mailbox kept dying: which is next, and how often it was begun.
// Written before the event is begun or read, so that the count survives a crash of the process or database.

import type { Database } from './db.ts'
import { AT_WORK_CODE, type Holds, readTries, type Tries, type TriesJson } from './parked.ts'
import type { Lane } from './schema.ts'

export type Suspect = {
  id: string
  seq: number
  receivedOn: string
  receivedAt: Date
  recordKey: string
  isParked: boolean
  /** As with a parked event; 0, `all` and undefined of one that comes straight from the log. */
  attempts: number
  holds: Holds
  tries: Tries | undefined
  /** How often it was begun alone, this time included. */
  begun: number
}

type Row = Omit<Suspect, 'holds' | 'tries'> & { holds: string[] | null; tries: TriesJson | null }

// Events that a dead process was working on go first, then due ones, then the log.
const BEGIN = `
with due as (
  select p.event_id, p.seq, p.received_on, p.parked_at as received_at, p.record_key, true as is_parked, p.attempts, p.holds, p.tries
  from parked_events p where p.location_id = $1 and p.lane = $2 and p.state = 'retry' and p.next_at <= $4
  order by p.code is distinct from '${AT_WORK_CODE}', p.next_at, p.seq limit 1
), fresh as (
  select e.id, e.seq, e.received_on, e.received_at, e.record_key, false, 0, null::uuid[], null::jsonb
  from mailboxes m cross join lateral (
    select * from events where location_id = $1 and lane = $2 and seq > m.cursor and received_on >= m.cursor_on
    order by seq limit 1) e
  where m.location_id = $1 and m.lane = $2
), next as (
  select * from due union all select * from fresh where not exists (select from due)
)
update mailboxes m set suspect_seq = next.seq,
  suspect_tries = case when m.suspect_seq is distinct from next.seq then 1 when $5 then m.suspect_tries else m.suspect_tries + 1 end
from next where m.location_id = $1 and m.lane = $2 and m.drain_token = $3
returning next.event_id as id, next.seq, next.received_on as "receivedOn", next.received_at as "receivedAt",
  next.record_key as "recordKey", next.is_parked as "isParked", next.attempts, next.holds, next.tries,
  m.suspect_tries as begun`

export type Suspects = ReturnType<typeof createSuspects>

/** Attempt counts of suspect events. */
export const createSuspects = ({ db }: { db: Database }) => ({
  /** The next event of the mailbox, with its start counted (not again if `isExcused`). Undefined when there is none, or the claim is no longer `token`'s. */
  async begin(
    locationId: string,
    lane: Lane,
    { token, at, isExcused }: { token: string; at: Date; isExcused: boolean },
  ): Promise<Suspect | undefined> {
    const { rows } = await db.pool.query<Row>(BEGIN, [locationId, lane, token, at, isExcused])
    const [row] = rows
    return row && { ...row, holds: row.holds ?? 'all', tries: row.tries ? readTries(row.tries) : undefined }
  },
})
