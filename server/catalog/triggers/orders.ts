// Events about orders that were placed in the CRM.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const order = {
  ...envelope,
  _id: '66f5a0c3e4a5c60013d2e4a1',
  altId: 'h4Rk9mT2xQeW7vLp3ZsA',
  altType: 'location',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
  contactSnapshot: {
    id: 'Qm8dXw2LrT5vBn9KcY1p',
    firstName: 'Maya',
    lastName: 'Okafor',
    email: 'maya.okafor@example.com',
    phone: '+14155550132',
  },
  status: 'pending',
  fulfillmentStatus: 'unfulfilled',
  currency: 'USD',
  amount: 129.9,
  liveMode: true,
  amountSummary: { subtotal: 129.9, discount: 0 },
  source: { type: 'payment_link', id: '66f59f00e4a5c60013d2e490', name: 'Growth plan' },
  items: [{ name: 'Growth plan', qty: 1 }],
  createdAt: '2026-03-02T15:10:00.000Z',
  updatedAt: '2026-03-02T15:10:00.000Z',
}

const filters: FilterEntry[] = [
  { path: 'status', label: 'Status', type: 'string' },
  { path: 'amount', label: 'Amount', type: 'numerical' },
  { path: 'currency', label: 'Currency', type: 'string' },
  { path: 'source.type', label: 'Where it was placed', type: 'string' },
  { path: 'liveMode', label: 'Real payment', type: 'toggle' },
]

export const orderTriggers: TriggerEntry[] = [
  {
    id: 'crm.order.created',
    label: 'Order placed',
    description: 'An order was placed in the CRM.',
    resource: 'orders',
    system: 'crm',
    scope: ['payments/orders.readonly'],
    event: 'OrderCreate',
    sample: {
      type: 'OrderCreate',
      ...order,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0018',
    },
    filters: filters,
    dedupeKey,
    recordKey: ['_id'],
  },
  {
    id: 'crm.order.status-changed',
    label: 'Status of an order changed',
    description: 'An order was paid, completed, refunded or cancelled.',
    resource: 'orders',
    system: 'crm',
    scope: ['payments/orders.readonly'],
    event: 'OrderStatusUpdate',
    sample: {
      type: 'OrderStatusUpdate',
      ...order,
      status: 'completed',
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0019',
    },
    filters: filters,
    dedupeKey,
    recordKey: ['_id'],
  },
]
