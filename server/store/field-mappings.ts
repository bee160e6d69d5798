// A location's field mappings, by built-in workflow, with all versions. Does not know what a mapping means.

import { sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'
import { WORKFLOWS_CHANNEL } from './workflows.ts'

export type MappingRow = {
  templateId: string
  version: number
  mapping: unknown
  savedBy: string | null
  savedAt: Date
}

const COLUMNS = [
  'template_id as templateId',
  'version',
  'mapping',
  'saved_by as savedBy',
  'saved_at as savedAt',
] as const

export type FieldMappings = ReturnType<typeof createFieldMappings>

/** The field mappings of a location. */
export const createFieldMappings = ({ db, now }: { db: Database; now: () => Date }) => ({
  /** The current version of each template. */
  current: (locationId: string): Promise<MappingRow[]> =>
    db.kysely
      .selectFrom('field_mappings')
      .select(COLUMNS)
      .distinctOn('template_id')
      .where('location_id', '=', locationId)
      .orderBy('template_id')
      .orderBy('version', 'desc')
      .execute(),

  /** One version; the current one when none is given. */
  get: (
    locationId: string,
    templateId: string,
    { version, on = db.kysely }: { version?: number; on?: Queryable } = {},
  ): Promise<MappingRow | undefined> => {
    const query = on
      .selectFrom('field_mappings')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .where('template_id', '=', templateId)
    return (version === undefined ? query : query.where('version', '=', version))
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst()
  },

  /** The latest first. */
  versions: (locationId: string, templateId: string): Promise<MappingRow[]> =>
    db.kysely
      .selectFrom('field_mappings')
      .select(COLUMNS)
      .where('location_id', '=', locationId)
      .where('template_id', '=', templateId)
      .orderBy('version', 'desc')
      .limit(100)
      .execute(),

  /** Saves the next version after `version`; false when someone has saved since. */
  async save(
    locationId: string,
    templateId: string,
    { mapping, version, by, on }: { mapping: unknown; version: number; by: string; on: Tx },
  ): Promise<boolean> {
    const text = JSON.stringify(mapping)
    const { numAffectedRows = 0n } = await sql`
      insert into field_mappings (location_id, template_id, version, mapping, saved_by, saved_at)
      select ${locationId}, ${templateId}, ${version}::integer + 1, ${text}::jsonb, ${by}, ${now()}
      where ${version} = (
        select coalesce(max(version), 0) from field_mappings
        where location_id = ${locationId} and template_id = ${templateId})
      on conflict do nothing`.execute(on)
    if (numAffectedRows === 0n) return false
    await sql`select pg_notify(${WORKFLOWS_CHANNEL}, ${locationId})`.execute(on)
    return true
  },
})
