// An installation outside the store, and its conversion from and to the table's row.

import type { Selectable } from 'kysely'
import type { InstallationStatus, Schema } from './schema.ts'

export type InstallationKind = 'location' | 'company'

export type Installation = {
  /** The location's id, or the company's when `kind` is `company`. */
  tenantId: string
  kind: InstallationKind
  companyId: string | null
  status: InstallationStatus
  /** Error code that says why, null when active. */
  statusCode: string | null
  userId: string | null
  appVersionId: string | null
  planId: string | null
  name: string | null
  timeZone: string | null
  whiteLabelDomain: string | null
  /** Of its admins, as they opened the settings last; null before. */
  language: 'en' | 'es' | null
  /** Of a company: it installs for its locations. Of a location: its token came from the company's. */
  isBulk: boolean
  installToFuture: boolean
  scopes: string[]
  hasRefreshToken: boolean
  accessExpiresAt: Date | null
  /** Counts stored token pairs. */
  tokenVersion: number
  refreshedAt: Date | null
  refreshFailures: number
  refreshFailedAt: Date | null
  refreshError: string | null
  /** When the newest code exchange began whose tokens were kept. */
  exchangedAt: Date | null
  installedAt: Date | null
  uninstalledAt: Date | null
  createdAt: Date
}

type Changeable =
  | 'companyId'
  | 'status'
  | 'statusCode'
  | 'userId'
  | 'appVersionId'
  | 'planId'
  | 'name'
  | 'timeZone'
  | 'whiteLabelDomain'
  | 'language'
  | 'isBulk'
  | 'installToFuture'
  | 'exchangedAt'
  | 'installedAt'
  | 'uninstalledAt'

/** Everything but tokens and their bookkeeping. Absent and undefined members stay as they are. */
export type InstallationChange = { [Key in Changeable]?: Installation[Key] | undefined }

type Row = Selectable<Schema['installations']>

/** Columns of the members that are there. */
export const toColumns = (change: InstallationChange) => {
  const columns = {
    company_id: change.companyId,
    status: change.status,
    status_code: change.statusCode,
    user_id: change.userId,
    app_version_id: change.appVersionId,
    plan_id: change.planId,
    name: change.name,
    time_zone: change.timeZone,
    white_label_domain: change.whiteLabelDomain,
    language: change.language,
    is_bulk: change.isBulk,
    install_to_future: change.installToFuture,
    exchanged_at: change.exchangedAt,
    installed_at: change.installedAt,
    uninstalled_at: change.uninstalledAt,
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}

/** Converts a row of the table. */
export const fromRow = (row: Row): Installation => ({
  tenantId: row.tenant_id,
  kind: row.kind,
  companyId: row.company_id,
  status: row.status,
  statusCode: row.status_code,
  userId: row.user_id,
  appVersionId: row.app_version_id,
  planId: row.plan_id,
  name: row.name,
  timeZone: row.time_zone,
  whiteLabelDomain: row.white_label_domain,
  language: row.language,
  isBulk: row.is_bulk,
  installToFuture: row.install_to_future,
  scopes: row.scopes,
  hasRefreshToken: row.refresh_token !== null,
  accessExpiresAt: row.access_expires_at,
  tokenVersion: row.token_version,
  refreshedAt: row.refreshed_at,
  refreshFailures: row.refresh_failures,
  refreshFailedAt: row.refresh_failed_at,
  refreshError: row.refresh_error,
  exchangedAt: row.exchanged_at,
  installedAt: row.installed_at,
  uninstalledAt: row.uninstalled_at,
  createdAt: row.created_at,
})
