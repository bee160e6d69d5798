// Events about which kinds of records can be joined. Their bodies carry no type, so each event gets an address of its own.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const association = {
  ...envelope,
  id: '66f2a5e3d8e9b70012a3b4d1',
  key: 'contact_rankr_orders',
  associationType: 'USER_DEFINED',
  firstObjectKey: 'contact',
  firstObjectLabel: 'Customer',
  secondObjectKey: 'custom_objects.rankr_orders',
  secondObjectLabel: 'Order',
}

const objectFilters: FilterEntry[] = [{ path: 'key', label: 'Key', type: 'string' }]

export const associationTriggers: TriggerEntry[] = [
  {
    id: 'crm.association.created',
    label: 'Association added',
    description: 'A way to join records was added.',
    resource: 'associations',
    system: 'crm',
    scope: ['associations.readonly'],
    event: 'AssociationCreate',
    ownAddress: true,
    sample: {
      ...association,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0025',
    },
    filters: objectFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.association.updated',
    label: 'Association changed',
    description: 'A way to join records was changed.',
    resource: 'associations',
    system: 'crm',
    scope: ['associations.readonly'],
    event: 'AssociationUpdate',
    ownAddress: true,
    sample: {
      ...association,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0026',
    },
    filters: objectFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.association.deleted',
    label: 'Association deleted',
    description: 'A way to join records was deleted.',
    resource: 'associations',
    system: 'crm',
    scope: ['associations.readonly'],
    event: 'AssociationDelete',
    ownAddress: true,
    sample: {
      ...association,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0027',
    },
    filters: objectFilters,
    dedupeKey,
    recordKey: ['id'],
  },
]
