// Row types of the tables of migrations/0003-fan-out.sql. No logic.

import type { ColumnType, Generated, JSONColumnType } from 'kysely'

// biome-ignore lint/suspicious/noExplicitAny: what a JSON column holds is typed where it is read
type Json = JSONColumnType<Record<string, any>>
type NullableJson = ColumnType<unknown | null, string | null | undefined, string | null>

export type FanOutSchema = {
  webhook_endpoints: {
    location_id: string
    id: string
    name: string
    url: string
    event_types: string[]
    status: Generated<'active' | 'disabled'>
    disabled_code: string | null
    disabled_at: Date | null
    signing_secret: Buffer
    previous_signing_secret: Buffer | null
    previous_secret_expires_at: Date | null
    rotated_at: Date | null
    failing_since: Date | null
    failed_code: string | null
    last_delivered_at: Date | null
    created_by: string | null
    created_at: Date
  }
  routes: {
    location_id: string
    id: string
    to_location_id: string | null
    name: string
    event_types: string[]
    filter: NullableJson
    mapping: Json
    status: 'invited' | 'active' | 'ended'
    code_hash: Buffer | null
    code_expires_at: Date | null
    created_by: string | null
    created_at: Date
    accepted_by: string | null
    accepted_at: Date | null
    ended_by: string | null
    ended_at: Date | null
  }
  replays: {
    location_id: string
    id: string
    filter: Json
    per_minute: number
    status: 'running' | 'stopped' | 'done'
    total: number
    replayed: Generated<number>
    passed_over: Generated<number>
    position: NullableJson
    started_by: string | null
    started_at: Date
    finished_at: Date | null
  }
}
