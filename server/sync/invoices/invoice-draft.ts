// Converts a Rankr invoice to a CRM invoice with exactly the same total. Pure.

import { AppError } from '../../errors.ts'
import { asCurrency, timesQuantity, toDecimal, toMinor } from '../money.ts'

export type LineItem = {
  name?: string | null
  description?: string | null
  sku?: string | null
  quantity?: number | null
  price?: number | null
}

type DraftItem = { name: string; qty: number; amount: number; currency: string; description?: string }

export type DraftContact = { id: string; name: string; phoneNo: string; email: string; companyName?: string }

/** The invoice's data from Rankr. */
export type InvoiceWish = {
  number: string
  /** In currency units, as in Rankr. */
  amount: number
  currency: string
  lineItems: LineItem[]
  issueDate?: string | undefined
  dueDate?: string | undefined
  /** Days until due when no due date is given. */
  dueDays: number
  title?: string | undefined
  terms?: string | undefined
  liveMode: boolean
}

/** A line that adds what the others lack. */
export const ADJUSTMENT = 'Adjustment'
const DISCOUNT = { type: 'percentage', value: 0 }
/** The title above an invoice, the platform's default. */
export const INVOICE_TITLE = 'INVOICE'

/** The name of a new invoice in lists. */
export const invoiceName = (number: string): string => `Invoice ${number}`

const inUnits = (minor: number, currency: string): number => Number(toDecimal(minor, currency))

const isExact = (amount: number, currency: string): boolean => inUnits(toMinor(amount, currency), currency) === amount

/**
 * One line and its amount in minor units. What the CRM might round differently becomes a single item of that amount.
 */
const lineOf = (item: LineItem, currency: string, place: number): { item: DraftItem; minor: number } => {
  const { quantity, price } = item
  const qty = quantity ?? 1
  const each = price ?? 0
  const name = item.name || item.sku || `Item ${place + 1}`
  const description = item.description || (item.name && item.sku ? item.sku : undefined)
  const more = description ? { description } : {}
  if (Number.isInteger(qty) && qty >= 0 && isExact(each, currency)) {
    const minor = timesQuantity(toMinor(each, currency), qty)
    return { item: { name, qty, amount: each, currency, ...more }, minor }
  }
  const minor = isExact(each, currency)
    ? timesQuantity(toMinor(each, currency), qty)
    : toMinor((qty * each).toPrecision(15), currency)
  const piece = `${name} (${qty} × ${each})`
  return { item: { name: piece, qty: 1, amount: inUnits(minor, currency), currency, ...more }, minor }
}

/**
 * Items and discount that add up to `amount`: a shortfall becomes one more line; an excess and negative lines become a
 * discount. Throws `action_input_invalid` for a negative amount, which no invoice can have.
 */
export const itemsOf = ({ amount, currency: code, lineItems, number }: InvoiceWish) => {
  const currency = asCurrency(code)
  const total = toMinor(amount, currency)
  if (total < 0) {
    throw new AppError('action_input_invalid', { errors: [{ pointer: '/amount', detail: 'must not be below zero' }] })
  }
  const lines = lineItems.map((item, place) => lineOf(item, currency, place))
  // Zero times a negative amount is zero, not a valid line.
  const items = lines
    .filter(({ minor, item }) => minor > 0 || (minor === 0 && item.amount >= 0))
    .map(({ item }) => item)
  const sum = lines.reduce((all, { minor }) => all + Math.max(minor, 0), 0)
  if (!Number.isSafeInteger(sum)) throw new AppError('action_input_invalid', { detail: 'The items come to too much.' })
  if (items.length === 0) items.push({ name: number, qty: 1, amount: inUnits(total, currency), currency })
  else if (sum < total) {
    items.push({ name: ADJUSTMENT, qty: 1, amount: inUnits(total - sum, currency), currency })
  }
  const over = lines.length > 0 && sum > total ? sum - total : 0
  return { items, discount: over > 0 ? { type: 'fixed', value: inUnits(over, currency) } : DISCOUNT, currency }
}

const DAY_MS = 86_400_000

/** Never before the issue date. */
export const datesOf = ({ issueDate, dueDate, dueDays }: InvoiceWish, today: string) => {
  const issued = issueDate ?? (dueDate !== undefined && dueDate < today ? dueDate : today)
  const due = dueDate ?? new Date(Date.parse(`${issued}T00:00:00Z`) + dueDays * DAY_MS).toISOString().slice(0, 10)
  return { issueDate: [issued, due].sort()[0]!, dueDate: due }
}

type Parties = {
  contact: DraftContact
  business: Record<string, unknown>
  today: string
  names: { name: string; title: string }
}

/** The input of `crm.invoices.create`. */
export const draftOf = (wish: InvoiceWish, { contact, business, today, names }: Parties): Record<string, unknown> => {
  const { items, discount, currency } = itemsOf(wish)
  return {
    name: names.name,
    title: wish.title || names.title,
    ...(wish.terms ? { termsNotes: wish.terms } : {}),
    invoiceNumber: wish.number,
    // Our number includes the prefix.
    invoiceNumberPrefix: '',
    contactDetails: contact,
    businessDetails: business,
    currency,
    items,
    discount,
    ...datesOf(wish, today),
    sentTo: { email: [contact.email], phoneNo: [contact.phoneNo] },
    liveMode: wish.liveMode,
  }
}
