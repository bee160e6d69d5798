// Events about which records are joined. Their bodies carry no type, so each event gets an address of its own.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const relation = {
  ...envelope,
  id: '66f2b7e0e4a5c60013d2e1f7',
  associationId: '66f2a5e3d8e9b70012a3b4d1',
  firstObjectKey: 'contact',
  firstRecordId: 'Qm8dXw2LrT5vBn9KcY1p',
  secondObjectKey: 'custom_objects.rankr_orders',
  secondRecordId: '66f2b7d1e4a5c60013d2e1f0',
}

const relationFilters: FilterEntry[] = [
  {
    path: 'associationId',
    label: 'Association',
    type: 'select',
    choices: { from: 'crm.associations.list', itemsAt: 'associations', value: 'id', label: 'key' },
  },
]

export const relationTriggers: TriggerEntry[] = [
  {
    id: 'crm.relation.created',
    label: 'Records joined',
    description: 'Two records were joined.',
    resource: 'relations',
    system: 'crm',
    scope: ['associations/relation.readonly'],
    event: 'RelationCreate',
    ownAddress: true,
    sample: { ...relation, timestamp: '2026-03-02T14:05:12.000Z', webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0028' },
    filters: relationFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.relation.deleted',
    label: 'Records parted',
    description: 'Two records are joined no longer.',
    resource: 'relations',
    system: 'crm',
    scope: ['associations/relation.readonly'],
    event: 'RelationDelete',
    ownAddress: true,
    sample: { ...relation, timestamp: '2026-03-02T14:05:12.000Z', webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0029' },
    filters: relationFilters,
    dedupeKey,
    recordKey: ['id'],
  },
]
