// Converts an order's record to an order of our API, and callers' input to the actions' input. Pure.

import { etagFor } from '../../etag.ts'

export type OrderLine = { name: string | null; sku: string | null; quantity: number; price: number | null }

/** An order as API callers see it. Amounts in currency units. */
export type ShownOrder = {
  /** Rankr's id, or the record's when it never came from Rankr. */
  order_id: string
  number: string | null
  customer_id: string | null
  status: string | null
  currency: string | null
  total: number | null
  /** The refunded amount; null when unknown. */
  refunded_total: number | null
  placed_on: string | null
  line_items: OrderLine[]
  /** `waiting`: a note on the contact until the account has a place for orders. */
  state: 'linked' | 'waiting'
  created_at?: string
  updated_at?: string
  links: { record_id: string | null; contact_id: string | null }
}

export type OrderLineWish = {
  name?: string | undefined
  sku?: string | undefined
  quantity?: number | undefined
  price?: number | undefined
}

/** What a caller may set. */
export type OrderWish = {
  number?: string | undefined
  customer_id?: string | undefined
  customer_email?: string | undefined
  customer_phone?: string | undefined
  customer_name?: string | undefined
  total?: number | undefined
  currency?: string | undefined
  status?: string | undefined
  placed_on?: string | undefined
  line_items?: OrderLineWish[] | undefined
}

export type OrderRecord = { id: string; properties?: Record<string, unknown> } & Record<string, unknown>

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const numberOf = (value: unknown): number | null =>
  value !== null && value !== '' && Number.isFinite(Number(value)) && typeof value !== 'boolean' && value !== undefined
    ? Number(value)
    : null

const dayOf = (value: unknown): string | null =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? value.slice(0, 10) : null

const momentOf = (value: unknown): string | undefined => {
  const at = typeof value === 'string' ? new Date(value) : undefined
  return at && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined
}

const linesOf = (value: unknown): OrderLine[] => {
  const items: unknown = typeof value === 'string' ? parsed(value) : value
  if (!Array.isArray(items)) return []
  return items
    .filter((item) => item !== null && typeof item === 'object')
    .map(({ name, sku, quantity, price }) => ({
      name: textOf(name),
      sku: textOf(sku),
      quantity: numberOf(quantity) ?? 1,
      price: numberOf(price),
    }))
}

/** People may have changed the field. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** From a record. Numbers are also in the field named by `primaryKey`. */
export const orderOfRecord = (
  { orderId, contactId }: { orderId: string; contactId: string | null },
  record: OrderRecord,
): ShownOrder => {
  const { properties = {} } = record
  const created_at = momentOf(record.createdAt ?? record.dateAdded)
  const updated_at = momentOf(record.updatedAt ?? record.dateUpdated)
  return {
    order_id: orderId,
    number: textOf(properties.number),
    customer_id: textOf(properties.customer_id),
    status: textOf(properties.status),
    currency: textOf(properties.currency),
    total: numberOf(properties.total),
    refunded_total: numberOf(properties.refunded_total),
    placed_on: dayOf(properties.placed_on),
    line_items: linesOf(properties.items_json),
    state: 'linked',
    ...(created_at ? { created_at } : {}),
    ...(updated_at ? { updated_at } : {}),
    links: { record_id: record.id, contact_id: contactId },
  }
}

/** From the stored input of a waiting order. */
export const orderThatWaits = (
  { orderId, contactId }: { orderId: string; contactId: string | null },
  waiting: Record<string, unknown>,
): ShownOrder => ({
  order_id: orderId,
  number: textOf(waiting.number) ?? orderId,
  customer_id: textOf(waiting.customerId),
  status: textOf(waiting.status),
  currency: textOf(waiting.currency)?.toUpperCase() ?? null,
  total: numberOf(waiting.total),
  refunded_total: numberOf(waiting.refundedTotal),
  placed_on: dayOf(waiting.placedAt),
  line_items: linesOf(waiting.lineItems),
  state: 'waiting',
  links: { record_id: null, contact_id: contactId },
})

/** Without times: a write may be answered before its last time is set. */
export const orderEtag = ({ created_at: _created, updated_at: _updated, ...rest }: ShownOrder): string => etagFor(rest)

/** The input of `app.orders.upsert`. */
export const orderInput = (rankrId: string, wish: OrderWish): Record<string, unknown> => {
  const given = {
    number: wish.number,
    customerId: wish.customer_id,
    customerEmail: wish.customer_email,
    customerPhone: wish.customer_phone,
    customerName: wish.customer_name,
    total: wish.total,
    currency: wish.currency,
    status: wish.status,
    placedAt: wish.placed_on,
    lineItems: wish.line_items,
  }
  return { rankrId, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}
