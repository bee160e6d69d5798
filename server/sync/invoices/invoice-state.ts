// What is known of an invoice on either side, in one spelling: the state, and what has been paid in smallest units. Pure.

import { toMinor } from '../money.ts'

/** An invoice as the CRM answers it; amounts are in units of the currency. */
export type CrmInvoice = {
  _id: string
  status: string
  currency: string
  total: number
  amountPaid?: number
  amountDue?: number
  invoiceNumber?: string | number
  invoiceItems?: Record<string, unknown>[]
  contactDetails?: { id?: string } & Record<string, unknown>
  issueDate?: string
  dueDate?: string
} & Record<string, unknown>

export type InvoiceStatus = 'draft' | 'sent' | 'partially_paid' | 'paid' | 'void'

/** What Rankr is known to know: told by it, or told to it. `paid` is in smallest units. */
export type KnownOfInvoice = { status: InvoiceStatus; paid: number }

const WORDS: Record<string, InvoiceStatus> = {
  draft: 'draft',
  sent: 'sent',
  open: 'sent',
  issued: 'sent',
  unpaid: 'sent',
  overdue: 'sent',
  payment_processing: 'sent',
  partial: 'partially_paid',
  partially_paid: 'partially_paid',
  paid: 'paid',
  void: 'void',
  voided: 'void',
  cancelled: 'void',
  canceled: 'void',
}

/** The state behind either side's word; undefined for words of a workspace's own. */
export const invoiceStatus = (word: unknown): InvoiceStatus | undefined =>
  typeof word === 'string'
    ? WORDS[
        word
          .trim()
          .toLowerCase()
          .replace(/[\s-]+/g, '_')
      ]
    : undefined

export const paidOf = ({ amountPaid = 0, currency }: CrmInvoice): number => toMinor(amountPaid, currency)

export const totalOf = ({ total, currency }: CrmInvoice): number => toMinor(total, currency)

/** The state of the CRM's invoice as Rankr would have to be told it. */
export const stateOf = (invoice: CrmInvoice): KnownOfInvoice => ({
  status: invoiceStatus(invoice.status) ?? 'sent',
  paid: paidOf(invoice),
})

const FURTHER: Record<InvoiceStatus, number> = { draft: 0, sent: 1, partially_paid: 2, paid: 3, void: 4 }

/** Whether the CRM is further than what Rankr knows. An older state that arrives late is no news. */
export const isNews = (state: KnownOfInvoice, known: KnownOfInvoice | undefined): boolean => {
  const { status, paid } = known ?? { status: 'draft', paid: 0 }
  if (status === 'void') return false
  return FURTHER[state.status] > FURTHER[status] || paid < state.paid
}

/** What somebody has told of an invoice. */
export type ToldOfInvoice = { status?: InvoiceStatus | undefined; paid?: number | undefined }

/** `known` with what was told since: a state never goes back, an amount never shrinks. */
export const learnt = (known: KnownOfInvoice | undefined, told: ToldOfInvoice): KnownOfInvoice => {
  const before = known ?? { status: 'draft', paid: 0 }
  const paid = Math.max(before.paid, told.paid ?? 0)
  const words: InvoiceStatus[] = [before.status, told.status ?? 'draft', paid > 0 ? 'partially_paid' : 'draft']
  return { status: words.reduce((a, b) => (FURTHER[b] > FURTHER[a] ? b : a)), paid }
}

/**
 * `target`: what must have been paid in all once this payment is there; open until that was seen. `asked`: its amount in
 * units of the currency, or all that was open; older ones lack it.
 */
export type SinglePayment = { id: string; target: number; asked?: number | 'rest'; isOpen?: true }

/** `data` of a link of the kind `invoice`. */
export type InvoiceLinkData = {
  known?: KnownOfInvoice
  /** Payments that were asked for one by one. Newest last. */
  payments?: SinglePayment[]
}
