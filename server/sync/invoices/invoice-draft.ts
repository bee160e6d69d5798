// An invoice of Rankr as the CRM's invoice, so that both come to the same total to the last cent. Pure.

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

/** What of an invoice comes from Rankr. */
export type InvoiceWish = {
  number: string
  /** In units of the currency, as Rankr has it. */
  amount: number
  currency: string
  lineItems: LineItem[]
  issueDate?: string | undefined
  dueDate?: string | undefined
  /** Due so many days after the issue when no day is given. */
  dueDays: number
  title?: string | undefined
  terms?: string | undefined
  liveMode: boolean
}

/** The line that makes up what the others lack. */
export const ADJUSTMENT = 'Adjustment'
const DISCOUNT = { type: 'percentage', value: 0 }
/** The title above an invoice, as the platform sets it by itself. */
export const INVOICE_TITLE = 'INVOICE'

/** What a new invoice is called among the others. */
export const invoiceName = (number: string): string => `Invoice ${number}`

const inUnits = (minor: number, currency: string): number => Number(toDecimal(minor, currency))

const isExact = (amount: number, currency: string): boolean => inUnits(toMinor(amount, currency), currency) === amount

/** One line with its worth in smallest units. What a CRM might round in its own way is written as one piece of that worth. */
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
 * Items and discount that come to `amount`: what the lines lack is one more line, what they exceed and lines below zero
 * are a discount. Throws `action_input_invalid` for an amount below zero, which no invoice can have.
 */
export const itemsOf = ({ amount, currency: code, lineItems, number }: InvoiceWish) => {
  const currency = asCurrency(code)
  const total = toMinor(amount, currency)
  if (total < 0) {
    throw new AppError('action_input_invalid', { errors: [{ pointer: '/amount', detail: 'must not be below zero' }] })
  }
  const lines = lineItems.map((item, place) => lineOf(item, currency, place))
  // None of something below zero comes to nothing, and is no line that an invoice could have.
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

/** Never due before it was issued. */
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
    // Ours is the whole number.
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
