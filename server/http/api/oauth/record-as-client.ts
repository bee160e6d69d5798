// Audit entries of what a client changes at the OAuth endpoints, where no row of the route table records them.

import type { RecordChange } from '../../../store/credential-change.ts'
import type { Tx } from '../../../store/db.ts'
import type { AuditRecord } from '../../perform.ts'

type RecordAudit = (locationId: string, record: AuditRecord, tx?: Tx) => Promise<unknown>

/** What `locationId`'s audit says of an `action` of a client; recorded in the transaction of the change. */
export const recordAsClient =
  (recordAudit: RecordAudit, { clientId, requestId }: { clientId: string; requestId: string }) =>
  (action: string, locationId: string): RecordChange =>
  ({ subjectType: type, subjectId: id, details = {} }, tx) =>
    recordAudit(
      locationId,
      {
        actor: { type: 'client', id: clientId },
        action,
        subject: { type, ...(id === undefined ? {} : { id }) },
        details,
        requestId,
      },
      tx,
    )
