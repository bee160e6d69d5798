// The link between a Rankr invoice and a CRM invoice, and audit entries about it. Pure.

import type { AuditEntry } from '../../store/audit.ts'
import type { Link } from '../../store/links.ts'
import type { LinkWrite } from '../../store/progress.ts'
import type { ActionContext } from '../action.ts'
import { audited } from '../audited.ts'
import type { InvoiceLinkData } from './invoice-state.ts'

/** `data` is merged into what is stored. */
export const invoiceLink = (
  rankrId: string,
  invoiceId: string,
  { data = {}, ...more }: Partial<Omit<LinkWrite, 'data'>> & { data?: InvoiceLinkData } = {},
): LinkWrite => ({ kind: 'invoice', rankrId, crmId: invoiceId, state: 'linked', data, ...more })

/** The link's data; empty without a link. */
export const dataOf = (link: Link | undefined): InvoiceLinkData => (link?.data ?? {}) as InvoiceLinkData

type Audited = { rankrId: string; invoiceId: string } & Record<string, unknown>

/** An audit entry about an invoice. */
export const invoiceAudit = (
  action: string,
  { invoiceId, ...details }: Audited,
  context: ActionContext,
): AuditEntry => ({ ...audited(action, invoiceId, context, details), subject: { type: 'invoice', id: invoiceId } })

/** The lock key of an invoice; equals its events' record key. */
export const invoiceRecord = (rankrId: string): string => `invoice:${rankrId}`
