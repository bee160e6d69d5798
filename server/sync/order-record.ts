// An order as the fields of its record, and as a text for people. Pure.

import { showMoney, toDecimal, toMinor } from './money.ts'

export type OrderItem = { name?: unknown; sku?: unknown; quantity?: unknown; price?: unknown }

export type Order = {
  /** Rankr's. */
  id: string
  number: string
  customerId: string
  /** In smallest units. */
  totalMinor: number
  /** ISO 4217, upper case. */
  currency: string
  status: string
  items: OrderItem[]
  /** YYYY-MM-DD */
  placedOn: string | undefined
}

const textAt = (input: Record<string, unknown>, key: string): string | undefined =>
  typeof input[key] === 'string' && input[key] !== '' ? input[key] : undefined

const isItem = (item: unknown): item is OrderItem => item !== null && typeof item === 'object' && !Array.isArray(item)

const dayOf = (moment: string | undefined): string | undefined => {
  const at = moment === undefined ? undefined : new Date(moment)
  return at && !Number.isNaN(at.getTime()) ? at.toISOString().slice(0, 10) : undefined
}

/** The checked input of `app.orders.upsert`. Throws `action_input_invalid` for an amount or a currency that is none. */
export const orderOf = (input: Record<string, unknown>): Order => {
  const currency = String(input.currency).toUpperCase()
  return {
    id: String(input.rankrId),
    number: textAt(input, 'number') ?? String(input.rankrId),
    customerId: String(input.customerId),
    totalMinor: toMinor(Number(input.total), currency),
    currency,
    status: String(input.status),
    items: (Array.isArray(input.lineItems) ? input.lineItems : []).filter(isItem),
    placedOn: dayOf(textAt(input, 'placedAt')),
  }
}

const lineOf = ({ name, sku, quantity = 1, price }: OrderItem, currency: string): string => {
  const amount = typeof price === 'number' ? ` at ${showMoney(toMinor(price, currency), currency)}` : ''
  const code = typeof sku === 'string' && sku !== '' ? ` (${sku})` : ''
  return `${quantity ?? 1} × ${typeof name === 'string' && name !== '' ? name : 'Item'}${code}${amount}`
}

/** One line an item: `2 × Growth plan (growth) at $129.90`. */
export const itemsText = ({ items, currency }: Order): string => items.map((item) => lineOf(item, currency)).join('\n')

/** Values of the record's fields, by key. `primaryKey` is the key of the object's first field, which names the record. */
export const orderProperties = (order: Order, primaryKey: string): Record<string, unknown> => ({
  [primaryKey]: order.number,
  number: order.number,
  order_id: order.id,
  status: order.status,
  total: Number(toDecimal(order.totalMinor, order.currency)),
  currency: order.currency,
  items: itemsText(order),
  items_json: JSON.stringify(order.items),
  customer_id: order.customerId,
  ...(order.placedOn ? { placed_on: order.placedOn } : {}),
})

/** For a note, while the account has no place for orders. */
export const orderText = (order: Order): string =>
  [
    `Order ${order.number}: ${showMoney(order.totalMinor, order.currency)}, ${order.status}`,
    ...(order.placedOn ? [`Placed on ${order.placedOn}`] : []),
    ...(order.items.length > 0 ? [itemsText(order)] : []),
  ].join('\n')

const WON = new Set(['paid', 'completed', 'complete', 'fulfilled', 'shipped', 'delivered'])
const LOST = new Set(['cancelled', 'canceled', 'refunded', 'failed', 'expired'])

/** What an opportunity that follows the order is. */
export const opportunityStatus = (status: string): 'open' | 'won' | 'lost' => {
  const word = status.toLowerCase()
  if (WON.has(word)) return 'won'
  return LOST.has(word) ? 'lost' : 'open'
}
