// Deletes all data of one tenant. The installation remains as a bare row, so that a late webhook does not revive it.

import { sql } from 'kysely'
import type { Database, Queryable } from './db.ts'

/** Every table with tenant data, referenced tables last. A test compares the list with the schema. */
export const ERASED_TABLES = [
  'connections',
  'pending_connections',
  'webhook_endpoints',
  'builder_subscriptions',
  'support_desks',
  'routes',
  'replays',
  'backfill_events',
  'backfill_held',
  'backfill_parts',
  'backfills',
  'integrity_findings',
  'integrity_seen',
  'integrity_checks',
  'integrity_accepted',
  'integrity_settings',
  'location_settings',
  'dead_letters',
  'parked_events',
  'events',
  'mailboxes',
  'effects',
  'runs',
  'waiting_runs',
  'field_mappings',
  'schedule_marks',
  'incoming_webhooks',
  'links',
  'revenue',
  'record_holds',
  'workflow_versions',
  'draft_states',
  'editing_sessions',
  'folded_branches',
  'workflows',
  'rate_budgets',
  'dropped_events',
  'api_usage',
  'api_answers',
  'api_rate_windows',
  'api_keys',
  'client_keys',
  'client_assertions',
  'revoked_tokens',
  'oauth_refresh_tokens',
  'oauth_codes',
  'oauth_grants',
  'clients',
  'audit',
  'audit_heads',
] as const

/** Rows removed, by table; tables without any are left out. */
export type Erased = Record<string, number>

export type Erasure = ReturnType<typeof createErasure>

/** Deletes a tenant's data; returns the number of rows removed by table. */
export const createErasure = ({ db }: { db: Database }) => ({
  /** In the transaction that is given, or one of its own. */
  erase: (tenantId: string, tx?: Queryable): Promise<Erased> =>
    tx ? eraseIn(tx, tenantId) : db.transaction((own) => eraseIn(own, tenantId)),
})

const eraseIn = async (on: Queryable, tenantId: string): Promise<Erased> => {
  const erased: Erased = {}
  const note = (table: string, count: bigint | undefined): void => {
    if (count) erased[table] = Number(count)
  }
  // Found by their runs: attempts have no index by tenant.
  const attempts = await sql`delete from attempts where run_id in (select id from runs where location_id = ${tenantId})
    and location_id = ${tenantId}`.execute(on)
  note('attempts', attempts.numAffectedRows)
  for (const table of ERASED_TABLES) {
    const result = await sql`delete from ${sql.table(table)} where location_id = ${tenantId}`.execute(on)
    note(table, result.numAffectedRows)
  }
  // Another location's route to this one now leads nowhere.
  await sql`update routes set status = 'ended', ended_by = ${tenantId}, ended_at = now()
    where to_location_id = ${tenantId} and status <> 'ended'`.execute(on)
  await sql`update installations set status = 'uninstalled', status_code = null, user_id = null, name = null, time_zone = null,
    white_label_domain = null, language = null, scopes = '{}', access_token = null, refresh_token = null, access_expires_at = null,
    refresh_error = null, uninstalled_at = greatest(uninstalled_at, installed_at, refreshed_at), updated_at = now()
    where tenant_id = ${tenantId}`.execute(on)
  return erased
}
