// Workflows of a location: draft, published version, and all earlier versions. Does not know what a document means
// (server/workflows/document.ts does).

import { sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'

/** Called with the location's id whenever its running workflows may have changed. */
export const WORKFLOWS_CHANNEL = 'rankr_workflows'

/** A built-in workflow of a location whose document was made of an older version of it. */
export type OutdatedWorkflow = { locationId: string; id: string; templateId: string; templateVersion: number | null }

export type WorkflowRow = {
  id: string
  templateId: string | null
  name: string
  enabled: boolean
  options: Record<string, unknown>
  published: unknown
  publishedVersion: number
  updatedAt: Date
}

const COLUMNS = [
  'id',
  'template_id as templateId',
  'name',
  'enabled',
  'options',
  'published',
  'published_version as publishedVersion',
  'updated_at as updatedAt',
] as const

const announce = (locationId: string, on: Queryable) =>
  sql`select pg_notify(${WORKFLOWS_CHANNEL}, ${locationId})`.execute(on)

export type Workflows = ReturnType<typeof createWorkflows>

/** The workflows of a location. */
export const createWorkflows = ({ db }: { db: Database }) => ({
  list: (locationId: string, on: Queryable = db.kysely): Promise<WorkflowRow[]> =>
    on
      .selectFrom('workflows')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),

  /** Those that are switched on and have something published. */
  enabled: (locationId: string): Promise<WorkflowRow[]> =>
    db.kysely
      .selectFrom('workflows')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .where('enabled', '=', true)
      .where('published_version', '>', 0)
      .orderBy('created_at')
      .orderBy('id')
      .execute(),

  /** The ids of those, without their documents. */
  async enabledIds(locationId: string): Promise<string[]> {
    const rows = await db.kysely
      .selectFrom('workflows')
      .select('id')
      .where('location_id', '=', locationId)
      .where('enabled', '=', true)
      .where('published_version', '>', 0)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(({ id }) => id)
  },

  get: (locationId: string, id: string, on: Queryable = db.kysely): Promise<WorkflowRow | undefined> =>
    on
      .selectFrom('workflows')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .where('id', '=', id)
      .executeTakeFirst(),

  /** The document of one version; undefined when it never was. */
  async version(locationId: string, id: string, version: number): Promise<unknown> {
    const row = await db.kysely
      .selectFrom('workflow_versions')
      .select('document')
      .where('location_id', '=', locationId)
      .where('workflow_id', '=', id)
      .where('version', '=', version)
      .executeTakeFirst()
    return row?.document
  },

  /**
   * Publishes a document as the workflow's next version and creates the workflow if it is new. A document equal to the published one
   * creates no version. Returns the current version.
   */
  async publish(
    locationId: string,
    workflow: {
      id: string
      name: string
      templateId?: string
      templateVersion?: number
      document: unknown
      publishedBy?: string
    },
    tx: Tx,
  ): Promise<number> {
    const { id, name, templateId = null, templateVersion = null, publishedBy = null } = workflow
    const document = JSON.stringify(workflow.document)
    const row = await tx
      .insertInto('workflows')
      .values({
        location_id: locationId,
        id,
        template_id: templateId,
        template_version: templateVersion,
        name,
        options: '{}',
        published: document,
        published_version: 1,
      })
      .onConflict((conflict) =>
        conflict.columns(['location_id', 'id']).doUpdateSet({
          name,
          template_version: templateVersion,
          published: sql`excluded.published`,
          published_version: sql`workflows.published_version
            + case when workflows.published is distinct from excluded.published then 1 else 0 end`,
          updated_at: sql`now()`,
        }),
      )
      .returning('published_version')
      .executeTakeFirstOrThrow()
    await tx
      .insertInto('workflow_versions')
      .values({
        location_id: locationId,
        workflow_id: id,
        version: row.published_version,
        document,
        published_by: publishedBy,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await announce(locationId, tx)
    return row.published_version
  },

  /**
   * Built-in workflows of all locations that were built from an older version than these; workflows edited by users are left out.
   * For the worker.
   */
  async outdated(versions: { id: string; version: number }[], limit: number): Promise<OutdatedWorkflow[]> {
    const { rows } =
      await sql<OutdatedWorkflow>`select w.location_id as "locationId", w.id, w.template_id as "templateId",
        w.template_version as "templateVersion" from workflows w
      join json_to_recordset(${JSON.stringify(versions)}::json) as t (id text, version int) on t.id = w.template_id
      where coalesce(w.template_version, 0) < t.version and w.draft is null and w.published_version > 0
      order by w.location_id, w.id limit ${limit}`.execute(db.kysely)
    return rows
  },

  /** Switches on or off, or changes options (all of them). Undefined when the location has no such workflow. */
  async change(
    locationId: string,
    id: string,
    { enabled, options }: { enabled?: boolean; options?: Record<string, unknown> },
    tx: Tx,
  ): Promise<WorkflowRow | undefined> {
    const row = await tx
      .updateTable('workflows')
      .set({
        updated_at: sql`now()`,
        ...(enabled === undefined ? {} : { enabled }),
        ...(options === undefined ? {} : { options: JSON.stringify(options) }),
      })
      .where('location_id', '=', locationId)
      .where('id', '=', id)
      .returning(COLUMNS)
      .executeTakeFirst()
    await announce(locationId, tx)
    return row
  },
})
