// Rankr's events about customers. Bodies are `{ type, timestamp, data }`; unknown members of `data` are kept.
import type { FilterEntry, TriggerEntry } from '../schema.ts'

const customer = {
  id: 'cus_10482',
  email: 'maya.okafor@example.com',
  name: 'Maya Okafor',
  phone: '+14155550132',
  company: 'Okafor Studio',
  tags: ['growth-plan'],
  created_at: '2026-03-02T14:05:03Z',
  updated_at: '2026-03-02T14:05:03Z',
}

const filters: FilterEntry[] = [
  { path: 'data.email', label: 'E-mail', type: 'string' },
  { path: 'data.company', label: 'Company', type: 'string' },
  { path: 'data.tags', label: 'Tags', type: 'string', help: 'True when one of the tags matches.' },
]

const dedupeKey = { in: 'header', key: 'webhook-id' } as const

export const rankrCustomerTriggers: TriggerEntry[] = [
  {
    id: 'rankr.customer.created',
    label: 'Customer created',
    description: 'A customer was added in Rankr.',
    resource: 'customers',
    system: 'rankr',
    event: 'customer.created',
    sample: { type: 'customer.created', timestamp: '2026-03-02T14:05:04Z', data: customer },
    filters,
    dedupeKey,
    recordKey: ['data.id'],
  },
  {
    id: 'rankr.customer.updated',
    label: 'Customer updated',
    description: 'Details of a customer changed in Rankr.',
    resource: 'customers',
    system: 'rankr',
    event: 'customer.updated',
    sample: {
      type: 'customer.updated',
      timestamp: '2026-03-09T08:30:21Z',
      data: { ...customer, company: 'Okafor & Daughters', updated_at: '2026-03-09T08:30:20Z' },
    },
    filters,
    dedupeKey,
    recordKey: ['data.id'],
  },
  {
    id: 'rankr.customer.deleted',
    label: 'Customer deleted',
    description: 'A customer was removed in Rankr.',
    resource: 'customers',
    system: 'rankr',
    event: 'customer.deleted',
    sample: { type: 'customer.deleted', timestamp: '2026-05-18T17:44:09Z', data: customer },
    filters,
    dedupeKey,
    recordKey: ['data.id'],
  },
]
