// Undo and redo of drafts: every save keeps the state before it. Does not know what a document means.

import { sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'

export type Direction = 'undo' | 'redo'

/** Maximum number of stored states; the oldest is deleted first. */
const MOST_STATES = 50

type At = { locationId: string; id: string; revision: number }

/** Locks and returns the draft if it is still at `revision`; all other changes depend on this row. */
const left = ({ locationId, id, revision }: At) => sql`
  select draft_revision as revision, coalesce(draft, published) as document from workflows
  where location_id = ${locationId} and id = ${id} and template_id is null and draft_revision = ${revision}
  for update`

const revisionOf = (rows: { revision: number }[]): number | undefined => rows[0]?.revision

export type DraftStates = ReturnType<typeof createDraftStates>

/** The draft states of a location's workflows. */
export const createDraftStates = ({ db }: { db: Database }) => ({
  /**
   * Saves the next state of a draft; undone states can no longer be redone. Returns the new revision; undefined when someone has
   * saved since `revision`, or there is no such workflow.
   */
  async save(
    locationId: string,
    id: string,
    { draft, name, revision, on = db.kysely }: { draft: unknown; name: string; revision: number; on?: Queryable },
  ): Promise<number | undefined> {
    const { rows } = await sql<{ revision: number }>`
      with before as (${left({ locationId, id, revision })}),
      surplus as (
        select kind, revision from draft_states where location_id = ${locationId} and workflow_id = ${id} and kind = 'undo'
        order by revision desc offset ${MOST_STATES - 1}
      ),
      gone as (
        delete from draft_states using before where location_id = ${locationId} and workflow_id = ${id}
          and (kind = 'redo' or (kind, draft_states.revision) in (select kind, revision from surplus))
      ),
      kept as (
        insert into draft_states (location_id, workflow_id, kind, revision, document)
        select ${locationId}, ${id}, 'undo', revision, document from before where document is not null
      )
      update workflows set draft = ${JSON.stringify(draft)}, name = ${name}, draft_revision = draft_revision + 1,
        updated_at = now()
      from before where location_id = ${locationId} and id = ${id}
      returning draft_revision as revision`.execute(on)
    return revisionOf(rows)
  },

  /** Goes to the adjacent state in that direction. Undefined like `save`, and when there is none. */
  async go(
    locationId: string,
    id: string,
    { direction, revision, on }: { direction: Direction; revision: number; on: Tx },
  ): Promise<number | undefined> {
    const back: Direction = direction === 'undo' ? 'redo' : 'undo'
    const { rows } = await sql<{ revision: number }>`
      with before as (${left({ locationId, id, revision })}),
      target as (
        select draft_states.revision, draft_states.document from draft_states, before
        where location_id = ${locationId} and workflow_id = ${id} and kind = ${direction}
        order by draft_states.revision desc limit 1
      ),
      taken as (
        delete from draft_states using target where location_id = ${locationId} and workflow_id = ${id}
          and kind = ${direction} and draft_states.revision = target.revision
      ),
      kept as (
        insert into draft_states (location_id, workflow_id, kind, revision, document)
        select ${locationId}, ${id}, ${back}, before.revision, before.document from before, target
      )
      update workflows set draft = target.document, name = target.document->>'name',
        draft_revision = draft_revision + 1, updated_at = now()
      from target where location_id = ${locationId} and id = ${id}
      returning draft_revision as revision`.execute(on)
    return revisionOf(rows)
  },

  /** The draft as it was in a revision; undefined for the one that is, and when it is not kept. */
  async document(locationId: string, id: string, revision: number): Promise<unknown> {
    const row = await db.kysely
      .selectFrom('draft_states')
      .select('document')
      .where('location_id', '=', locationId)
      .where('workflow_id', '=', id)
      .where('revision', '=', revision)
      .executeTakeFirst()
    return row?.document
  },

  /** How many states there are in each direction. */
  async count(locationId: string, id: string): Promise<Record<Direction, number>> {
    const rows = await db.kysely
      .selectFrom('draft_states')
      .select(['kind', ({ fn }) => fn.countAll<number>().as('count')])
      .where('location_id', '=', locationId)
      .where('workflow_id', '=', id)
      .groupBy('kind')
      .execute()
    const of = (direction: Direction): number => rows.find(({ kind }) => kind === direction)?.count ?? 0
    return { undo: of('undo'), redo: of('redo') }
  },
})
