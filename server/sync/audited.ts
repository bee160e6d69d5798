// Audit entries of what our own actions did to a contact.

import type { AuditEntry } from '../store/audit.ts'
import type { ActionContext } from './action.ts'

/** `action` as in `contact.updated`; `details` must be safe to show. */
export const audited = (action: string, contactId: string, { eventId }: ActionContext, details = {}): AuditEntry => ({
  actor: { type: 'system' },
  action,
  subject: { type: 'contact', id: contactId },
  details,
  eventId,
})
