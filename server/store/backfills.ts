// Backfills: which records of a Rankr workspace were read, queued and processed. Pages and counts are stored together,
// so that a crash counts no page twice and skips none.

import { sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'
import { query } from './raw.ts'
import type { BackfillKind } from './schema-backfills.ts'

export type { BackfillKind }

export const BACKFILL_TASK = 'backfill'

export type BackfillJob = { locationId: string; id: string }

export type BackfillPart = {
  kind: BackfillKind
  cursor: string | null
  /** When its last page was queued; null before. */
  readAt: Date | null
  /** As reported by Rankr; null when it reports none. */
  total: number | null
  /** Queued, or unusable. */
  read: number
  done: number
  /** No workflow wanted them, or newer data had already arrived. */
  skipped: number
  failed: number
}

/** How many records were processed, and how many calls the account had used that day. */
export type BackfillSample = { at: Date; over: number; calls: number }

export type Backfill = {
  id: string
  status: 'running' | 'stopped' | 'done'
  startedBy: string | null
  startedAt: Date
  finishedAt: Date | null
  waitCode: string | null
  waitUntil: Date | null
  failures: number
  samples: BackfillSample[]
  /** In the order in which they are read. */
  parts: BackfillPart[]
  /** Queued and not processed yet. */
  open: number
}

export type BackfillPage = {
  kind: BackfillKind
  /** Where the page began and where the next one does; null for the end. */
  cursor: string | null
  next: string | null
  total: number | null
  eventIds: string[]
  /** Records that cannot be made into an event. */
  unusable: number
  /** Records that are closed in Rankr and therefore not queued. */
  over: number
  at: Date
}

type Row = Omit<Backfill, 'samples' | 'parts' | 'open'> & { samples: unknown }

const COLUMNS = [
  'id',
  'status',
  'started_by as startedBy',
  'started_at as startedAt',
  'finished_at as finishedAt',
  'wait_code as waitCode',
  'wait_until as waitUntil',
  'failures',
  'samples',
] as const

const DAY_MS = 86_400_000

const samplesOf = (kept: unknown): BackfillSample[] =>
  (kept as { at: string; over: number; calls: number }[]).map(({ at, ...more }) => ({ at: new Date(at), ...more }))

/**
 * An event is finished when the cursor of its mailbox has passed it and it is not parked; a dead letter or run has its result. An
 * event that is no longer stored counts as failed, because its result is unknown.
 */
const SETTLE = `
with box as (select cursor from mailboxes where location_id = $1 and lane = 'bulk'),
over as (
  select o.event_id, o.kind, case
    when e.seq is null then 'failed'
    when exists (select from dead_letters d where d.location_id = $1 and d.event_id = o.event_id) then 'failed'
    when exists (select from runs r where r.event_id = o.event_id and r.received_on = e.received_on
      and r.status <> 'skipped') then 'done'
    else 'skipped' end as outcome
  from backfill_events o left join lateral (
    select seq, received_on from events
    where id = o.event_id and location_id = $1 and received_on >= $3::date offset 0) e on true
  where o.location_id = $1 and o.backfill_id = $2 and (e.seq is null or e.seq <= (select cursor from box)
    and not exists (select from parked_events p where p.location_id = $1 and p.lane = 'bulk' and p.seq = e.seq))
), gone as (
  delete from backfill_events b using over o
  where b.location_id = $1 and b.backfill_id = $2 and b.event_id = o.event_id returning o.kind, o.outcome
), sums as (
  select kind, count(*) filter (where outcome = 'done') as done, count(*) filter (where outcome = 'skipped') as skipped,
    count(*) filter (where outcome = 'failed') as failed from gone group by kind
)
update backfill_parts p set done = p.done + s.done, skipped = p.skipped + s.skipped, failed = p.failed + s.failed
from sums s where p.location_id = $1 and p.backfill_id = $2 and p.kind = s.kind`

const HAND = `
with part as (
  select kind from backfill_parts p where location_id = $1 and backfill_id = $2 and kind = $3 and read_at is null
    and cursor is not distinct from $4 and exists (
      select from backfills where location_id = $1 and id = $2 and status = 'running')
  for update
), added as (
  insert into backfill_events (location_id, backfill_id, event_id, kind)
  select $1, $2, id, kind from part, unnest($5::uuid[]) as id
  on conflict do nothing returning event_id
)
update backfill_parts p set cursor = $6, total = coalesce($7, p.total), failed = p.failed + $8,
  skipped = p.skipped + $10, read = p.read + $8 + $10 + (select count(*) from added), read_at = case when $6::text is null then $9::timestamptz end
from part where p.location_id = $1 and p.backfill_id = $2 and p.kind = part.kind returning p.kind`

export type Backfills = ReturnType<typeof createBackfills>

/** The backfills of a location; at most one is running. */
export const createBackfills = ({ db }: { db: Database }) => {
  const update = (locationId: string, id: string, on: Queryable = db.kysely) =>
    on.updateTable('backfills').where('location_id', '=', locationId).where('id', '=', id)

  const withParts = async (locationId: string, row: Row | undefined): Promise<Backfill | undefined> => {
    if (!row) return undefined
    const [parts, { open }] = await Promise.all([
      db.kysely
        .selectFrom('backfill_parts')
        .select(['kind', 'cursor', 'read_at as readAt', 'total', 'read', 'done', 'skipped', 'failed'])
        .where('location_id', '=', locationId)
        .where('backfill_id', '=', row.id)
        .orderBy('position')
        .execute(),
      db.kysely
        .selectFrom('backfill_events')
        .select((count) => count.fn.countAll<number>().as('open'))
        .where('location_id', '=', locationId)
        .where('backfill_id', '=', row.id)
        .executeTakeFirstOrThrow(),
    ])
    return { ...row, samples: samplesOf(row.samples), parts, open }
  }

  const select = (locationId: string) =>
    db.kysely.selectFrom('backfills').select(COLUMNS).where('location_id', '=', locationId)

  return {
    /** False when another backfill of the location is running, or this one was started before. */
    async start(
      locationId: string,
      { id, kinds, by, at }: { id: string; kinds: readonly BackfillKind[]; by: string | null; at: Date },
      tx: Tx,
    ): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('backfills')
        .values({ location_id: locationId, id, status: 'running', started_by: by, started_at: at })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (!numInsertedOrUpdatedRows) return false
      const parts = kinds.map((kind, position) => ({ location_id: locationId, backfill_id: id, kind, position }))
      await tx.insertInto('backfill_parts').values(parts).execute()
      return true
    },

    get: async (locationId: string, id: string): Promise<Backfill | undefined> =>
      withParts(locationId, await select(locationId).where('id', '=', id).executeTakeFirst()),

    /** The running one, else the last one. */
    latest: async (locationId: string): Promise<Backfill | undefined> =>
      withParts(locationId, await select(locationId).orderBy('started_at', 'desc').limit(1).executeTakeFirst()),

    /** Changes the status; false when it is not in the expected status, or another backfill of the location is running. */
    async change(
      locationId: string,
      id: string,
      { from, to, at, on }: { from: Backfill['status']; to: Backfill['status']; at: Date; on?: Tx },
    ): Promise<boolean> {
      const { numUpdatedRows } = await update(locationId, id, on)
        .set({
          status: to,
          finished_at: to === 'running' ? null : at,
          wait_code: null,
          wait_until: null,
          failures: 0,
          samples: '[]',
        })
        .where('status', '=', from)
        .$if(to === 'running', (update) =>
          update.where((where) =>
            where.not(
              where.exists(
                where
                  .selectFrom('backfills as other')
                  .select('other.id')
                  .where('other.location_id', '=', locationId)
                  .where('other.status', '=', 'running'),
              ),
            ),
          ),
        )
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** What Rankr says there is, before the first page. */
    async counted(locationId: string, id: string, totals: Partial<Record<BackfillKind, number>>): Promise<void> {
      for (const [kind, total] of Object.entries(totals)) {
        await db.kysely
          .updateTable('backfill_parts')
          .set({ total })
          .where('location_id', '=', locationId)
          .where('backfill_id', '=', id)
          .where('kind', '=', kind as BackfillKind)
          .execute()
      }
    },

    /**
     * Records a queued page: its events are to be counted, and the next page starts after it. False, with nothing changed, when
     * the page was queued before or the sync was stopped.
     */
    async handedIn(locationId: string, id: string, page: BackfillPage): Promise<boolean> {
      const { kind, cursor, next, total, eventIds, unusable, over, at } = page
      const values = [locationId, id, kind, cursor, eventIds, next, total, unusable, at, over]
      return (await query(db.kysely, HAND, values)).length > 0
    },

    /** Counts finished events. `startedAt`: of the sync. */
    async settle(locationId: string, { id, startedAt }: Pick<Backfill, 'id' | 'startedAt'>): Promise<void> {
      // Nodes' clocks may differ around midnight, hence a day of slack.
      const since = new Date(startedAt.getTime() - DAY_MS).toISOString().slice(0, 10)
      await query(db.kysely, SETTLE, [locationId, id, since])
    },

    /** Why it waits, or that it does not; `failures` in a row, 0 after a turn that went well. */
    async waits(
      locationId: string,
      id: string,
      { code, until, failures }: { code: string | null; until: Date | null; failures: number },
    ): Promise<void> {
      await update(locationId, id).set({ wait_code: code, wait_until: until, failures }).execute()
    },

    async sampled(locationId: string, id: string, samples: BackfillSample[]): Promise<void> {
      await update(locationId, id)
        .set({ samples: JSON.stringify(samples) })
        .execute()
    },

    /** Schedules its next turn; there is at most one. */
    async queue(job: BackfillJob, runAt: Date, on: Queryable = db.kysely): Promise<void> {
      await sql`select graphile_worker.add_job(${BACKFILL_TASK}, ${JSON.stringify(job)}::json, run_at := ${runAt},
        job_key := ${`backfill:${job.id}`})`.execute(on)
    },

    /** For the worker, across all tenants: the backfills that are due for a turn. */
    async unfinished(): Promise<BackfillJob[]> {
      const { rows } = await db.pool.query<BackfillJob>(
        `select location_id as "locationId", id from backfills b where status = 'running' or exists (
           select from backfill_events e where e.location_id = b.location_id and e.backfill_id = b.id)
         order by started_at`,
      )
      return rows
    },
  }
}
