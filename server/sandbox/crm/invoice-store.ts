// The rules of invoices: numbers, totals, the way from draft to paid or void, and which events follow. Knows no HTTP.
// Amounts are in units of the currency.

import { digitsOf } from '../../currencies.ts'
import { newDocumentId } from './crm-ids.ts'
import type { EventName } from './event-catalog.ts'
import type { CreateInvoice, RecordPayment, TextToPay, UpdateInvoice } from './invoice-body.ts'
import { Refusal } from './refusal.ts'
import type { Invoice, InvoiceItem } from './sales-rows.ts'
import type { State } from './state.ts'
import type { Events } from './webhooks.ts'

type WrittenItem = CreateInvoice['items'][number]
type WrittenDiscount = CreateInvoice['discount'] | undefined

/** To the digits that the currency has: two for USD, none for JPY, three for KWD. */
const rounded = (amount: number, currency: string): number => Number(amount.toFixed(digitsOf(currency)))

const totalsOf = (items: readonly WrittenItem[], discount: Invoice['discount'], currency: string) => {
  const exact = (amount: number) => rounded(amount, currency)
  const subTotal = exact(items.reduce((sum, { amount, qty }) => sum + amount * qty, 0))
  const discountTotal = exact(discount.type === 'percentage' ? (subTotal * discount.value) / 100 : discount.value)
  const taxTotal = exact(
    items.reduce((sum, { amount, qty, taxes = [], taxInclusive }) => {
      const rate = taxInclusive ? 0 : taxes.reduce((all, tax) => all + tax.rate, 0)
      return sum + (amount * qty * rate) / 100
    }, 0),
  )
  return { subTotal, discountTotal, taxTotal, total: Math.max(0, exact(subTotal - discountTotal + taxTotal)) }
}

const storedItems = (items: readonly WrittenItem[]): InvoiceItem[] =>
  items.map((item) => ({ taxes: [], ...item, _id: newDocumentId() }))

const discountOf = (written: WrittenDiscount): Invoice['discount'] => ({
  type: written?.type ?? 'percentage',
  value: written?.value ?? 0,
})

/** The invoice as answers and webhooks show it. */
export const invoiceView = (row: Invoice): Record<string, unknown> => ({
  _id: row.id,
  status: row.status,
  liveMode: row.liveMode,
  amountPaid: row.amountPaid,
  altId: row.locationId,
  altType: 'location',
  name: row.name,
  businessDetails: row.businessDetails,
  // A number where it can be one, as the page has it.
  invoiceNumber: /^[1-9]\d{0,14}$/.test(row.invoiceNumber) ? Number(row.invoiceNumber) : row.invoiceNumber,
  invoiceNumberPrefix: row.invoiceNumberPrefix,
  currency: row.currency,
  contactDetails: row.contactDetails,
  issueDate: row.issueDate,
  dueDate: row.dueDate,
  discount: row.discount,
  invoiceItems: row.invoiceItems,
  total: row.total,
  title: row.title,
  amountDue: rounded(row.total - row.amountPaid, row.currency),
  sentTo: row.sentTo,
  termsNotes: row.termsNotes,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  automaticTaxesEnabled: false,
  automaticTaxesCalculated: false,
  totalSummary: { subTotal: row.subTotal, discount: row.discountTotal, tax: row.taxTotal },
})

type Parts = { state: State; events: Events; now: () => Date }

/** The store. Changes are made inside the caller's `state.change`. */
export const createInvoiceStore = ({ state, events, now }: Parts) => {
  const store = (row: Invoice, event: EventName): Invoice => {
    state.invoices.put(row)
    // In webhooks the number is text.
    events.emit(event, row.locationId, { ...invoiceView(row), invoiceNumber: row.invoiceNumber })
    return row
  }

  const change = (row: Invoice, fields: Partial<Invoice>, event: EventName): Invoice => {
    state.count('invoices.updated')
    return store({ ...row, ...fields, updatedAt: now().toISOString() }, event)
  }

  const highestKey = (locationId: string): string => `highestInvoiceNumber ${locationId}`

  /** One above the highest number made of digits only. Taken numbers are not refused: the platform promises nothing. */
  const nextNumber = (locationId: string): number => Number(state.facts.get(highestKey(locationId))?.value ?? 0) + 1

  const learnNumber = (locationId: string, written: string): void => {
    const isNumber = /^\d{1,9}$/.test(written)
    if (isNumber && Number(written) >= nextNumber(locationId))
      state.facts.put({ id: highestKey(locationId), value: written })
  }

  const refuseClosed = (row: Invoice): void => {
    if (row.status === 'void') throw new Refusal(400, 'Invoice is void')
    if (row.status === 'paid') throw new Refusal(400, 'Invoice is already paid')
  }

  return {
    nextNumber,
    create(body: CreateInvoice | TextToPay): Invoice {
      const locationId = body.altId
      if (state.contacts.get(body.contactDetails.id)?.locationId !== locationId) {
        throw new Refusal(400, 'Contact not found')
      }
      const invoiceNumber = body.invoiceNumber ?? String(nextNumber(locationId))
      learnNumber(locationId, invoiceNumber)
      const at = now().toISOString()
      const discount = discountOf(body.discount)
      state.count('invoices.created')
      return store(
        {
          id: newDocumentId(),
          locationId,
          status: 'draft',
          liveMode: body.liveMode,
          name: body.name,
          title: body.title ?? 'INVOICE',
          invoiceNumber,
          invoiceNumberPrefix: body.invoiceNumberPrefix ?? 'INV-',
          currency: body.currency,
          contactDetails: body.contactDetails,
          businessDetails: body.businessDetails ?? {},
          issueDate: body.issueDate,
          dueDate: body.dueDate ?? body.issueDate,
          discount,
          invoiceItems: storedItems(body.items),
          ...totalsOf(body.items, discount, body.currency),
          amountPaid: 0,
          sentTo: body.sentTo,
          termsNotes: body.termsNotes,
          payments: [],
          createdAt: at,
          updatedAt: at,
        },
        'InvoiceCreate',
      )
    },
    /** Writes the whole invoice: what the body leaves out of discount and contact stays. */
    update(row: Invoice, body: UpdateInvoice): Invoice {
      refuseClosed(row)
      const invoiceNumber = body.invoiceNumber ?? row.invoiceNumber
      learnNumber(row.locationId, invoiceNumber)
      const discount = body.discount ? discountOf(body.discount) : row.discount
      return change(
        row,
        {
          name: body.name,
          title: body.title ?? row.title,
          currency: body.currency,
          invoiceNumber,
          contactDetails: body.contactDetails ?? row.contactDetails,
          businessDetails: body.businessDetails ?? row.businessDetails,
          issueDate: body.issueDate,
          dueDate: body.dueDate,
          liveMode: body.liveMode ?? row.liveMode,
          termsNotes: body.termsNotes ?? row.termsNotes,
          discount,
          invoiceItems: storedItems(body.invoiceItems),
          ...totalsOf(body.invoiceItems, discount, body.currency),
        },
        'InvoiceUpdate',
      )
    },
    send(row: Invoice): Invoice {
      refuseClosed(row)
      return change(row, { status: row.status === 'draft' ? 'sent' : row.status }, 'InvoiceSent')
    },
    void(row: Invoice): Invoice {
      refuseClosed(row)
      return change(row, { status: 'void' }, 'InvoiceVoid')
    },
    recordPayment(row: Invoice, body: RecordPayment): Invoice {
      refuseClosed(row)
      const due = rounded(row.total - row.amountPaid, row.currency)
      const amount = body.amount ?? due
      if (amount > due) throw new Refusal(400, 'Amount is greater than the amount due')
      const amountPaid = rounded(row.amountPaid + amount, row.currency)
      const isPaid = amountPaid >= row.total
      const at = body.fulfilledAt ?? now().toISOString()
      state.count('invoices.payments')
      return change(
        row,
        {
          amountPaid,
          status: isPaid ? 'paid' : 'partially_paid',
          payments: [...row.payments, { mode: body.mode, amount, notes: body.notes, at }],
        },
        isPaid ? 'InvoicePaid' : 'InvoicePartiallyPaid',
      )
    },
    remove(row: Invoice): void {
      state.invoices.delete(row.id)
      state.count('invoices.deleted')
      events.emit('InvoiceDelete', row.locationId, { ...invoiceView(row), invoiceNumber: row.invoiceNumber })
    },
  }
}

export type InvoiceStore = ReturnType<typeof createInvoiceStore>
