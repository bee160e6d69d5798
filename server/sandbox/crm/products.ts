// Products and their prices.

import { z } from 'zod'
import { newDocumentId } from './crm-ids.ts'
import { type AnyOperation, forEither, operation } from './operation.ts'
import { ownRow } from './own-row.ts'
import { priceOperations } from './prices.ts'
import type { Grant } from './rows.ts'
import type { Product } from './sales-rows.ts'
import type { State } from './state.ts'
import { count, flag, optional, required, texts } from './validation.ts'
import type { Events } from './webhooks.ts'

const fields = {
  name: required,
  locationId: required,
  description: optional,
  productType: z.enum(['DIGITAL', 'PHYSICAL', 'SERVICE', 'PHYSICAL/DIGITAL']),
  image: optional,
  statementDescriptor: optional,
  availableInStore: z.boolean().optional(),
  medias: z.array(z.record(z.string(), z.unknown())).optional(),
  variants: z.array(z.record(z.string(), z.unknown())).optional(),
  collectionIds: texts.optional(),
  isTaxesEnabled: z.boolean().optional(),
  taxes: texts.optional(),
  automaticTaxCategoryId: optional,
  isLabelEnabled: z.boolean().optional(),
  label: z.strictObject({ title: required, startDate: optional, endDate: optional }).optional(),
  slug: optional,
  seo: z.strictObject({ title: optional, description: optional }).optional(),
  taxInclusive: z.boolean().optional(),
}

const oneQuery = z.strictObject({ locationId: required, sendWishlistStatus: flag.optional() })
const byQuery = { location: ({ query }: { query: { locationId: string } }) => query.locationId }
const byBody = { location: ({ body }: { body: { locationId: string } }) => body.locationId }

const view = ({ id, ...product }: Product) => ({ _id: id, ...product })

type Parts = { state: State; events: Events; now: () => Date }

/** The product and price endpoints. */
export const productOperations = (parts: Parts): AnyOperation[] => {
  const { state, events, now } = parts
  const read = { ...forEither, scopes: ['products.readonly'] }
  const write = { ...forEither, scopes: ['products.write'] }
  const own = (grant: Grant, id: string | undefined): Product =>
    ownRow({ state, table: state.products, grant, id, what: 'Product' })

  return [
    operation({
      ...write,
      ...byBody,
      method: 'POST',
      path: '/products',
      body: z.strictObject(fields),
      status: 201,
      handle({ body }) {
        const at = now().toISOString()
        const product = state.products.put({
          ...body,
          id: newDocumentId(),
          availableInStore: body.availableInStore ?? false,
          createdAt: at,
          updatedAt: at,
        })
        state.count('products.created')
        events.emit('ProductCreate', product.locationId, view(product))
        return view(product)
      },
    }),
    operation({
      ...read,
      ...byQuery,
      method: 'GET',
      path: '/products',
      query: z.strictObject({
        locationId: required,
        limit: count.optional(),
        offset: count.optional(),
        search: optional,
        collectionIds: optional,
        collectionSlug: optional,
        expand: z.union([z.string(), texts]).optional(),
        productIds: z.union([z.string(), texts]).optional(),
        storeId: optional,
        includedInStore: flag.optional(),
        availableInStore: flag.optional(),
        sortOrder: z.enum(['asc', 'desc']).optional(),
      }),
      handle({ query }) {
        const ids = query.productIds === undefined ? undefined : [query.productIds].flat()
        const found = state.products
          .by('location', query.locationId)
          .filter(({ name }) => !query.search || name.toLowerCase().includes(query.search.toLowerCase()))
          .filter(({ id }) => !ids || ids.includes(id))
          .filter((row) => query.availableInStore === undefined || row.availableInStore === query.availableInStore)
        if (query.sortOrder !== 'asc') found.reverse()
        const { offset = 0, limit = 100 } = query
        return { products: found.slice(offset, offset + limit).map(view), total: [{ total: found.length }] }
      },
    }),
    operation({
      ...read,
      ...byQuery,
      method: 'GET',
      path: '/products/:productId',
      query: oneQuery,
      handle: ({ params, grant }) => view(own(grant, params.productId)),
    }),
    operation({
      ...write,
      ...byBody,
      method: 'PUT',
      path: '/products/:productId',
      body: z.strictObject({ ...fields, prices: texts.optional() }),
      handle({ params, grant, body: { prices: _, ...body } }) {
        const old = own(grant, params.productId)
        const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
        const product = state.products.put({ ...old, ...given, updatedAt: now().toISOString() })
        state.count('products.updated')
        events.emit('ProductUpdate', product.locationId, view(product))
        return view(product)
      },
    }),
    operation({
      ...write,
      ...byQuery,
      method: 'DELETE',
      path: '/products/:productId',
      query: oneQuery,
      handle({ params, grant }) {
        const product = own(grant, params.productId)
        for (const price of state.prices.by('product', product.id)) state.prices.delete(price.id)
        state.products.delete(product.id)
        state.count('products.deleted')
        events.emit('ProductDelete', product.locationId, view(product))
        return { status: true }
      },
    }),
    ...priceOperations(parts),
  ]
}
