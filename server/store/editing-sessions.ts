// Editing sessions: one person's changes to one draft without a long pause, collected into one audit entry. At most one
// per draft is open.

import { sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'

/** A session with the count of each kind of change, and its first and last revision. */
export type EditingSession = {
  actorId: string
  actorName: string | null
  changes: Record<string, number>
  fromRevision: number
  toRevision: number
  beganAt: Date
  changedAt: Date
  requestId: string | null
}

/** One change that was made. */
export type Edit = {
  actorId: string
  actorName?: string | undefined
  change: string
  fromRevision: number
  toRevision: number
  at: Date
  requestId?: string | undefined
}

const COLUMNS = [
  'actor_id as actorId',
  'actor_name as actorName',
  'changes',
  'from_revision as fromRevision',
  'to_revision as toRevision',
  'began_at as beganAt',
  'changed_at as changedAt',
  'request_id as requestId',
] as const

export type EditingSessions = ReturnType<typeof createEditingSessions>

/** The editing sessions of a location's drafts. */
export const createEditingSessions = ({ db }: { db: Database }) => ({
  /** Adds to the person's open session if its last change is not older than `since`. False when there is none. */
  async extend(
    locationId: string,
    workflowId: string,
    { actorId, change, fromRevision, toRevision, at, requestId, since }: Edit & { since: Date },
    on: Tx,
  ): Promise<boolean> {
    const { numUpdatedRows } = await on
      .updateTable('editing_sessions')
      .set({
        changes: sql`jsonb_set(changes, array[${change}::text], to_jsonb(coalesce((changes->>${change})::integer, 0) + 1))`,
        to_revision: toRevision,
        changed_at: at,
        request_id: requestId ?? null,
      })
      .where('location_id', '=', locationId)
      .where('workflow_id', '=', workflowId)
      .where('actor_id', '=', actorId)
      // Only consecutive changes: what someone else changed in between is not theirs.
      .where('to_revision', '=', fromRevision)
      .where('changed_at', '>=', since)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  async open(locationId: string, workflowId: string, edit: Edit, on: Tx): Promise<void> {
    await on
      .insertInto('editing_sessions')
      .values({
        location_id: locationId,
        workflow_id: workflowId,
        actor_id: edit.actorId,
        actor_name: edit.actorName ?? null,
        changes: JSON.stringify({ [edit.change]: 1 }),
        from_revision: edit.fromRevision,
        to_revision: edit.toRevision,
        began_at: edit.at,
        changed_at: edit.at,
        request_id: edit.requestId ?? null,
      })
      .execute()
  },

  /** Closes and returns the open session, if its last change is older than `before` (when given). */
  take: (
    locationId: string,
    workflowId: string,
    { before, on }: { before?: Date; on: Queryable },
  ): Promise<EditingSession | undefined> =>
    on
      .deleteFrom('editing_sessions')
      .where('location_id', '=', locationId)
      .where('workflow_id', '=', workflowId)
      .$if(before !== undefined, (query) => query.where('changed_at', '<', before!))
      .returning(COLUMNS)
      .executeTakeFirst(),

  /** Of any tenant: sessions without a change since `before`, the oldest first. */
  async idle(before: Date, limit: number): Promise<{ locationId: string; workflowId: string }[]> {
    return await db.kysely
      .selectFrom('editing_sessions')
      .select(['location_id as locationId', 'workflow_id as workflowId'])
      .where('changed_at', '<', before)
      .orderBy('changed_at')
      .limit(limit)
      .execute()
  },
})
