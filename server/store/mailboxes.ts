// Mailboxes: the backlog of one location and lane. Holds how far drains have come (cursor), how far it reaches (tail),
// and who is working on it. A change of state that needs a job adds it in the same statement.

import type { Database, Queryable, Tx } from './db.ts'
import { addDrainJobs } from './drain-jobs.ts'
import { createNudge } from './nudging.ts'
import { HELD_CODE } from './parked.ts'
import { query } from './raw.ts'
import type { Lane, MailboxState } from './schema.ts'

/** About drains that ended without reporting. */
export type Trouble = {
  /** How many in a row; the process or the database connection died. */
  troubles: number
  /** How many events are to be processed one by one. */
  alone: number
}

export type AcquiredMailbox = Trouble & {
  cursor: number
  /** The oldest day that may hold unread events. */
  cursorOn: string
  /** Events up to this number may be partly processed: their drain ended without reporting. */
  uncertainUntil: number
  /** Some events the cursor has passed are not finished. */
  hasParked: boolean
  /** The previous drain ended without reporting. */
  isTakenOver: boolean
  /** The previous drain failed for a reason unrelated to its events. */
  isExcused: boolean
  /** For a bulk lane: live events of the location are waiting and go first; in the past when unknown. */
  behindLiveUntil: Date | null
}

type AcquireOptions = {
  token: string
  nodeId: string
  at: Date
  /** This node still holds a claim from a failed drain. */
  isOwnFree: boolean
  /** That drain failed for a reason unrelated to its events, so it is not counted. */
  isExcused: boolean
}

/** State of a released mailbox. `until`: no job before this time. */
export type Rest = { kind: 'open' } | { kind: 'throttled'; until: Date } | { kind: 'paused'; code: string; until: Date }

export type Release = {
  token: string
  cursor: number
  /** No unread event is of an earlier day; as it was when undefined. */
  cursorOn: string | undefined
  /** Lower bound of when the next unread event was received; as it was when undefined. */
  waitingSince: Date | undefined
  rest: Rest
  /** When the first parked event is due; undefined when none is. */
  retryAt?: Date | undefined
  trouble: Trouble
  at: Date
}

export type Backlog = { lane: Lane; state: MailboxState; events: number; oldestSeconds: number }

/** More than a slice processes, including later events of its records. */
export const ALONE = 300

// Its job is due by the clock of the database, which this process's may be behind: declined, the mailbox would be left without one.
const ACQUIRE = `
update mailboxes m set state = 'draining', drain_token = $3, drain_node = $4, wake_at = null, pause_code = null,
  is_called = false, updated_at = now(),
  uncertain_until = case when before.state = 'draining' then m.tail else m.uncertain_until end,
  troubles = case when before.state = 'draining' and not $7 then m.troubles + 1 else m.troubles end,
  alone = case when before.state = 'draining' and not $7 and m.troubles > 0 then ${ALONE} else m.alone end
from (select state, drain_node from mailboxes where location_id = $1 and lane = $2 for update) before
where m.location_id = $1 and m.lane = $2 and (
  before.state in ('queued', 'sleeping', 'throttled')
  or before.state = 'paused' and m.wake_at <= greatest($5, now())
  or before.state = 'draining' and case before.drain_node
    when $4 then $6 else not exists (select from nodes where id = before.drain_node) end)
returning m.cursor, coalesce(m.cursor_on, current_date)::text as "cursorOn", m.uncertain_until as "uncertainUntil",
  m.troubles, m.alone, before.state = 'draining' and not $7 as "isTakenOver", before.state = 'draining' and $7 as "isExcused",
  exists (select from parked_events p where p.location_id = $1 and p.lane = $2) as "hasParked",
  (select coalesce(l.wake_at, 'epoch') from mailboxes l where $2 = 'bulk' and l.location_id = $1 and l.lane = 'live'
    and l.tail > l.cursor and l.state <> 'paused') as "behindLiveUntil"`

// The backlog is compared under the row's lock: either what accept has added meanwhile is seen here, or accept sees the
// new state. The rest that the drain wishes for ($7) gives way to what was said meanwhile.
const RELEASE = `
with own as (
  select tail, wake_at, pause_code, is_called,
    case when $7 = 'paused' and is_called then 'open' when pause_code is not null then 'paused' else $7 end as rest
  from mailboxes where location_id = $1 and lane = $2 and state = 'draining' and drain_token = $3 for update
), box as (
  update mailboxes m set cursor = $4, cursor_on = greatest(m.cursor_on, $5), waiting_since = coalesce($6, waiting_since), drain_token = null, drain_node = null,
    pause_code = case when own.rest = 'paused' then coalesce(own.pause_code, $8) end,
    state = case
      when own.rest <> 'open' then own.rest
      when own.tail > $4 or own.is_called or $10::timestamptz <= $11 then 'queued'
      when $10 is not null then 'sleeping'
      else 'idle' end,
    wake_at = case
      when own.rest <> 'open' then coalesce(own.wake_at, $9::timestamptz)
      when own.tail > $4 or own.is_called or $10 <= $11 then null
      else $10 end,
    troubles = $12, alone = $13, suspect_tries = case when $12 > 0 then m.suspect_tries else 0 end, updated_at = now()
  from own where m.location_id = $1 and m.lane = $2
  returning m.location_id, m.lane, m.state, m.wake_at
), job as (
  ${addDrainJobs(`(select location_id, lane, wake_at as run_at, state = 'queued' as again from box where state <> 'idle')`)}
)
select (select state from box) as state, (select count(*) from job) as jobs`

export type Mailboxes = ReturnType<typeof createMailboxes>

/** Mailboxes by location and lane; `acquire` returns the token of a drain. */
export const createMailboxes = ({ db }: { db: Database }) => ({
  /**
   * Claims the mailbox for one drain, with `token` as its fence. Undefined when there is none, when a node that lives
   * drains it, or when it is idle or paused.
   */
  async acquire(
    locationId: string,
    lane: Lane,
    { token, nodeId, at, isOwnFree, isExcused }: AcquireOptions,
  ): Promise<AcquiredMailbox | undefined> {
    const { rows } = await db.pool.query<AcquiredMailbox>({
      name: 'mailboxes.acquire',
      text: ACQUIRE,
      values: [locationId, lane, token, nodeId, at, isOwnFree, isExcused],
    })
    return rows[0]
  },

  /**
   * Moves the cursor and releases the mailbox: idle, asleep until a retry is due, or queued at the end of the line when more
   * events are waiting. Returns the new state; undefined, with nothing changed, when the claim is no longer `token`'s.
   */
  async release(
    locationId: string,
    lane: Lane,
    { token, cursor, cursorOn, waitingSince, rest, retryAt, trouble, at }: Release,
    tx?: Tx,
  ): Promise<MailboxState | undefined> {
    const values = [
      locationId,
      lane,
      token,
      cursor,
      cursorOn ?? null,
      waitingSince ?? null,
      rest.kind,
      rest.kind === 'paused' ? rest.code : null,
      rest.kind === 'open' ? null : rest.until,
      retryAt ?? null,
      at,
      trouble.troubles,
      trouble.alone,
    ]
    type Row = { state: MailboxState | null }
    const rows = tx
      ? await query<Row>(tx, RELEASE, values)
      : (await db.pool.query<Row>({ name: 'mailboxes.release', text: RELEASE, values })).rows
    return rows[0]?.state ?? undefined
  },

  /** Queues a mailbox that is or will be idle, for work that did not come through accept. */
  async wake(locationId: string, lane: Lane, on: Queryable = db.kysely): Promise<void> {
    await query(
      on,
      `with box as (
         update mailboxes set state = case when state in ('idle', 'sleeping') then 'queued' else state end,
           wake_at = case when state in ('idle', 'sleeping') then null else wake_at end,
           is_called = true, updated_at = now()
         where location_id = $1 and lane = $2
         returning location_id, lane, state, null::timestamptz as run_at, false as again
       ) ${addDrainJobs(`(select * from box where state = 'queued')`)}`,
      [locationId, lane],
    )
  },

  /**
   * Stops the location's work until `resume`, with one try at `until` in case nobody says so; lifecycle events go on.
   * What is being drained stops at the end of its slice.
   */
  async pause(locationId: string, { code, until }: { code: string; until: Date }): Promise<void> {
    await db.pool.query(
      `with listed as (
         select location_id, lane from mailboxes
         where location_id = $1 and lane <> 'lifecycle' and state <> 'paused' order by lane for update
       ), box as (
         update mailboxes m set state = case when state = 'draining' then state else 'paused' end, pause_code = $2,
           wake_at = $3, updated_at = now()
         from listed l where m.location_id = l.location_id and m.lane = l.lane
         returning m.location_id, m.lane, m.state, m.wake_at as run_at, false as again
       ) ${addDrainJobs(`(select * from box where state = 'paused')`)}`,
      [locationId, code, until],
    )
  },

  /**
   * Queues what was paused, and what waits for a permission, which is due at once; a drain that is about to pause its mailbox
   * will not. Answers how many were queued.
   */
  async resume(locationId: string): Promise<number> {
    const { rows } = await db.pool.query<{ count: number }>(
      `with held as (
         update parked_events set next_at = 'epoch'
         where location_id = $1 and state = 'retry' and code = '${HELD_CODE}' returning lane
       ), listed as (
         select location_id, lane from mailboxes
         where location_id = $1 and (state in ('paused', 'draining') or lane in (select lane from held))
         order by lane for update
       ), box as (
         update mailboxes m set
           state = case when state in ('paused', 'sleeping', 'idle') then 'queued' else state end, pause_code = null,
           is_called = true, wake_at = case when state = 'throttled' then wake_at end, updated_at = now()
         from listed l where m.location_id = l.location_id and m.lane = l.lane
         returning m.location_id, m.lane, m.state, null::timestamptz as run_at, false as again
       ), job as (${addDrainJobs(`(select * from box where state = 'queued')`)})
       select count(*) from job`,
      [locationId],
    )
    return rows[0]!.count
  },

  /** Requeues the mailboxes of a dead node and marks them, so that the next drain knows. */
  async orphaned(nodeId: string, on: Queryable = db.kysely): Promise<void> {
    await query(
      on,
      addDrainJobs(`(select location_id, lane, null::timestamptz as run_at, false as again from mailboxes
        where drain_node = $1 and state = 'draining')`),
      [nodeId],
    )
  },

  /** A safety net for all of the above. */
  nudge: createNudge({ db }),

  /** The state of a location's mailboxes, for people. */
  async of(
    locationId: string,
  ): Promise<{ lane: Lane; state: MailboxState; waiting: number; wakeAt: Date | null; pauseCode: string | null }[]> {
    const { rows } = await db.pool.query(
      `select lane, state, tail - cursor as waiting, wake_at as "wakeAt", pause_code as "pauseCode"
       from mailboxes where location_id = $1 order by lane`,
      [locationId],
    )
    return rows
  },

  /**
   * What waits, by lane and state, over all locations: unread and parked events, and the age of the oldest; that of a parked
   * one counts from its first try.
   */
  async backlog(): Promise<Backlog[]> {
    const { rows } = await db.pool.query<Backlog>(
      `select m.lane, m.state, sum(m.tail - m.cursor + coalesce(p.parked, 0))::float8 as events,
         coalesce(extract(epoch from now() - min(least(case when m.tail > m.cursor then m.waiting_since end, p.since))),
           0)::float8 as "oldestSeconds"
       from mailboxes m left join (
         select location_id, lane, count(*) as parked, min(parked_at) as since from parked_events group by 1, 2
       ) p using (location_id, lane)
       group by m.lane, m.state`,
    )
    return rows
  },
})
