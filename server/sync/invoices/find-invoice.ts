// The CRM invoice an own action is about.

import { AppError } from '../../errors.ts'
import type { Link } from '../../store/links.ts'
import type { ActionCall } from '../action.ts'
import type { FindLink } from '../find-link.ts'

export type FoundInvoice = { rankrId: string; invoiceId: string; link: Link | undefined }

export type FindInvoice = (call: Pick<ActionCall, 'locationId' | 'input'>) => Promise<FoundInvoice>

/** From an earlier step, else by link. Throws `invoice_unknown`. */
export const createFindInvoice =
  ({ findLink }: { findLink: FindLink }): FindInvoice =>
  async ({ locationId, input }) => {
    const rankrId = String(input.rankrId)
    const link = await findLink(locationId, 'invoice', rankrId)
    const linked = link?.state === 'linked' ? link.crmId : undefined
    const invoiceId = typeof input.invoiceId === 'string' ? input.invoiceId : linked
    if (!invoiceId) throw new AppError('invoice_unknown', { detail: `The invoice ${rankrId} has not come over.` })
    return { rankrId, invoiceId, link: link?.crmId === invoiceId ? link : undefined }
  }
