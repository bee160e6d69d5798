// Integrity checks of a location: position, counts, and the job that continues them. Findings are in
// integrity-findings.ts, records seen in integrity-seen.ts.

import { sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'
import type { KindCounts } from './integrity-counts.ts'

export const INTEGRITY_TASK = 'integrity_check'
export const INTEGRITY_REPAIR_TASK = 'integrity_repair'

export type IntegrityJob = { locationId: string; id: string }

/** Types of records that also exist in Rankr; for a ticket, the issue. */
export type RecordKind = 'customer' | 'order' | 'invoice' | 'ticket'
/** Types of records that are derived from those, where enabled. */
export type PartKind = 'opportunity' | 'business' | 'product'
export type IntegrityKind = RecordKind | PartKind

export type IntegrityCheck = {
  id: string
  status: 'running' | 'stopped' | 'done' | 'failed'
  code: string | null
  kinds: IntegrityKind[]
  place: { step: number; cursor: string | null }
  turn: number
  counts: Partial<Record<IntegrityKind, KindCounts>>
  /** By type of difference, once it is done. */
  differences: Record<string, number>
  failures: number
  waitsUntil: Date | null
  isNightly: boolean
  startedBy: string | null
  startedAt: Date
  resumedAt: Date
  readBefore: number
  finishedAt: Date | null
  repairStatus: 'running' | 'stopped' | 'done' | null
  repairPlace: number
  repairTotal: number
  repairDone: number
  repairBy: string | null
}

const COLUMNS = [
  'id',
  'status',
  'code',
  'kinds',
  'place',
  'turn',
  'counts',
  'differences',
  'failures',
  'waits_until as waitsUntil',
  'is_nightly as isNightly',
  'started_by as startedBy',
  'started_at as startedAt',
  'resumed_at as resumedAt',
  'read_before as readBefore',
  'finished_at as finishedAt',
  'repair_status as repairStatus',
  'repair_place as repairPlace',
  'repair_total as repairTotal',
  'repair_done as repairDone',
  'repair_by as repairBy',
] as const

/** Older checks are deleted with their findings. */
const KEPT = 20
/** Job priority: after live events and the bulk lane. */
const PRIORITY = 30

const asCheck = (row: object | undefined): IntegrityCheck | undefined => row as IntegrityCheck | undefined

export type IntegrityChecks = ReturnType<typeof createIntegrityChecks>

/** The checks of a location; at most one is running. */
export const createIntegrityChecks = ({ db }: { db: Database }) => {
  const one = (locationId: string, id: string, on: Queryable = db.kysely) =>
    on.updateTable('integrity_checks').where('location_id', '=', locationId).where('id', '=', id)

  const forgetOld = async (locationId: string, tx: Tx): Promise<void> => {
    const old = await tx
      .selectFrom('integrity_checks')
      .select('id')
      .where('location_id', '=', locationId)
      .where('status', '!=', 'running')
      .orderBy('started_at', 'desc')
      .offset(KEPT - 1)
      .execute()
    if (old.length === 0) return
    const ids = old.map(({ id }) => id)
    await tx
      .deleteFrom('integrity_findings')
      .where('location_id', '=', locationId)
      .where('check_id', 'in', ids)
      .execute()
    await tx.deleteFrom('integrity_checks').where('location_id', '=', locationId).where('id', 'in', ids).execute()
  }

  type Queued = { job: IntegrityJob; runAt: Date; on: Queryable | undefined }

  const addJob = async (task: string, { job, runAt, on = db.kysely }: Queued): Promise<void> => {
    await sql`select graphile_worker.add_job(${task}, ${JSON.stringify(job)}::json, run_at := ${runAt},
      job_key := ${`${task}:${job.id}`}, priority := ${PRIORITY})`.execute(on)
  }

  return {
    /** Starts a check and deletes the seen records of earlier ones. Undefined when another check of the location is running. */
    async start(
      locationId: string,
      {
        id,
        kinds,
        isNightly,
        startedBy,
        at,
      }: Pick<IntegrityCheck, 'id' | 'kinds' | 'isNightly' | 'startedBy'> & { at: Date },
      tx: Tx,
    ): Promise<IntegrityCheck | undefined> {
      const row = await tx
        .insertInto('integrity_checks')
        .values({
          location_id: locationId,
          id,
          status: 'running',
          kinds,
          is_nightly: isNightly,
          started_by: startedBy,
          started_at: at,
          resumed_at: at,
        })
        .onConflict((conflict) => conflict.column('location_id').where('status', '=', sql.lit('running')).doNothing())
        .returning(COLUMNS)
        .executeTakeFirst()
      if (!row) return undefined
      await tx.deleteFrom('integrity_seen').where('location_id', '=', locationId).execute()
      await forgetOld(locationId, tx)
      return asCheck(row)
    },

    async get(locationId: string, id: string): Promise<IntegrityCheck | undefined> {
      return asCheck(
        await db.kysely
          .selectFrom('integrity_checks')
          .select(COLUMNS)
          .where('location_id', '=', locationId)
          .where('id', '=', id)
          .executeTakeFirst(),
      )
    },

    /** Newest first. */
    async list(locationId: string, limit: number): Promise<IntegrityCheck[]> {
      const rows = await db.kysely
        .selectFrom('integrity_checks')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows as object[] as IntegrityCheck[]
    },

    /** Records a finished step. False when the check was stopped, or continued elsewhere, since it was read. */
    async advance(
      locationId: string,
      { id, turn }: Pick<IntegrityCheck, 'id' | 'turn'>,
      { place, counts }: Pick<IntegrityCheck, 'place' | 'counts'>,
      tx: Tx,
    ): Promise<boolean> {
      const { numUpdatedRows } = await one(locationId, id, tx)
        .where('turn', '=', turn)
        .where('status', '=', 'running')
        .set({
          place: JSON.stringify(place),
          counts: JSON.stringify(counts),
          turn: turn + 1,
          code: null,
          failures: 0,
          waits_until: null,
        })
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async waits(
      locationId: string,
      id: string,
      { code, until, failures }: { code: string; until: Date; failures: number },
    ): Promise<void> {
      await one(locationId, id).where('status', '=', 'running').set({ code, waits_until: until, failures }).execute()
    },

    /** Ends a check; undefined when it is not running. Seen records are kept only if it can be resumed. */
    async end(
      locationId: string,
      id: string,
      {
        status,
        code = null,
        differences = {},
        at,
      }: {
        status: 'stopped' | 'done' | 'failed'
        code?: string | null
        differences?: Record<string, number>
        at: Date
      },
      on: Queryable = db.kysely,
    ): Promise<IntegrityCheck | undefined> {
      const row = await one(locationId, id, on)
        .where('status', '=', 'running')
        .set({ status, code, differences: JSON.stringify(differences), finished_at: at, waits_until: null })
        .returning(COLUMNS)
        .executeTakeFirst()
      if (row && status === 'done') {
        await on.deleteFrom('integrity_seen').where('location_id', '=', locationId).where('check_id', '=', id).execute()
      }
      return asCheck(row)
    },

    /** Undefined unless it was stopped or has failed, and nothing of the location has been checked since. */
    async resume(locationId: string, id: string, at: Date, tx: Tx): Promise<IntegrityCheck | undefined> {
      const row = await one(locationId, id, tx)
        .where('status', 'in', ['stopped', 'failed'])
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('integrity_checks as later')
                .select('later.id')
                .where('later.location_id', '=', locationId)
                .whereRef('later.started_at', '>', 'integrity_checks.started_at'),
            ),
          ),
        )
        .set({
          status: 'running',
          code: null,
          failures: 0,
          finished_at: null,
          resumed_at: at,
          turn: sql<number>`turn + 1`,
          read_before: sql<number>`coalesce((select sum((v->>'rankr')::int + (v->>'crm')::int)
            from jsonb_each(counts) as c (k, v)), 0)`,
        })
        .returning(COLUMNS)
        .executeTakeFirst()
      return asCheck(row)
    },

    /** Its next turn at that time. */
    queue: (job: IntegrityJob, runAt: Date, on?: Queryable): Promise<void> =>
      addJob(INTEGRITY_TASK, { job, runAt, on }),

    /** The next turn of the repair of all that it has found. */
    queueRepair: (job: IntegrityJob, runAt: Date, on?: Queryable): Promise<void> =>
      addJob(INTEGRITY_REPAIR_TASK, { job, runAt, on }),

    /** Running checks and repairs without a job, which failed too often or was lost. For the worker. */
    async lost(): Promise<{ checks: IntegrityJob[]; repairs: IntegrityJob[] }> {
      const without = async (column: 'status' | 'repair_status', task: string): Promise<IntegrityJob[]> => {
        const { rows } = await sql<IntegrityJob>`select location_id as "locationId", id from integrity_checks c
          where ${sql.ref(column)} = 'running' and not exists (
            select from graphile_worker.jobs j where j.key = ${`${task}:`} || c.id and j.attempts < j.max_attempts)
          order by location_id limit 1000`.execute(db.kysely)
        return rows
      }
      return {
        checks: await without('status', INTEGRITY_TASK),
        repairs: await without('repair_status', INTEGRITY_REPAIR_TASK),
      }
    },

    /**
     * Deletes the seen records of abandoned checks, because they contain personal data and the checks would start over
     * anyway.
     */
    async forgetSeen(endedBefore: Date): Promise<void> {
      await sql`with old as (
        update integrity_checks set place = '{"step": 0, "cursor": null}', counts = '{}'
        where status in ('stopped', 'failed') and finished_at < ${endedBefore} and place <> '{"step": 0, "cursor": null}'
        returning location_id, id)
        delete from integrity_seen s using old where s.location_id = old.location_id and s.check_id = old.id`.execute(
        db.kysely,
      )
    },
  }
}
