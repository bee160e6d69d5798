// Row types of the tables of migrations/0013-integrity.sql. No logic.

import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely'

// biome-ignore lint/suspicious/noExplicitAny: what a JSON column holds is typed where it is read
type Json = JSONColumnType<any>
type JsonWithDefault = ColumnType<unknown, string | undefined, string>

export type IntegritySchema = {
  integrity_checks: {
    location_id: string
    id: string
    status: 'running' | 'stopped' | 'done' | 'failed'
    code: string | null
    kinds: string[]
    place: JsonWithDefault
    turn: Generated<number>
    counts: JsonWithDefault
    differences: JsonWithDefault
    failures: Generated<number>
    waits_until: Date | null
    is_nightly: Generated<boolean>
    started_by: string | null
    started_at: Date
    resumed_at: Date
    read_before: Generated<number>
    finished_at: Date | null
    repair_status: 'running' | 'stopped' | 'done' | null
    repair_place: Generated<number>
    repair_total: Generated<number>
    repair_done: Generated<number>
    repair_by: string | null
  }
  integrity_findings: {
    location_id: string
    id: string
    check_id: string
    n: GeneratedAlways<number>
    kind: string
    type: string
    rankr_id: string | null
    crm_id: string | null
    label: string | null
    fields: Json
    repair: string | null
    code: string | null
    fingerprint: Buffer
    state: 'candidate' | 'open' | 'sent' | 'settled' | 'accepted'
    event_id: string | null
    settled_by: string | null
    settled_at: Date | null
  }
  integrity_seen: {
    location_id: string
    check_id: string
    kind: string
    side: 'rankr' | 'crm'
    id: string
    marker: string | null
    record: ColumnType<unknown, string | null, string | null>
  }
  integrity_accepted: { location_id: string; fingerprint: Buffer; accepted_by: string; accepted_at: Date }
  integrity_settings: {
    location_id: string
    is_nightly: Generated<boolean>
    nightly_on: string | null
    sample_test: ColumnType<unknown, string | null | undefined, string | null>
  }
}
