// A location's settings for checks, its last nightly check, and the result of its sample test.

import { sql } from 'kysely'
import type { Database, Queryable } from './db.ts'

export type SampleTest = {
  at: string
  /** Identifies what was enabled at the time; a different value now means that the test is outdated. */
  of: string
  faults: { workflow: string; trigger: string; code: string; detail: string | null }[]
}

export type NightlyLocation = { locationId: string; timeZone: string | null; lastOn: string | null }

export type IntegritySettings = ReturnType<typeof createIntegritySettings>

/** Check settings of a location. */
export const createIntegritySettings = ({ db }: { db: Database }) => ({
  async read(locationId: string): Promise<{ isNightly: boolean; sampleTest: SampleTest | null }> {
    const row = await db.kysely
      .selectFrom('integrity_settings')
      .select(['is_nightly', 'sample_test'])
      .where('location_id', '=', locationId)
      .executeTakeFirst()
    return { isNightly: row?.is_nightly ?? false, sampleTest: (row?.sample_test ?? null) as SampleTest | null }
  },

  async setNightly(locationId: string, isNightly: boolean, on: Queryable): Promise<void> {
    await on
      .insertInto('integrity_settings')
      .values({ location_id: locationId, is_nightly: isNightly })
      .onConflict((conflict) => conflict.column('location_id').doUpdateSet({ is_nightly: isNightly }))
      .execute()
  },

  async keepSampleTest(locationId: string, test: SampleTest, on: Queryable): Promise<void> {
    const sample_test = JSON.stringify(test)
    await on
      .insertInto('integrity_settings')
      .values({ location_id: locationId, sample_test })
      .onConflict((conflict) => conflict.column('location_id').doUpdateSet({ sample_test }))
      .execute()
  },

  /** Active locations that want one, page by page: those after `after`, by id. For the worker, which looks after all tenants. */
  async nightlyLocations(after: string, limit: number): Promise<NightlyLocation[]> {
    return await db.kysely
      .selectFrom('integrity_settings as s')
      .innerJoin('installations as i', 'i.tenant_id', 's.location_id')
      .select(['s.location_id as locationId', 'i.time_zone as timeZone', 's.nightly_on as lastOn'])
      .where('s.is_nightly', '=', true)
      .where('i.status', '=', 'active')
      .where('s.location_id', '>', after)
      .orderBy('s.location_id')
      .limit(limit)
      .execute()
  },

  /** False when another process has already claimed that night. */
  async takeNight(locationId: string, day: string, on: Queryable): Promise<boolean> {
    const { numUpdatedRows } = await on
      .updateTable('integrity_settings')
      .where('location_id', '=', locationId)
      .where('is_nightly', '=', true)
      .where((by) => by.or([by('nightly_on', 'is', null), by('nightly_on', '<', sql<string>`${day}::date`)]))
      .set({ nightly_on: day })
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },
})
