// Row types of the tables of migrations/0015-schedules-and-incoming-webhooks.sql. No logic.

import type { ColumnType, Generated } from 'kysely'

type NullableJson = ColumnType<unknown | null, string | null | undefined, string | null>

export type TriggersSchema = {
  schedule_marks: {
    location_id: string
    workflow_id: string
    version: number
    told_until: Date
  }
  incoming_webhooks: {
    location_id: string
    id: string
    name: string
    token_hash: Buffer
    token_start: string
    previous_token_hash: Buffer | null
    previous_token_expires_at: Date | null
    signing_secret: Buffer | null
    status: Generated<'active' | 'disabled'>
    created_by: string | null
    created_at: Date
    rotated_at: Date | null
    received_at: Date | null
    refused_at: Date | null
    refused_code: string | null
    sample: NullableJson
  }
}
