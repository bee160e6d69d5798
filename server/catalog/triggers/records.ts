// Events about records of custom objects. Their bodies carry no type, so each event gets an address of its own.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const record = {
  ...envelope,
  id: '66f2b7d1e4a5c60013d2e1f0',
  owners: ['uJ3sN6aPq8Zt1VxR4mLk'],
  followers: [],
  properties: [
    { key: 'number', valueString: 'ord_5521' },
    { key: 'status', valueString: 'paid' },
  ],
}

const recordFilters: FilterEntry[] = [
  { path: 'properties.key', label: 'Has the field', type: 'string' },
  { path: 'properties.valueString', label: 'Has the value', type: 'string' },
]

export const recordTriggers: TriggerEntry[] = [
  {
    id: 'crm.record.created',
    label: 'Record added',
    description: 'A record of a custom object, or a business, was added.',
    resource: 'records',
    system: 'crm',
    scope: ['objects/record.readonly'],
    event: 'RecordCreate',
    ownAddress: true,
    sample: { ...record, timestamp: '2026-03-02T14:05:12.000Z', webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0022' },
    filters: recordFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.record.updated',
    label: 'Record changed',
    description: 'A record of a custom object, or a business, was changed.',
    resource: 'records',
    system: 'crm',
    scope: ['objects/record.readonly'],
    event: 'RecordUpdate',
    ownAddress: true,
    sample: { ...record, timestamp: '2026-03-02T14:05:12.000Z', webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0023' },
    filters: recordFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.record.deleted',
    label: 'Record deleted',
    description: 'A record of a custom object, or a business, was deleted.',
    resource: 'records',
    system: 'crm',
    scope: ['objects/record.readonly'],
    event: 'RecordDelete',
    ownAddress: true,
    sample: { ...record, timestamp: '2026-03-02T14:05:12.000Z', webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0024' },
    filters: recordFilters,
    dedupeKey,
    recordKey: ['id'],
  },
]
