// Events about products. Their bodies carry no type, so each event gets an address of its own.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const { appId, versionId } = envelope

const app = { appId, versionId }

const product = {
  ...app,
  _id: '66f5c3f2e4a5c60013d2e4e1',
  locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
  name: 'Growth plan',
  description: 'Everything for a growing studio.',
  productType: 'DIGITAL',
  availableInStore: true,
  variants: [],
  medias: [],
  createdAt: '2026-02-01T10:00:00.000Z',
  updatedAt: '2026-02-01T10:00:00.000Z',
}

const productFilters: FilterEntry[] = [
  { path: 'name', label: 'Name', type: 'string' },
  { path: 'productType', label: 'Kind', type: 'string' },
]

export const productTriggers: TriggerEntry[] = [
  {
    id: 'crm.product.created',
    label: 'Product added',
    description: 'A product was added.',
    resource: 'products',
    system: 'crm',
    scope: ['products.readonly'],
    event: 'ProductCreate',
    ownAddress: true,
    sample: { ...product, timestamp: '2026-03-02T14:05:12.000Z', webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b001a' },
    filters: productFilters,
    dedupeKey,
    recordKey: ['_id'],
  },
  {
    id: 'crm.product.updated',
    label: 'Product changed',
    description: 'A product was changed.',
    resource: 'products',
    system: 'crm',
    scope: ['products.readonly'],
    event: 'ProductUpdate',
    ownAddress: true,
    sample: { ...product, timestamp: '2026-03-02T14:05:12.000Z', webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b001b' },
    filters: productFilters,
    dedupeKey,
    recordKey: ['_id'],
  },
  {
    id: 'crm.product.deleted',
    label: 'Product deleted',
    description: 'A product was deleted.',
    resource: 'products',
    system: 'crm',
    scope: ['products.readonly'],
    event: 'ProductDelete',
    ownAddress: true,
    sample: { ...product, timestamp: '2026-03-02T14:05:12.000Z', webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b001c' },
    filters: productFilters,
    dedupeKey,
    recordKey: ['_id'],
  },
]
