// Compares what the built-in workflows would write for a record with what the CRM has. The calls are recorded from the
// workflows themselves, so their options and field mappings apply. Pure.

import type { Link } from '../../store/links.ts'
import type { RecordedCall } from '../../workflows/record-calls.ts'
import { contactFields } from '../customers/customer-contact.ts'
import { businessKey } from '../customers/join-business.ts'
import { asTags } from '../customers/tag-contact.ts'
import { itemsOf } from '../invoices/invoice-draft.ts'
import { type InvoiceStatus, invoiceStatus, isNews, type KnownOfInvoice } from '../invoices/invoice-state.ts'
import { wishOf } from '../invoices/upsert-invoice.ts'
import { toDecimal, toMinor } from '../money.ts'
import { articlesIn } from '../orders/articles.ts'
import { opportunityOf } from '../orders/follow-opportunity.ts'
import type { OrderHome } from '../orders/order-object.ts'
import { extraProperties, itemsIn, orderOf, orderProperties } from '../orders/order-record.ts'
import { type OrderLinkData, waitingOf } from '../orders/orders.ts'
import { canonical, type Difference, differing, type Expected, type Likeness } from './compare.ts'
import { plainValue } from './crm-side.ts'

export type Surroundings = {
  /** The account's place for orders; undefined while they are notes. */
  place: OrderHome | undefined
  /** Which invoice changes go to Rankr; undefined when none do. */
  back: { sent: boolean; payments: boolean; voided: boolean } | undefined
  /** Whether a desk is connected and Rankr gets ticket changes; undefined when issues do not become tickets. */
  tickets?: { hasDesk: boolean; isBack: boolean } | undefined
}

/** The parts of these records; undefined where not wanted. */
export type Parts = {
  /** Existing businesses of their contacts. */
  businesses?: ReadonlySet<string>
  /** Existing products, by SKU. */
  products?: ReadonlyMap<string, string>
}

export type Compared = {
  /** Rankr's record. */
  record: Record<string, unknown>
  /** The calls the workflow would make. */
  calls: readonly RecordedCall[]
  link: Link | undefined
  /** Of the customer of an order or invoice. */
  contactId: string | undefined
  /** The CRM's record, flat; undefined when there is none. */
  crm: Record<string, unknown> | undefined
  surroundings: Surroundings
  parts?: Parts | undefined
}

/** `missing`: it does not exist; `gone`: not needed any more, but linked; `nothing`: not needed. */
export type Comparison = Difference[] | 'missing' | 'gone' | 'nothing'

/** The input of the first recorded call of that action. */
export const inputOf = (calls: readonly RecordedCall[], actionId: string): Record<string, unknown> | undefined =>
  calls.find((call) => call.actionId === actionId)?.input

const CONTACT_LIKENESS: Record<string, Likeness> = { phone: 'phone', dateOfBirth: 'day' }
const SENSITIVE = new Set(['email', 'phone', 'address1', 'dateOfBirth'])

const contactExpected = (input: Record<string, unknown>): Expected[] => {
  // The platform accepts a company name on create, not on update.
  const { companyName: _name, customFields, ...fields } = contactFields(input)
  const custom = (Array.isArray(customFields) ? customFields : []) as { id: string; value: unknown }[]
  return [
    ...Object.entries(fields).map(
      ([field, value]): Expected => ({
        field,
        value,
        as: CONTACT_LIKENESS[field] ?? 'text',
        isSensitive: SENSITIVE.has(field),
      }),
    ),
    ...custom.map(({ id, value }): Expected => ({ field: `customFields.${id}`, value, as: 'loose' })),
  ]
}

/** A contact moved by a person stays there; so does one whose business is gone, or that never was in one. */
const businessDifference = ({ calls, link, crm, parts }: Compared): Difference[] => {
  const name = inputOf(calls, 'app.customers.join-business')?.companyName
  if (!parts?.businesses || typeof name !== 'string' || name.trim() === '') return []
  const { business, businessId } = link?.data ?? {}
  const isJoined = business === businessKey(name) && parts.businesses.has(String(businessId))
  return isJoined ? [] : [{ field: 'business', rankr: name.trim(), crm: crm?.businessId ?? null }]
}

/** The comparison of a customer with its contact. */
export const compareCustomer = (compared: Compared): Comparison => {
  const { calls, link, crm } = compared
  const input = inputOf(calls, 'app.customers.upsert-contact')
  if (!input) return 'nothing'
  if (!crm) return 'missing'
  // A tag we have added before may have been removed by a person.
  const added = asTags(link?.data.tags)
  const tags = asTags([
    ...asTags(input.tags),
    ...calls.filter(({ actionId }) => actionId === 'app.customers.add-tags').flatMap((call) => asTags(call.input.tags)),
  ]).filter((tag) => !added.includes(tag))
  const wanted = [
    ...contactExpected(input),
    ...(tags.length > 0 ? [{ field: 'tags', value: tags, as: 'includes' } as const] : []),
  ]
  return [...differing(wanted, crm), ...businessDifference(compared)]
}

const ORDER_LIKENESS: Record<string, Likeness> = {
  total: 'number',
  refunded_total: 'number',
  placed_on: 'day',
  items_json: 'items',
}

/** Order items without a product, and record items that lack their product. */
const productDifference = ({ calls, crm, parts }: Compared): Difference[] => {
  const articles = articlesIn(inputOf(calls, 'app.orders.match-products')?.lineItems)
  if (!parts?.products || articles.length === 0) return []
  const items = itemsIn(crm?.items_json)
  const said = new Map(items.map(({ sku, product_id }) => [typeof sku === 'string' ? sku.trim() : '', product_id]))
  const missing = articles
    .map(({ sku }) => sku)
    .filter((sku) => {
      const product = parts.products?.get(sku)
      return product === undefined || (said.has(sku) && said.get(sku) !== product)
    })
  if (missing.length === 0) return []
  return [{ field: 'products', rankr: missing, crm: missing.flatMap((sku) => said.get(sku) ?? []) }]
}

/** The comparison of an order with its record. */
export const compareOrder = (compared: Compared): Comparison => {
  const { calls, link, contactId, crm, surroundings } = compared
  const { place } = surroundings
  const asked = inputOf(calls, 'app.orders.upsert')
  if (!asked) return 'nothing'
  // Which products were found is unknown without asking.
  const { products: _products, ...input } = asked
  if (!place) {
    const { waiting, noteId } = (link?.data ?? {}) as OrderLinkData
    if (link?.state !== 'pending' || !waiting || !noteId) return 'missing'
    const wanted = waitingOf(input)
    const { products: _found, ...kept } = waiting
    return canonical(wanted) === canonical(kept) ? [] : [{ field: 'note', rankr: wanted, crm: kept }]
  }
  const order = orderOf(input)
  if (!crm) return 'missing'
  const expected = Object.entries(orderProperties(order, place.primaryKey)).map(
    ([field, value]): Expected => ({ field, value, as: ORDER_LIKENESS[field] ?? 'text' }),
  )
  const mapped = Object.entries(extraProperties(order, place.types)).map(
    ([field, value]): Expected => ({ field, value: plainValue(value), as: 'loose' }),
  )
  const contact = contactId ? [{ field: 'contact', value: contactId, as: 'includes' } as const] : []
  return [...differing([...expected, ...mapped, ...contact], crm), ...productDifference(compared)]
}

/** Of its order. */
export const compareOpportunity = (compared: Compared): Comparison => {
  const { calls, crm } = compared
  const input = inputOf(calls, 'app.orders.follow-opportunity')
  if (!input) return 'nothing'
  if (!crm) return 'missing'
  const { status, monetaryValue } = opportunityOf(input)
  // People move it: its stage is not compared.
  const values = differing(
    [
      { field: 'value', value: monetaryValue, as: 'number' },
      { field: 'status', value: status, as: 'text' },
    ],
    crm,
  )
  return [...values, ...keptDifference(compared)]
}

/** What could not be moved when customers were merged (move-records.ts). */
const keptDifference = ({ link, crm }: Compared): Difference[] => {
  const { keptOn, keptFor } = link?.data ?? {}
  if (typeof keptOn !== 'string' || crm?.contact !== keptOn) return []
  return [{ field: 'formerContact', rankr: keptFor, crm: keptOn, isFixed: true }]
}

const shownMoney = (minor: number, currency: string): string => `${toDecimal(minor, currency)} ${currency}`

/** Rankr's status; undefined for a workspace's own words. */
const rankrState = (record: Record<string, unknown>, total: number, currency: string): KnownOfInvoice | undefined => {
  const status = invoiceStatus(record.status)
  if (!status) return undefined
  const told = typeof record.amount_paid === 'number' ? toMinor(record.amount_paid, currency) : undefined
  return { status, paid: told ?? (status === 'paid' ? total : 0) }
}

const optionOf = (status: InvoiceStatus): keyof NonNullable<Surroundings['back']> =>
  status === 'void' ? 'voided' : status === 'sent' || status === 'draft' ? 'sent' : 'payments'

const stateDifferences = (
  wanted: KnownOfInvoice,
  there: KnownOfInvoice,
  { currency, ...flags }: { currency: string; isFixed?: boolean; isBack?: boolean },
): Difference[] => [
  ...(wanted.status === there.status ? [] : [{ field: 'status', rankr: wanted.status, crm: there.status, ...flags }]),
  ...(wanted.paid === there.paid
    ? []
    : [{ field: 'paid', rankr: shownMoney(wanted.paid, currency), crm: shownMoney(there.paid, currency), ...flags }]),
]

type OfState = Pick<Compared, 'record' | 'calls' | 'surroundings'> & {
  there: KnownOfInvoice
  total: number
  currency: string
}

/** Neither side may be behind what the other knows. */
const compareState = ({ record, calls, surroundings: { back }, there, total, currency }: OfState): Difference[] => {
  const rankr = rankrState(record, total, currency)
  if (there.status === 'void') {
    const known = rankr ?? { status: 'sent', paid: 0 }
    return stateDifferences(
      known,
      { ...known, status: 'void' },
      back?.voided ? { currency, isBack: true } : { currency, isFixed: true },
    )
  }
  const pay = inputOf(calls, 'app.invoices.record-payment')
  const paid = pay ? Math.min(total, typeof pay.paidTotal === 'number' ? toMinor(pay.paidTotal, currency) : total) : 0
  const wanted: KnownOfInvoice = { status: inputOf(calls, 'app.invoices.send') ? 'sent' : 'draft', paid }
  if (isNews(wanted, there)) {
    const status = there.status === 'draft' ? wanted.status : there.status
    return stateDifferences({ status, paid: Math.max(paid, there.paid) }, there, { currency })
  }
  if (!rankr || !back?.[optionOf(there.status)] || !isNews(there, rankr)) return []
  return stateDifferences(rankr, there, { currency, isBack: true })
}

/** The comparison of an invoice on both sides. */
export const compareInvoice = (compared: Compared): Comparison => {
  const { record, calls, contactId, crm, surroundings } = compared
  if (inputOf(calls, 'app.invoices.void')) {
    if (!crm) return 'nothing'
    return crm.status === 'void' ? [] : [{ field: 'status', rankr: 'void', crm: crm.status }]
  }
  const input = inputOf(calls, 'app.invoices.upsert')
  if (!input) return 'nothing'
  const wish = wishOf(input)
  const { items, currency } = itemsOf(wish)
  const total = toMinor(wish.amount, currency)
  if (!crm) return 'missing'
  const there = { status: crm.status as InvoiceStatus, paid: Number(crm.paid) }
  const state = compareState({ record, calls, surroundings, there, total: Number(crm.total), currency })
  const text = (field: string, value: unknown): Expected => ({ field, value, as: 'text' })
  const money: Expected[] = [text('currency', currency), { field: 'total', value: total, as: 'number' }]
  const draft: Expected[] = [
    text('number', wish.number),
    { field: 'issueDate', value: wish.issueDate, as: 'day' },
    { field: 'dueDate', value: wish.dueDate, as: 'day' },
    text('title', wish.title),
    text('terms', wish.terms),
    text('liveMode', wish.liveMode),
    text('contact', contactId),
    { field: 'items', value: items.map(({ name, qty, amount }) => [name, qty, amount]), as: 'json' },
  ]
  // A sent invoice is not changed any more: its customer has seen it.
  const isDraft = there.status === 'draft'
  const fields = differing(isDraft ? [...money, ...draft] : money, crm).map((one) => ({
    ...one,
    ...(isDraft ? {} : { isFixed: true }),
    ...(one.field === 'total'
      ? { rankr: shownMoney(total, currency), crm: shownMoney(Number(crm.total), String(crm.currency)) }
      : {}),
  }))
  return there.status === 'void' ? state : [...fields, ...state, ...(isDraft ? [] : keptDifference(compared))]
}
