// Subscriptions.
import { altQuery, contactId, limit, offset } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const filters = [
  { ...contactId, in: 'query', required: false },
  { key: 'search', label: 'Text', type: 'string', in: 'query' },
  { key: 'startAt', label: 'From', type: 'date', in: 'query' },
  { key: 'endAt', label: 'Until', type: 'date', in: 'query' },
  {
    key: 'paymentMode',
    label: 'Payments',
    type: 'select',
    in: 'query',
    choices: [
      { value: 'live', label: 'Real' },
      { value: 'test', label: 'Test' },
    ],
  },
] as const satisfies FieldEntry[]

const sampleSubscription = {
  _id: '66f5a1e9e4a5c60013d2e4c3',
  altId: 'h4Rk9mT2xQeW7vLp3ZsA',
  altType: 'location',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
  currency: 'USD',
  amount: 129.9,
  status: 'active',
  liveMode: true,
  entityType: 'order',
  entityId: '66f5a0c3e4a5c60013d2e4a1',
  createdAt: '2026-03-02T15:10:30.000Z',
  updatedAt: '2026-03-02T15:10:30.000Z',
}

export const subscriptionActions: ActionEntry[] = [
  {
    id: 'crm.subscriptions.list',
    label: 'List subscriptions',
    description: 'Finds subscriptions by contact or date.',
    resource: 'subscriptions',
    system: 'crm',
    scope: ['payments/subscriptions.readonly'],
    method: 'GET',
    path: '/payments/subscriptions',
    version: 'v3',
    input: [
      ...altQuery,
      { key: 'entityId', label: 'Order', type: 'string', in: 'query' },
      ...filters,
      { ...limit, in: 'query' },
      { ...offset, in: 'query' },
    ],
    sample: {
      input: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', limit: 20 },
      output: { data: [{ ...sampleSubscription, entitySourceType: 'payment_link' }], totalCount: 1 },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'data',
      totalAt: 'totalCount',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 100, skipKey: 'offset' },
    },
  },
  {
    id: 'crm.subscriptions.get',
    label: 'Get a subscription',
    description: 'Reads one subscription.',
    resource: 'subscriptions',
    system: 'crm',
    scope: ['payments/subscriptions.readonly'],
    method: 'GET',
    path: '/payments/subscriptions/{subscriptionId}',
    version: 'v3',
    input: [{ key: 'subscriptionId', label: 'Subscription', type: 'string', in: 'path', required: true }, ...altQuery],
    sample: { input: { subscriptionId: '66f5a1e9e4a5c60013d2e4c3' }, output: sampleSubscription },
    risk: 'read',
    idempotent: true,
  },
]
