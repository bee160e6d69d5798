// Row types of the tables of migrations/0009-backfills.sql and 0024-backfill-held.sql. No logic.

import type { ColumnType, Generated } from 'kysely'

export type BackfillKind = 'customers' | 'orders' | 'invoices' | 'issues'

export type BackfillsSchema = {
  backfills: {
    location_id: string
    id: string
    status: 'running' | 'stopped' | 'done'
    started_by: string | null
    started_at: Date
    finished_at: Date | null
    wait_code: string | null
    wait_until: Date | null
    failures: Generated<number>
    samples: ColumnType<unknown, string | undefined, string>
  }
  backfill_parts: {
    location_id: string
    backfill_id: string
    kind: BackfillKind
    position: number
    cursor: string | null
    read_at: Date | null
    total: number | null
    read: Generated<number>
    done: Generated<number>
    skipped: Generated<number>
    failed: Generated<number>
    surveyed_at: Date | null
    survey_cursor: string | null
    survey_began_at: Date | null
  }
  backfill_held: { location_id: string; backfill_id: string; kind: BackfillKind; marker: string; crm_id: string }
  backfill_events: { location_id: string; backfill_id: string; event_id: string; kind: BackfillKind }
}
