// Row types of the tables of migrations/0011-waiting-runs.sql, 0014-field-mappings.sql, 0017-draft-states.sql
// , 0020-editing-sessions.sql and 0029-folded-branches.sql. No logic.

import type { ColumnType, JSONColumnType } from 'kysely'

// biome-ignore lint/suspicious/noExplicitAny: what a JSON column holds is typed where it is read
type Json = JSONColumnType<Record<string, any>>
type NullableJson = ColumnType<unknown | null, string | null | undefined, string | null>

export type EngineSchema = {
  waiting_runs: {
    location_id: string
    run_id: string
    received_on: string
    workflow_id: string
    workflow_version: number
    step_key: string
    event: Json
    steps: Json
    wake_at: Date
    awaits_trigger: string | null
    awaits_filter: NullableJson
    created_at: Date
  }
  field_mappings: {
    location_id: string
    template_id: string
    version: number
    mapping: Json
    saved_by: string | null
    saved_at: Date
  }
  draft_states: {
    location_id: string
    workflow_id: string
    kind: 'undo' | 'redo'
    revision: number
    document: Json
  }
  folded_branches: { location_id: string; workflow_id: string; user_id: string; steps: string[] }
  editing_sessions: {
    location_id: string
    workflow_id: string
    actor_id: string
    actor_name: string | null
    changes: JSONColumnType<Record<string, number>>
    from_revision: number
    to_revision: number
    began_at: Date
    changed_at: Date
    request_id: string | null
  }
}
