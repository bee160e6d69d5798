// Searches a location's runs by workflow, newest first, and cancels runs that wait for a retry.

import type { Database, Tx } from './db.ts'
import type { Run } from './runs.ts'
import type { RunStatus } from './schema.ts'

/** A run in a list: without the results of its steps. */
export type ListedRun = Omit<Run, 'steps'>

/** Where a page ends. */
export type RunPosition = { startedAt: Date; id: string }

type Query = {
  workflowId: string
  statuses?: readonly RunStatus[]
  before?: RunPosition | undefined
  limit: number
}

const LISTED = [
  'id',
  'received_on as receivedOn',
  'event_id as eventId',
  'workflow_id as workflowId',
  'workflow_version as workflowVersion',
  'status',
  'record_key as recordKey',
  'code',
  'detail',
  'started_at as startedAt',
  'finished_at as finishedAt',
] as const

export type RunSearch = ReturnType<typeof createRunSearch>

/** Search of a location's runs. */
export const createRunSearch = ({ db }: { db: Database }) => ({
  /** Newest first. */
  list(locationId: string, { workflowId, statuses, before, limit }: Query): Promise<ListedRun[]> {
    let query = db.kysely
      .selectFrom('runs')
      .select(LISTED)
      .where('location_id', '=', locationId)
      .where('workflow_id', '=', workflowId)
    if (statuses) query = query.where('status', 'in', statuses)
    if (before) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('started_at', 'id'), '<', tuple(before.startedAt, before.id)),
      )
    }
    return query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
  },

  /** One run with the results of its steps; undefined when there is none or its day was dropped. */
  get: (locationId: string, id: string): Promise<Run | undefined> =>
    db.kysely
      .selectFrom('runs')
      .select([...LISTED, 'steps'])
      .where('location_id', '=', locationId)
      .where('id', '=', id)
      .executeTakeFirst(),

  /** Those of some runs that there are, oldest first. */
  some: (locationId: string, ids: readonly string[]): Promise<ListedRun[]> =>
    db.kysely
      .selectFrom('runs')
      .select(LISTED)
      .where('location_id', '=', locationId)
      .where('id', 'in', ids)
      .orderBy('started_at')
      .execute(),

  /** Ends a run that waits for another try; the next try finds it ended. False when it does not wait any more. */
  async cancel(locationId: string, { id, receivedOn, at, on }: { id: string; receivedOn: string; at: Date; on: Tx }) {
    const { numUpdatedRows } = await on
      .updateTable('runs')
      .set({ status: 'cancelled', finished_at: at })
      .where('id', '=', id)
      .where('received_on', '=', receivedOn)
      .where('location_id', '=', locationId)
      .where('status', 'in', ['waiting', 'running'])
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },
})
