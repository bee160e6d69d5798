// What this folder needs from others, as small shapes: it knows neither the relay nor how the audit is kept.

import type { AuditEntry } from '../store/audit.ts'
import type { Tx } from '../store/db.ts'

export type Audit = {
  /** In the transaction of the change when one is given, so that both are kept or neither. */
  record(locationId: string, entry: AuditEntry, tx?: Tx): Promise<unknown>
}

/** Who is told when the state of an installation changes. Called after the change is committed. */
export type InstallationListener = {
  /** Its token works (again): what was paused may go on. */
  onRecovered(tenantId: string): Promise<void>
  /** Nothing works until somebody acts; `code` says what. */
  onNeedsPerson(tenantId: string, code: 'reconnect_needed' | 'crm_suspended'): Promise<void>
  /** Uninstalled. */
  onEnded(tenantId: string): Promise<void>
}
