// Key-value settings of a location that belong to no other table. The reader of a setting validates it.

import { sql } from 'kysely'
import type { Database, Queryable } from './db.ts'

/** Settings of a location; absent members were never set. */
export type LocationSettings = {
  /** The list of first steps on the overview was put away. */
  isGuideHidden?: boolean
  /** CRM events that no workflow wants are stored and listed, too. */
  keepsUnwanted?: boolean
}

export type Settings = ReturnType<typeof createSettings>

/** Settings of a location. */
export const createSettings = ({ db }: { db: Database }) => ({
  read: async (locationId: string, on: Queryable = db.kysely): Promise<LocationSettings> => {
    const row = await on
      .selectFrom('location_settings')
      .select('settings')
      .where('location_id', '=', locationId)
      .executeTakeFirst()
    return row?.settings ?? {}
  },

  /** Sets the members that are there and keeps the others, also those a newer version may have written. */
  change: async (locationId: string, changes: LocationSettings, on: Queryable = db.kysely): Promise<void> => {
    const settings = JSON.stringify(changes)
    await on
      .insertInto('location_settings')
      .values({ location_id: locationId, settings })
      .onConflict((conflict) =>
        conflict.column('location_id').doUpdateSet({
          settings: sql`location_settings.settings || excluded.settings`,
          updated_at: sql`now()`,
        }),
      )
      .execute()
  },
})
