// Converts a CRM invoice to an invoice of our API, and callers' input to the actions' input. Pure.

import { etagFor } from '../../etag.ts'
import { type CrmInvoice, type InvoiceStatus, invoiceStatus } from './invoice-state.ts'

export type InvoiceLine = { name: string; description: string | null; quantity: number; price: number }

/** An invoice as API callers see it. Amounts in currency units. */
export type Invoice = {
  /** Rankr's id, or the CRM's own when it never came from Rankr. */
  invoice_id: string
  number: string | null
  customer_id: string | null
  status: InvoiceStatus
  currency: string
  amount: number
  amount_paid: number
  amount_due: number
  issue_date: string | null
  due_date: string | null
  title: string | null
  terms: string | null
  live_mode: boolean
  line_items: InvoiceLine[]
  created_at?: string
  updated_at?: string
  links: { invoice_id: string; contact_id: string | null }
}

export type InvoiceLineWish = {
  name: string
  description?: string | undefined
  sku?: string | undefined
  quantity?: number | undefined
  price: number
}

/** What a caller may set. */
export type InvoiceWish = {
  number?: string | undefined
  customer_id?: string | undefined
  customer_email?: string | undefined
  customer_phone?: string | undefined
  customer_name?: string | undefined
  amount?: number | undefined
  currency?: string | undefined
  issue_date?: string | undefined
  due_date?: string | undefined
  title?: string | undefined
  terms?: string | undefined
  line_items?: InvoiceLineWish[] | undefined
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const dayOf = (value: unknown): string | null =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? value.slice(0, 10) : null

const momentOf = (value: unknown): string | undefined => {
  const at = typeof value === 'string' ? new Date(value) : undefined
  return at && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined
}

const lineOf = ({ name, description, qty, amount }: Record<string, unknown>): InvoiceLine => ({
  name: textOf(name) ?? '',
  description: textOf(description),
  quantity: Number(qty ?? 1),
  price: Number(amount ?? 0),
})

/** Lists and single answers name the items differently. */
export const invoiceOf = (
  { invoiceId, customerId }: { invoiceId: string; customerId: string | null },
  invoice: CrmInvoice,
): Invoice => {
  const { invoiceNumber, contactDetails, invoiceItems = [], amountPaid = 0, total } = invoice
  const created_at = momentOf(invoice.createdAt)
  const updated_at = momentOf(invoice.updatedAt)
  return {
    invoice_id: invoiceId,
    number: invoiceNumber === undefined ? null : String(invoiceNumber),
    customer_id: customerId,
    status: invoiceStatus(invoice.status) ?? 'sent',
    currency: invoice.currency,
    amount: total,
    amount_paid: amountPaid,
    amount_due: invoice.amountDue ?? total - amountPaid,
    issue_date: dayOf(invoice.issueDate),
    due_date: dayOf(invoice.dueDate),
    title: textOf(invoice.title),
    terms: textOf(invoice.termsNotes),
    live_mode: invoice.liveMode !== false,
    line_items: invoiceItems.map(lineOf),
    ...(created_at ? { created_at } : {}),
    ...(updated_at ? { updated_at } : {}),
    links: { invoice_id: invoice._id, contact_id: contactDetails?.id ?? null },
  }
}

/** Without times: a write may be answered before its last time is set. */
export const invoiceEtag = ({ created_at: _created, updated_at: _updated, ...rest }: Invoice): string => etagFor(rest)

/** The location's defaults for invoices. */
export type InvoiceDefaults = {
  liveMode: boolean
  dueDays: number
  title: string
  terms: string
  phoneWhenMissing: string
  sendBy: 'email' | 'sms' | 'sms_and_email'
}

/** The input of `app.invoices.upsert`. */
export const invoiceInput = (
  rankrId: string,
  wish: InvoiceWish,
  defaults: Omit<InvoiceDefaults, 'sendBy'>,
): Record<string, unknown> => {
  const given = {
    number: wish.number,
    customerId: wish.customer_id,
    customerEmail: wish.customer_email,
    customerPhone: wish.customer_phone,
    customerName: wish.customer_name,
    phoneWhenMissing: defaults.phoneWhenMissing || undefined,
    amount: wish.amount,
    currency: wish.currency,
    issueDate: wish.issue_date,
    dueDate: wish.due_date,
    dueDays: defaults.dueDays,
    title: wish.title ?? (defaults.title || undefined),
    terms: wish.terms ?? (defaults.terms || undefined),
    liveMode: defaults.liveMode,
    lineItems: wish.line_items,
  }
  return { rankrId, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}
