// Events about definitions of custom objects. Their bodies carry no type, so each event gets an address of its own.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const object = {
  ...envelope,
  id: '66f2a4b0d8e9b70012a3b4c0',
  key: 'custom_objects.rankr_orders',
  labels: { singular: 'Order', plural: 'Orders' },
  description: 'Orders from Rankr',
  primaryDisplayProperty: 'custom_objects.rankr_orders.number',
  searchableProperties: ['custom_objects.rankr_orders.number'],
  objectType: 'USER_DEFINED',
  createdAt: '2026-03-02T13:58:00.000Z',
  updatedAt: '2026-03-02T13:58:00.000Z',
}

const objectFilters: FilterEntry[] = [{ path: 'key', label: 'Key', type: 'string' }]

export const objectTriggers: TriggerEntry[] = [
  {
    id: 'crm.object.created',
    label: 'Custom object created',
    description: 'A new kind of records was defined.',
    resource: 'objects',
    system: 'crm',
    scope: ['objects/schema.readonly'],
    event: 'ObjectSchemaCreate',
    ownAddress: true,
    sample: { ...object, timestamp: '2026-03-02T14:05:12.000Z', webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0020' },
    filters: objectFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.object.updated',
    label: 'Custom object changed',
    description: 'The definition of a kind of records was changed.',
    resource: 'objects',
    system: 'crm',
    scope: ['objects/schema.readonly'],
    event: 'ObjectSchemaUpdate',
    ownAddress: true,
    sample: { ...object, timestamp: '2026-03-02T14:05:12.000Z', webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0021' },
    filters: objectFilters,
    dedupeKey,
    recordKey: ['id'],
  },
]
