// Row types of the tables in migrations/, for Kysely. No logic.

import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { ApiSchema } from './schema-api.ts'
import type { BackfillsSchema } from './schema-backfills.ts'
import type { EngineSchema } from './schema-engine.ts'
import type { FanOutSchema } from './schema-fan-out.ts'
import type { IntegritySchema } from './schema-integrity.ts'
import type { InvoicesSchema } from './schema-invoices.ts'
import type { ModulesSchema } from './schema-modules.ts'
import type { RevenueSchema } from './schema-revenue.ts'
import type { SupportSchema } from './schema-support.ts'
import type { TriggersSchema } from './schema-triggers.ts'

export type Lane = 'lifecycle' | 'live' | 'bulk'
export type EventSource = 'rankr' | 'crm' | 'api' | 'app' | 'schedule'
export type InstallationStatus = 'pending' | 'active' | 'needs_reconnect' | 'suspended' | 'uninstalled'
export type MailboxState = 'idle' | 'queued' | 'draining' | 'sleeping' | 'throttled' | 'paused'
export type RunStatus = 'running' | 'waiting' | 'done' | 'failed' | 'skipped' | 'dead' | 'cancelled'
export type ActorType = 'user' | 'system' | 'client' | 'crm' | 'rankr' | 'operator'

// biome-ignore lint/suspicious/noExplicitAny: what a JSON column holds is typed where it is read
type Json = JSONColumnType<Record<string, any>>
type NullableJson = ColumnType<unknown | null, string | null | undefined, string | null>

/** Tables that have their own file. */
type Others = ApiSchema &
  BackfillsSchema &
  EngineSchema &
  FanOutSchema &
  IntegritySchema &
  InvoicesSchema &
  ModulesSchema &
  RevenueSchema &
  SupportSchema &
  TriggersSchema

export type Schema = Others & {
  installations: {
    tenant_id: string
    kind: 'location' | 'company'
    company_id: string | null
    status: InstallationStatus
    status_code: string | null
    user_id: string | null
    app_version_id: string | null
    plan_id: string | null
    name: string | null
    time_zone: string | null
    white_label_domain: string | null
    language: 'en' | 'es' | null
    is_bulk: Generated<boolean>
    install_to_future: Generated<boolean>
    scopes: Generated<string[]>
    access_token: Buffer | null
    refresh_token: Buffer | null
    access_expires_at: Date | null
    token_version: Generated<number>
    refreshed_at: Date | null
    exchanged_at: Date | null
    refresh_failures: Generated<number>
    refresh_failed_at: Date | null
    refresh_error: string | null
    installed_at: Date | null
    uninstalled_at: Date | null
    created_at: Generated<Date>
    updated_at: Generated<Date>
  }
  connections: {
    id: string
    location_id: string
    name: string
    workspace_id: string | null
    status: Generated<'active' | 'disabled'>
    signing_secret: Buffer
    previous_signing_secret: Buffer | null
    previous_secret_expires_at: Date | null
    credentials: Buffer | null
    last_event_at: Date | null
    rotated_at: Date | null
    created_at: Generated<Date>
    origin: Generated<'settings' | 'install'>
  }
  pending_connections: {
    id: string
    location_id: string
    is_company: boolean
    excluded: string[]
    credentials: Buffer
    created_at: Date
    expires_at: Date
  }
  location_settings: { location_id: string; settings: Json; updated_at: Generated<Date> }
  mailboxes: {
    location_id: string
    lane: Lane
    tail: Generated<number>
    cursor: Generated<number>
    cursor_on: string | null
    waiting_since: Date | null
    state: MailboxState
    wakes: Generated<boolean>
    wake_at: Date | null
    pause_code: string | null
    is_called: Generated<boolean>
    uncertain_until: Generated<number>
    troubles: Generated<number>
    alone: Generated<number>
    suspect_seq: number | null
    suspect_tries: Generated<number>
    drain_token: string | null
    drain_node: string | null
    updated_at: Generated<Date>
  }
  events: {
    id: string
    received_on: string
    received_at: Date
    location_id: string
    lane: Lane
    seq: number
    source: EventSource
    type: string
    record_key: string
    source_event_id: string | null
    connection_id: string | null
    occurred_at: Date | null
    hops: Generated<number>
    payload: Json
  }
  parked_events: {
    location_id: string
    lane: Lane
    seq: number
    event_id: string
    received_on: string
    record_key: string
    state: 'retry' | 'behind' | 'waiting'
    attempts: Generated<number>
    next_at: Date | null
    code: string | null
    /** Ids of workflows; null for all. */
    holds: string[] | null
    /** By id of the workflow. */
    tries: Json | null
    /** Ids of workflows. */
    behind: string[] | null
    parked_at: Generated<Date>
  }
  dead_letters: {
    location_id: string
    id: string
    event_id: string
    received_on: string
    lane: Lane
    run_id: string | null
    workflow_id: string | null
    step_id: string | null
    code: string
    detail: string | null
    answer: NullableJson
    attempts: Generated<number>
    status: Generated<'open' | 'replayed' | 'discarded'>
    reason: string | null
    died_at: Date
    settled_at: Date | null
  }
  workflows: {
    location_id: string
    id: string
    template_id: string | null
    template_version: number | null
    name: string
    enabled: Generated<boolean>
    options: Json
    draft: NullableJson
    draft_revision: Generated<number>
    published: NullableJson
    published_version: Generated<number>
    created_at: Generated<Date>
    updated_at: Generated<Date>
  }
  workflow_versions: {
    location_id: string
    workflow_id: string
    version: number
    document: Json
    published_by: string | null
    published_at: Generated<Date>
  }
  runs: {
    id: string
    received_on: string
    location_id: string
    event_id: string
    workflow_id: string
    workflow_version: number
    status: RunStatus
    record_key: string
    steps: Json
    code: string | null
    detail: string | null
    started_at: Date
    finished_at: Date | null
  }
  attempts: {
    id: string
    received_on: string
    location_id: string
    event_id: string
    run_id: string
    step_id: string
    action_id: string
    number: number
    outcome: 'ok' | 'retry' | 'failed'
    code: string | null
    detail: string | null
    request: NullableJson
    response: NullableJson
    started_at: Date
    duration_ms: number
  }
  effects: {
    location_id: string
    key: string
    received_on: string
    state: 'pending' | 'done' | 'void'
    result: NullableJson
    started_at: Generated<Date>
    finished_at: Date | null
  }
  links: {
    location_id: string
    kind: string
    rankr_id: string
    crm_id: string | null
    state: Generated<'pending' | 'linked' | 'broken'>
    crm_fingerprint: Buffer | null
    rankr_fingerprint: Buffer | null
    written_at: Date | null
    data: Json
    created_at: Generated<Date>
    updated_at: Generated<Date>
  }
  audit: {
    location_id: string
    seq: number
    at: Date
    actor_type: ActorType
    actor_id: string | null
    actor_name: string | null
    action: string
    subject_type: string
    subject_id: string | null
    details: Json
    event_id: string | null
    request_id: string | null
    previous_hash: Buffer
    hash: Buffer
  }
  audit_heads: { location_id: string; seq: number; hash: Buffer }
  rate_budgets: {
    location_id: string
    window_started_at: Date
    window_used: Generated<number>
    burst_limit: number
    interval_ms: number
    day: string
    day_used: Generated<number>
    day_limit: number
    blocked_until: Date | null
    window_interactive: Generated<number>
    window_bulk: Generated<number>
    kept_interactive: number | null
    kept_live: number | null
    day_kept_interactive: Generated<number>
    updated_at: Generated<Date>
  }
  dropped_events: {
    location_id: string
    day: string
    source: string
    type: string
    reason: string
    count: Generated<number>
  }
  nodes: {
    id: string
    lock_key: number
    role: string
    host: string
    pid: number
    worker_ids: Generated<string[]>
    started_at: Generated<Date>
  }
  http_sessions: { sid: string; sess: Json; expire: Date }
}
