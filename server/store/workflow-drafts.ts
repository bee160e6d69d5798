// Drafts and versions of custom workflows. Drafts are saved through draft-states.ts and published through workflows.ts.
// Does not know what a document means.

import type { Database, Queryable, Tx } from './db.ts'

export type DraftRow = {
  id: string
  templateId: string | null
  name: string
  enabled: boolean
  options: Record<string, unknown>
  /** Null while the draft equals the published version. */
  draft: unknown
  /** Counts saved drafts. */
  revision: number
  published: unknown
  publishedVersion: number
  createdAt: Date
  updatedAt: Date
}

export type VersionRow = { version: number; publishedBy: string | null; publishedAt: Date }

const COLUMNS = [
  'id',
  'template_id as templateId',
  'name',
  'enabled',
  'options',
  'draft',
  'draft_revision as revision',
  'published',
  'published_version as publishedVersion',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const

export type WorkflowDrafts = ReturnType<typeof createWorkflowDrafts>

/** Drafts of a location's workflows. */
export const createWorkflowDrafts = ({ db }: { db: Database }) => ({
  /** Those that were made by people, the latest change first. */
  list: (locationId: string): Promise<DraftRow[]> =>
    db.kysely
      .selectFrom('workflows')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .where('template_id', 'is', null)
      .orderBy('updated_at', 'desc')
      .orderBy('id')
      .execute(),

  /** Undefined also for a workflow that ships with the app. */
  get: (locationId: string, id: string, on: Queryable = db.kysely): Promise<DraftRow | undefined> =>
    on
      .selectFrom('workflows')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .where('id', '=', id)
      .where('template_id', 'is', null)
      .executeTakeFirst(),

  /** A new one, switched off, with a draft and nothing published. */
  async create(
    locationId: string,
    { id, name, draft, options }: { id: string; name: string; draft: unknown; options: Record<string, unknown> },
    on: Tx,
  ): Promise<void> {
    await on
      .insertInto('workflows')
      .values({
        location_id: locationId,
        id,
        template_id: null,
        name,
        options: JSON.stringify(options),
        draft: JSON.stringify(draft),
        draft_revision: 1,
      })
      .execute()
  },

  /** What was published, the latest first. */
  versions: (locationId: string, id: string): Promise<VersionRow[]> =>
    db.kysely
      .selectFrom('workflow_versions')
      .select(['version', 'published_by as publishedBy', 'published_at as publishedAt'])
      .where('location_id', '=', locationId)
      .where('workflow_id', '=', id)
      .orderBy('version', 'desc')
      .limit(200)
      .execute(),

  /** Removes a workflow with its versions and draft states; past runs stay. False when there is none. */
  async remove(locationId: string, id: string, on: Tx): Promise<boolean> {
    const { numDeletedRows } = await on
      .deleteFrom('workflows')
      .where('location_id', '=', locationId)
      .where('id', '=', id)
      .where('template_id', 'is', null)
      .executeTakeFirst()
    if (numDeletedRows === 0n) return false
    for (const table of ['workflow_versions', 'draft_states', 'folded_branches'] as const) {
      await on.deleteFrom(table).where('location_id', '=', locationId).where('workflow_id', '=', id).execute()
    }
    return true
  },
})
