// The interfaces this folder needs, so that it depends on neither the relay nor the audit's storage.

import type { AuditEntry } from '../store/audit.ts'
import type { Tx } from '../store/db.ts'

export type Audit = {
  /** In the transaction of the change, when given. */
  record(locationId: string, entry: AuditEntry, tx?: Tx): Promise<unknown>
}

/** Notified after a change of an installation's state is committed. */
export type InstallationListener = {
  /** The token works (again): paused work may continue. */
  onRecovered(tenantId: string): Promise<void>
  /** Nothing works until somebody acts; `code` is the reason. */
  onNeedsPerson(tenantId: string, code: 'reconnect_needed' | 'crm_suspended'): Promise<void>
  /** Uninstalled. */
  onEnded(tenantId: string): Promise<void>
}
