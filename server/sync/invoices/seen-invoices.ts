// What the last answer of the CRM about an invoice said, for the next step of the same run: reading it again would cost a
// call of the account's budget and tell the same. Only for a run's first try; kept for a few runs, in memory.

import type { ActionContext } from '../action.ts'
import type { CrmInvoice } from './invoice-state.ts'

const MOST = 500

export type SeenInvoices = ReturnType<typeof createSeenInvoices>

export const createSeenInvoices = () => {
  // A Map keeps the order of insertion: the oldest goes first.
  const seen = new Map<string, CrmInvoice>()
  const keyOf = ({ runId }: ActionContext, invoiceId: string): string => `${runId} ${invoiceId}`

  return {
    note(context: ActionContext, invoice: CrmInvoice): void {
      // A call of our API is one step: there is no next one.
      if (!context.isFresh || context.isDemanded) return
      seen.set(keyOf(context, invoice._id), invoice)
      if (seen.size > MOST) seen.delete(seen.keys().next().value!)
    },

    /** Once: whoever takes it may change the invoice. */
    take(context: ActionContext, invoiceId: string): CrmInvoice | undefined {
      const key = keyOf(context, invoiceId)
      const invoice = context.isFresh ? seen.get(key) : undefined
      seen.delete(key)
      return invoice
    },
  }
}
