// Converts an order to its record's fields, and to text for people. Pure.

import { showMoney, toDecimal, toMinor } from '../money.ts'

export type OrderItem = {
  name?: unknown
  sku?: unknown
  quantity?: unknown
  price?: unknown
  /** The matching product of the account, if any. */
  product_id?: unknown
}

export type Order = {
  /** Rankr's id. */
  id: string
  number: string
  customerId: string
  /** In minor units. */
  totalMinor: number
  /** ISO 4217, upper case. */
  currency: string
  status: string
  /** The refunded amount in minor units; undefined when not given. */
  refundedMinor?: number
  items: OrderItem[]
  /** YYYY-MM-DD */
  placedOn: string | undefined
  /** Values mapped to the account's own fields, by key. */
  extra?: Record<string, unknown>
}

const textAt = (input: Record<string, unknown>, key: string): string | undefined =>
  typeof input[key] === 'string' && input[key] !== '' ? input[key] : undefined

const isItem = (item: unknown): item is OrderItem => item !== null && typeof item === 'object' && !Array.isArray(item)

/** Items that are known products say so. */
const withProducts = (items: OrderItem[], products: unknown): OrderItem[] => {
  const known = (Array.isArray(products) ? products : []).filter(isItem) as { sku?: unknown; productId?: unknown }[]
  const ids = new Map(known.map(({ sku, productId }) => [sku, productId]))
  return items.map((item) => {
    const id = typeof item.sku === 'string' ? ids.get(item.sku.trim()) : undefined
    return id === undefined ? item : { ...item, product_id: id }
  })
}

const dayOf = (moment: string | undefined): string | undefined => {
  const at = moment === undefined ? undefined : new Date(moment)
  return at && !Number.isNaN(at.getTime()) ? at.toISOString().slice(0, 10) : undefined
}

/** The validated input of `app.orders.upsert`. Throws `action_input_invalid` for an invalid amount or currency. */
export const orderOf = (input: Record<string, unknown>): Order => {
  const currency = String(input.currency).toUpperCase()
  const extra = Object.entries((input.properties ?? {}) as Record<string, unknown>)
  const totalMinor = toMinor(Number(input.total), currency)
  const isAll = String(input.status).toLowerCase() === 'refunded' ? totalMinor : undefined
  const refunded = typeof input.refundedTotal === 'number' ? toMinor(input.refundedTotal, currency) : isAll
  return {
    id: String(input.rankrId),
    number: textAt(input, 'number') ?? String(input.rankrId),
    customerId: String(input.customerId),
    totalMinor,
    currency,
    status: String(input.status),
    ...(refunded === undefined ? {} : { refundedMinor: refunded }),
    items: withProducts((Array.isArray(input.lineItems) ? input.lineItems : []).filter(isItem), input.products),
    placedOn: dayOf(textAt(input, 'placedAt')),
    ...(extra.length > 0 ? { extra: Object.fromEntries(extra) } : {}),
  }
}

const lineOf = ({ name, sku, quantity = 1, price }: OrderItem, currency: string | undefined): string => {
  const money = (value: number) => (currency === undefined ? value : showMoney(toMinor(value, currency), currency))
  const amount = typeof price === 'number' ? ` at ${money(price)}` : ''
  const code = typeof sku === 'string' && sku !== '' ? ` (${sku})` : ''
  return `${quantity ?? 1} × ${typeof name === 'string' && name !== '' ? name : 'Item'}${code}${amount}`
}

/** An order may have thousands of items, but a field of a record is limited in size. */
const MOST_LINES = 200
const MOST_KEPT = 1_000

/** As JSON, the first thousand. */
const itemsJson = (items: OrderItem[]): string => JSON.stringify(items.slice(0, MOST_KEPT))

/**
 * One line per item, at most 200: `2 × Growth plan (growth) at $129.90`; a bare number when the currency is unknown.
 */
export const itemsText = ({ items, currency }: { items: OrderItem[]; currency: string | undefined }): string =>
  [
    ...items.slice(0, MOST_LINES).map((item) => lineOf(item, currency)),
    ...(items.length > MOST_LINES ? [`… and ${items.length - MOST_LINES} more`] : []),
  ].join('\n')

/** A value converted to a field's type; undefined when it does not fit. */
const fitted = (value: unknown, type: string): unknown => {
  const list = [value].flat().map(String)
  const number = Number(value)
  switch (type) {
    case 'NUMERICAL':
      return Number.isFinite(number) ? number : undefined
    case 'MONETORY':
      return Number.isFinite(number) ? { currency: 'default', value: number } : undefined
    case 'DATE':
      return dayOf(list[0])
    case 'CHECKBOX':
    case 'MULTIPLE_OPTIONS':
      return list
    default:
      return typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value) : list.join(', ')
  }
}

/** Mapped values by the types of the record's fields; drops missing fields and values that do not fit. */
export const extraProperties = (
  { extra = {} }: Pick<Order, 'extra'>,
  types: Readonly<Record<string, string>>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(extra).flatMap(([key, value]) => {
      const type = Object.hasOwn(types, key) ? types[key] : undefined
      const property = type === undefined ? undefined : fitted(value, type)
      return property === undefined ? [] : [[key, property]]
    }),
  )

/** The record's field values, by key. `primaryKey` is the key of the object's first field, which names the record. */
export const orderProperties = (order: Order, primaryKey: string): Record<string, unknown> => ({
  [primaryKey]: order.number,
  number: order.number,
  order_id: order.id,
  status: order.status,
  total: Number(toDecimal(order.totalMinor, order.currency)),
  currency: order.currency,
  items: itemsText(order),
  items_json: itemsJson(order.items),
  customer_id: order.customerId,
  ...(order.placedOn ? { placed_on: order.placedOn } : {}),
  ...(order.refundedMinor === undefined
    ? {}
    : { refunded_total: Number(toDecimal(order.refundedMinor, order.currency)) }),
})

/** Read from a record; none when people have changed the field's content. */
export const itemsIn = (json: unknown): OrderItem[] => {
  try {
    const items: unknown = typeof json === 'string' ? JSON.parse(json) : json
    return Array.isArray(items) ? items.filter(isItem) : []
  } catch {
    return []
  }
}

/** Whether changing these fields requires the record's other values. */
export const needsRecord = ({ total, currency, lineItems }: Record<string, unknown>): boolean =>
  currency === undefined ? total !== undefined || lineItems !== undefined : lineItems === undefined

/**
 * The values affected by a partial change, by key; `current` is the record's content. Throws `action_input_invalid` for
 * an invalid amount or currency.
 */
export const changedProperties = (
  input: Record<string, unknown>,
  { current, primaryKey }: { current: Record<string, unknown>; primaryKey: string },
): Record<string, unknown> => {
  const number = textAt(input, 'number')
  const customerId = textAt(input, 'customerId')
  const status = textAt(input, 'status')
  const placedOn = dayOf(textAt(input, 'placedAt'))
  const newCurrency = textAt(input, 'currency')?.toUpperCase()
  const currency = newCurrency ?? textAt(current, 'currency')?.toUpperCase()
  const total = input.total === undefined ? undefined : Number(input.total)
  const isExact = total !== undefined && currency !== undefined
  const newItems = Array.isArray(input.lineItems) ? input.lineItems.filter(isItem) : undefined
  const items = newItems ?? (newCurrency === undefined ? undefined : itemsIn(current.items_json))
  return {
    ...(number ? { [primaryKey]: number, number } : {}),
    ...(customerId ? { customer_id: customerId } : {}),
    ...(status ? { status } : {}),
    ...(placedOn ? { placed_on: placedOn } : {}),
    ...(newCurrency ? { currency: newCurrency } : {}),
    ...(total === undefined ? {} : { total: isExact ? Number(toDecimal(toMinor(total, currency), currency)) : total }),
    ...(newItems ? { items_json: itemsJson(newItems) } : {}),
    ...(items && (newItems || items.length > 0) ? { items: itemsText({ items, currency }) } : {}),
  }
}

/** For a note, while the account has no place for orders. */
export const orderText = (order: Order): string =>
  [
    `Order ${order.number}: ${showMoney(order.totalMinor, order.currency)}, ${order.status}`,
    ...(order.refundedMinor ? [`Paid back: ${showMoney(order.refundedMinor, order.currency)}`] : []),
    ...(order.placedOn ? [`Placed on ${order.placedOn}`] : []),
    ...(order.items.length > 0 ? [itemsText(order)] : []),
  ].join('\n')

const WON = new Set(['paid', 'partially_refunded', 'completed', 'complete', 'fulfilled', 'shipped', 'delivered'])
const LOST = new Set(['cancelled', 'canceled', 'refunded', 'failed', 'expired'])

/** Cancelled before anything came of it. */
export const isCancelled = (status: string): boolean => /^cancell?ed$/i.test(status.trim())

/** The status of the order's opportunity. */
export const opportunityStatus = (status: string): 'open' | 'won' | 'lost' => {
  const word = status.toLowerCase()
  if (WON.has(word)) return 'won'
  return LOST.has(word) ? 'lost' : 'open'
}
