// Payments that were made.
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

const sampleTransaction = {
  _id: '66f5a0d8e4a5c60013d2e4b2',
  altId: 'h4Rk9mT2xQeW7vLp3ZsA',
  altType: 'location',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
  currency: 'USD',
  amount: 129.9,
  status: 'succeeded',
  liveMode: true,
  entityType: 'order',
  entityId: '66f5a0c3e4a5c60013d2e4a1',
  createdAt: '2026-03-02T15:10:20.000Z',
  updatedAt: '2026-03-02T15:10:20.000Z',
}

export const transactionActions: ActionEntry[] = [
  {
    id: 'crm.transactions.list',
    label: 'List payments',
    description: 'Finds payments by contact, order, invoice or date.',
    resource: 'transactions',
    system: 'crm',
    scope: ['payments/transactions.readonly'],
    method: 'GET',
    path: '/payments/transactions',
    version: 'v3',
    input: [
      ...altQuery,
      { key: 'entityId', label: 'Order or invoice', type: 'string', in: 'query' },
      ...filters,
      { ...limit, in: 'query' },
      { ...offset, in: 'query' },
    ],
    sample: {
      input: { entityId: '66f5a0c3e4a5c60013d2e4a1', limit: 20 },
      output: {
        data: [{ ...sampleTransaction, entitySourceType: 'payment_link', fulfilledAt: '2026-03-02T15:10:20.000Z' }],
        totalCount: 1,
      },
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
    id: 'crm.transactions.get',
    label: 'Get a payment',
    description: 'Reads one payment.',
    resource: 'transactions',
    system: 'crm',
    scope: ['payments/transactions.readonly'],
    method: 'GET',
    path: '/payments/transactions/{transactionId}',
    version: 'v3',
    input: [{ key: 'transactionId', label: 'Payment', type: 'string', in: 'path', required: true }, ...altQuery],
    sample: { input: { transactionId: '66f5a0d8e4a5c60013d2e4b2' }, output: sampleTransaction },
    risk: 'read',
    idempotent: true,
  },
]
