// The CRM's last answer about an invoice, for the next step of the same run, which saves a call. Only for a run's first
// attempt; kept in memory for a few runs.

import type { ActionContext } from '../action.ts'
import type { CrmInvoice } from './invoice-state.ts'

const MOST = 500

export type SeenInvoices = ReturnType<typeof createSeenInvoices>

/** A small in-memory store; the oldest entry is dropped first. */
export const createSeenInvoices = () => {
  // A Map keeps insertion order.
  const seen = new Map<string, CrmInvoice>()
  const keyOf = ({ runId }: ActionContext, invoiceId: string): string => `${runId} ${invoiceId}`

  return {
    note(context: ActionContext, invoice: CrmInvoice): void {
      // An API call is one step: there is no next one.
      if (!context.isFresh || context.isDemanded) return
      seen.set(keyOf(context, invoice._id), invoice)
      if (seen.size > MOST) seen.delete(seen.keys().next().value!)
    },

    /** Once: the taker may change the invoice. */
    take(context: ActionContext, invoiceId: string): CrmInvoice | undefined {
      const key = keyOf(context, invoiceId)
      const invoice = context.isFresh ? seen.get(key) : undefined
      seen.delete(key)
      return invoice
    },
  }
}
