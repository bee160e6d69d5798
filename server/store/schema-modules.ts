// Row types of the table of migrations/0012-builder.sql. No logic.

import type { ColumnType, Generated } from 'kysely'

export type ModulesSchema = {
  builder_subscriptions: {
    location_id: string
    id: string
    trigger_key: string
    target_path: string
    filters: ColumnType<unknown[], string, string>
    crm_workflow_id: string | null
    version: string | null
    status: Generated<'active' | 'stale'>
    last_fired_at: Date | null
    created_at: Date
    updated_at: Date
  }
}
