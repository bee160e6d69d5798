// Bulk replays: dead letters matching a filter, resent one by one. A running replay has one job in the queue.

import { sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'
import type { FailureFilter, FailurePosition } from './dead-letter-search.ts'

export const REPLAY_TASK = 'replay_failures'

export type ReplayJob = { locationId: string; id: string }

export type Replay = {
  id: string
  filter: FailureFilter
  perMinute: number
  status: 'running' | 'stopped' | 'done'
  /** Those that matched when it began. */
  total: number
  replayed: number
  /** Settled in the meantime, or the event is no longer stored. */
  passedOver: number
  position: FailurePosition | null
  startedAt: Date
  finishedAt: Date | null
}

type Row = Omit<Replay, 'filter' | 'position'> & {
  filter: Record<string, string | undefined>
  position: unknown
}

const COLUMNS = [
  'id',
  'filter',
  'per_minute as perMinute',
  'status',
  'total',
  'replayed',
  'passed_over as passedOver',
  'position',
  'started_at as startedAt',
  'finished_at as finishedAt',
] as const

const replayOf = ({ filter, position, ...row }: Row): Replay => {
  const at = position as { diedAt: string; id: string } | null
  return {
    ...row,
    filter: { code: filter.code, type: filter.type, since: filter.since ? new Date(filter.since) : undefined },
    position: at && { diedAt: new Date(at.diedAt), id: at.id },
  }
}

export type Replays = ReturnType<typeof createReplays>

/** The bulk replays of a location; at most one is running. */
export const createReplays = ({ db }: { db: Database }) => {
  const update = (locationId: string, id: string, on: Queryable) =>
    on.updateTable('replays').where('location_id', '=', locationId).where('id', '=', id).where('status', '=', 'running')

  return {
    /** Undefined when another one of the location is running. */
    async start(
      locationId: string,
      {
        id,
        filter,
        perMinute,
        total,
        startedBy,
        at,
      }: Pick<Replay, 'id' | 'filter' | 'perMinute' | 'total'> & { startedBy: string; at: Date },
      tx: Tx,
    ): Promise<Replay | undefined> {
      const row = await tx
        .insertInto('replays')
        .values({
          location_id: locationId,
          id,
          filter: JSON.stringify(filter),
          per_minute: perMinute,
          status: 'running',
          total,
          started_by: startedBy,
          started_at: at,
        })
        .onConflict((conflict) => conflict.column('location_id').where('status', '=', sql.lit('running')).doNothing())
        .returning(COLUMNS)
        .executeTakeFirst()
      return row && replayOf(row)
    },

    async get(locationId: string, id: string): Promise<Replay | undefined> {
      const row = await db.kysely
        .selectFrom('replays')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && replayOf(row)
    },

    /** The one that runs, else the last one. */
    async latest(locationId: string): Promise<Replay | undefined> {
      const row = await db.kysely
        .selectFrom('replays')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .orderBy('started_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row && replayOf(row)
    },

    /** Records a processed letter. False when the replay was stopped in the meantime. */
    async passed(
      locationId: string,
      id: string,
      { isReplayed, position, on = db.kysely }: { isReplayed: boolean; position: FailurePosition; on?: Queryable },
    ): Promise<boolean> {
      const { numUpdatedRows } = await update(locationId, id, on)
        .set((columns) => ({
          ...(isReplayed
            ? { replayed: sql<number>`${columns.ref('replayed')} + 1` }
            : { passed_over: sql<number>`${columns.ref('passed_over')} + 1` }),
          position: JSON.stringify(position),
        }))
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** Undefined when it does not run. */
    async end(
      locationId: string,
      id: string,
      { status, at, on = db.kysely }: { status: 'stopped' | 'done'; at: Date; on?: Queryable },
    ): Promise<Replay | undefined> {
      const row = await update(locationId, id, on)
        .set({ status, finished_at: at })
        .returning(COLUMNS)
        .executeTakeFirst()
      return row && replayOf(row)
    },

    /** Its next turn at that time. */
    async queue(job: ReplayJob, runAt: Date, on: Queryable = db.kysely): Promise<void> {
      await sql`select graphile_worker.add_job(${REPLAY_TASK}, ${JSON.stringify(job)}::json, run_at := ${runAt},
        job_key := ${`replay:${job.id}`})`.execute(on)
    },
  }
}
