// The branches of a workflow that a person has collapsed.

import type { Database } from './db.ts'

type Of = { workflowId: string; userId: string }

export type FoldedBranches = ReturnType<typeof createFoldedBranches>

/** Collapsed branches by user and workflow. */
export const createFoldedBranches = ({ db }: { db: Database }) => ({
  /** Ids of the steps whose branches are folded. */
  async read(locationId: string, { workflowId, userId }: Of): Promise<string[]> {
    const row = await db.kysely
      .selectFrom('folded_branches')
      .select('steps')
      .where('location_id', '=', locationId)
      .where('workflow_id', '=', workflowId)
      .where('user_id', '=', userId)
      .executeTakeFirst()
    return row?.steps ?? []
  },

  async write(locationId: string, { workflowId, userId }: Of, steps: readonly string[]): Promise<void> {
    const row = { location_id: locationId, workflow_id: workflowId, user_id: userId, steps: [...steps] }
    await db.kysely
      .insertInto('folded_branches')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['location_id', 'workflow_id', 'user_id']).doUpdateSet({ steps: row.steps }),
      )
      .execute()
  },
})
