// Audit entries of what actions did to a contact.

import type { AuditEntry } from '../store/audit.ts'
import type { ActionContext } from './action.ts'

/** `action` as in `contact.updated`; `details` must be safe to show. */
export const audited = (
  action: string,
  contactId: string | undefined,
  { eventId }: ActionContext,
  details: Record<string, unknown> = {},
): AuditEntry => ({
  actor: { type: 'system' },
  action,
  subject: { type: 'contact', ...(contactId === undefined ? {} : { id: contactId }) },
  details,
  eventId,
})
