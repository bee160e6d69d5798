// Prices of a product; `amount` is in units of the currency.

import { z } from 'zod'
import { newDocumentId } from './crm-ids.ts'
import { type AnyOperation, forEither, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { notFound } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { Price } from './sales-rows.ts'
import type { State } from './state.ts'
import { count, optional, required, texts } from './validation.ts'
import type { Events } from './webhooks.ts'

const body = z.strictObject({
  name: required,
  type: z.enum(['one_time', 'recurring']),
  currency: required,
  amount: z.number().min(0, 'must not be less than 0'),
  locationId: required,
  recurring: z
    .strictObject({ interval: z.enum(['day', 'month', 'week', 'year']), intervalCount: z.number().int().min(1) })
    .optional(),
  description: optional,
  membershipOffers: z.array(z.strictObject({ label: required, value: required, _id: required })).optional(),
  trialPeriod: z.number().optional(),
  totalCycles: z.number().optional(),
  setupFee: z.number().optional(),
  variantOptionIds: texts.optional(),
  compareAtPrice: z.number().optional(),
  userId: optional,
  meta: z.record(z.string(), z.unknown()).optional(),
  trackInventory: z.boolean().optional(),
  availableQuantity: z.number().optional(),
  allowOutOfStockPurchases: z.boolean().optional(),
  sku: optional,
  shippingOptions: z.record(z.string(), z.unknown()).optional(),
  isDigitalProduct: z.boolean().optional(),
  digitalDelivery: texts.optional(),
})

const view = ({ id, ...price }: Price) => ({ _id: id, ...price })
// In price webhooks the kind of price has a name of its own.
const event = ({ id, type, ...price }: Price) => ({ _id: id, ...price, priceType: type })

const ALL = '/products/:productId/price'
const ONE = `${ALL}/:priceId`

const byQuery = { location: ({ query }: { query: { locationId: string } }) => query.locationId }
const byBody = { location: ({ body: { locationId } }: { body: { locationId: string } }) => locationId }
const oneQuery = z.strictObject({ locationId: required })

type Parts = { state: State; events: Events; now: () => Date }

/** The price endpoints of a product. */
export const priceOperations = ({ state, events, now }: Parts): AnyOperation[] => {
  const read = { ...forEither, scopes: ['products/prices.readonly'] }
  const write = { ...forEither, scopes: ['products/prices.write'] }
  const productOf = (grant: Grant, id: string | undefined) =>
    ownRow({ state, table: state.products, grant, id, what: 'Product' })
  const own = (grant: Grant, { productId, priceId }: Record<string, string>): Price => {
    const price = ownRow({ state, table: state.prices, grant, id: priceId, what: 'Price' })
    if (price.product !== productId) throw notFound('Price')
    return price
  }

  return [
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: ALL,
      body,
      status: 201,
      handle({ params, grant, body: fields }) {
        const product = productOf(grant, params.productId)
        const at = now().toISOString()
        const price = state.prices.put({
          ...fields,
          id: newDocumentId(),
          product: product.id,
          createdAt: at,
          updatedAt: at,
        })
        state.count('prices.created')
        events.emit('PriceCreate', price.locationId, event(price))
        return view(price)
      },
    }),
    operation({
      ...read,
      ...byQuery,
      method: 'GET',
      path: ALL,
      query: z.strictObject({
        locationId: required,
        limit: count.optional(),
        offset: count.optional(),
        ids: optional,
      }),
      handle({ params, grant, query: { offset = 0, limit = 100, ids } }) {
        const product = productOf(grant, params.productId)
        const found = state.prices.by('product', product.id).filter(({ id }) => !ids || ids.split(',').includes(id))
        return { prices: found.slice(offset, offset + limit).map(view), total: found.length }
      },
    }),
    operation({
      ...read,
      ...byQuery,
      method: 'GET',
      path: ONE,
      query: oneQuery,
      handle: ({ params, grant }) => view(own(grant, params)),
    }),
    operation({
      ...write,
      ...byBody,
      method: 'PUT',
      path: ONE,
      body,
      handle({ params, grant, body: fields }) {
        const price = state.prices.put({ ...own(grant, params), ...fields, updatedAt: now().toISOString() })
        state.count('prices.updated')
        events.emit('PriceUpdate', price.locationId, event(price))
        return view(price)
      },
    }),
    operation({
      ...write,
      ...byQuery,
      method: 'DELETE',
      path: ONE,
      query: oneQuery,
      handle({ params, grant }) {
        const price = own(grant, params)
        state.prices.delete(price.id)
        state.count('prices.deleted')
        events.emit('PriceDelete', price.locationId, event(price))
        return { status: true }
      },
    }),
  ]
}
