// An invoice's state on either side in one form: status, and amount paid in minor units. Pure.

import { toMinor } from '../money.ts'

/** An invoice as the CRM returns it; amounts in currency units. */
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

/** What Rankr knows: from Rankr, or sent to it. `paid` in minor units. */
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

/** The status of either side's word; undefined for a workspace's own words. */
export const invoiceStatus = (word: unknown): InvoiceStatus | undefined =>
  typeof word === 'string'
    ? WORDS[
        word
          .trim()
          .toLowerCase()
          .replace(/[\s-]+/g, '_')
      ]
    : undefined

/** The amount paid, in minor units. */
export const paidOf = ({ amountPaid = 0, currency }: CrmInvoice): number => toMinor(amountPaid, currency)

/** The total, in minor units. */
export const totalOf = ({ total, currency }: CrmInvoice): number => toMinor(total, currency)

/** The CRM invoice's state in Rankr's terms. */
export const stateOf = (invoice: CrmInvoice): KnownOfInvoice => ({
  status: invoiceStatus(invoice.status) ?? 'sent',
  paid: paidOf(invoice),
})

const FURTHER: Record<InvoiceStatus, number> = { draft: 0, sent: 1, partially_paid: 2, paid: 3, void: 4 }

/** Whether the CRM is ahead of what Rankr knows. A late, older state is not news. */
export const isNews = (state: KnownOfInvoice, known: KnownOfInvoice | undefined): boolean => {
  const { status, paid } = known ?? { status: 'draft', paid: 0 }
  if (status === 'void') return false
  return FURTHER[state.status] > FURTHER[status] || paid < state.paid
}

/** A reported state. */
export type ToldOfInvoice = { status?: InvoiceStatus | undefined; paid?: number | undefined }

/** `known` updated by a report: a status never goes back, an amount never shrinks. */
export const learnt = (known: KnownOfInvoice | undefined, told: ToldOfInvoice): KnownOfInvoice => {
  const before = known ?? { status: 'draft', paid: 0 }
  const paid = Math.max(before.paid, told.paid ?? 0)
  const words: InvoiceStatus[] = [before.status, told.status ?? 'draft', paid > 0 ? 'partially_paid' : 'draft']
  return { status: words.reduce((a, b) => (FURTHER[b] > FURTHER[a] ? b : a)), paid }
}

/**
 * `target`: total that must be paid once this payment exists; open until that was seen. `asked`: its amount in currency
 * units, or all that was due; missing in older ones.
 */
export type SinglePayment = { id: string; target: number; asked?: number | 'rest'; isOpen?: true }

/** `data` of a link of kind `invoice`. */
export type InvoiceLinkData = {
  known?: KnownOfInvoice
  /** Payments requested individually, newest last. */
  payments?: SinglePayment[]
}
