// The records of a type that an account had before its backfill: stored page by page, looked up by record.

import type { Database } from './db.ts'
import { query } from './raw.ts'
import { DAY_MS, HOLD_KEPT_DAYS } from './record-holds.ts'
import type { BackfillKind } from './schema-backfills.ts'

export type HeldRecord = { marker: string; crmId: string }

type Part = { id: string; kind: BackfillKind }

/** As long as unreleased holds are kept, because they tell what was created since. */
const TRUSTED_MS = (HOLD_KEPT_DAYS - 1) * DAY_MS

/** The progress of a survey: not started, at a cursor, or finished. */
export type SurveyPlace = { cursor: string | null; isOver: boolean }

export type HeldPage = {
  records: HeldRecord[]
  /** Where the page began and where the next one does; null for the end. */
  cursor: string | null
  next: string | null
  /** Before the page was asked for. */
  at: Date
}

export type BackfillHeld = ReturnType<typeof createBackfillHeld>

/** The surveyed records of a running backfill. */
export const createBackfillHeld = ({ db }: { db: Database }) => ({
  async place(locationId: string, { id, kind }: Part): Promise<SurveyPlace> {
    const { rows } = await db.pool.query<SurveyPlace>(
      `select survey_cursor as cursor, surveyed_at is not null as "isOver" from backfill_parts
       where location_id = $1 and backfill_id = $2 and kind = $3`,
      [locationId, id, kind],
    )
    return rows[0] ?? { cursor: null, isOver: true }
  },

  /** Stores a page; does nothing when another process has stored it. */
  async add(locationId: string, { id, kind }: Part, { records, cursor, next, at }: HeldPage): Promise<void> {
    await db.transaction(async (tx) => {
      const moved = await query(
        tx,
        `update backfill_parts set survey_began_at = coalesce(survey_began_at, $6), survey_cursor = $5,
           surveyed_at = case when $5::text is null then coalesce(survey_began_at, $6) end
         where location_id = $1 and backfill_id = $2 and kind = $3 and surveyed_at is null
           and survey_cursor is not distinct from $4 returning kind`,
        [locationId, id, kind, cursor, next, at],
      )
      if (moved.length === 0 || records.length === 0) return
      await query(
        tx,
        `insert into backfill_held (location_id, backfill_id, kind, marker, crm_id)
         select $1, $2, $3, marker, crm_id from unnest($4::text[], $5::text[]) as r (marker, crm_id) on conflict do nothing`,
        [locationId, id, kind, records.map(({ marker }) => marker), records.map(({ crmId }) => crmId)],
      )
    })
  },

  /** Unavailable: finished, but too old to be trusted. */
  async giveUp(locationId: string, { id, kind }: Part): Promise<void> {
    await db.pool.query(
      `update backfill_parts set surveyed_at = 'epoch' where location_id = $1 and backfill_id = $2 and kind = $3
         and surveyed_at is null`,
      [locationId, id, kind],
    )
  },

  /** CRM ids by marker; undefined when no running backfill of the location has surveyed within the last days. */
  async find(
    locationId: string,
    { kind, marker, at }: { kind: BackfillKind; marker: string; at: Date },
  ): Promise<string[] | undefined> {
    const { rows } = await db.pool.query<{ ids: string[] }>({
      name: 'backfill_held.find',
      text: `select array(select crm_id from backfill_held h where h.location_id = $1 and h.backfill_id = b.id
          and h.kind = $2 and h.marker = $3 order by crm_id) as ids
        from backfills b join backfill_parts p on p.location_id = b.location_id and p.backfill_id = b.id and p.kind = $2
        where b.location_id = $1 and b.status = 'running' and p.surveyed_at >= $4`,
      values: [locationId, kind, marker, new Date(at.getTime() - TRUSTED_MS)],
    })
    return rows[0]?.ids
  },

  /** Restarts the survey. */
  async forget(locationId: string, id: string): Promise<void> {
    await db.pool.query(
      `with gone as (delete from backfill_held where location_id = $1 and backfill_id = $2)
       update backfill_parts set surveyed_at = null, survey_cursor = null, survey_began_at = null
       where location_id = $1 and backfill_id = $2`,
      [locationId, id],
    )
  },
})
