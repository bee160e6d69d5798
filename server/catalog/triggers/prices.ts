// Events about prices of products. `type` in their bodies is the kind of the price, so each event gets an address of its own.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const { appId, versionId } = envelope

const app = { appId, versionId }

const price = {
  ...app,
  _id: '66f5c4a1e4a5c60013d2e4e5',
  locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
  product: '66f5c3f2e4a5c60013d2e4e1',
  name: 'Monthly',
  currency: 'USD',
  amount: 129.9,
  recurring: { interval: 'month', intervalCount: 1 },
  createdAt: '2026-02-01T10:01:00.000Z',
  updatedAt: '2026-02-01T10:01:00.000Z',
}

const priceFilters: FilterEntry[] = [
  {
    path: 'product',
    label: 'Product',
    type: 'select',
    choices: { from: 'crm.products.list', itemsAt: 'products', value: '_id', label: 'name' },
  },
  { path: 'currency', label: 'Currency', type: 'string' },
  { path: 'amount', label: 'Amount', type: 'numerical' },
]

export const priceTriggers: TriggerEntry[] = [
  {
    id: 'crm.price.created',
    label: 'Price added',
    description: 'A price of a product was added.',
    resource: 'prices',
    system: 'crm',
    scope: ['products/prices.readonly'],
    event: 'PriceCreate',
    ownAddress: true,
    sample: {
      ...price,
      priceType: 'recurring',
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b001d',
    },
    filters: priceFilters,
    dedupeKey,
    recordKey: ['_id'],
  },
  {
    id: 'crm.price.updated',
    label: 'Price changed',
    description: 'A price of a product was changed.',
    resource: 'prices',
    system: 'crm',
    scope: ['products/prices.readonly'],
    event: 'PriceUpdate',
    ownAddress: true,
    sample: {
      ...price,
      type: 'recurring',
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b001e',
    },
    filters: priceFilters,
    dedupeKey,
    recordKey: ['_id'],
  },
  {
    id: 'crm.price.deleted',
    label: 'Price deleted',
    description: 'A price of a product was deleted.',
    resource: 'prices',
    system: 'crm',
    scope: ['products/prices.readonly'],
    event: 'PriceDelete',
    ownAddress: true,
    sample: {
      ...price,
      type: 'recurring',
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b001f',
    },
    filters: priceFilters,
    dedupeKey,
    recordKey: ['_id'],
  },
]
