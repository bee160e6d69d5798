// Rankr's events about orders.
import type { FilterEntry, TriggerEntry } from '../schema.ts'

const dedupeKey = { in: 'header', key: 'webhook-id' } as const

const order = {
  order_id: 'ord_5521',
  customer_id: 'cus_10482',
  number: '2026-5521',
  status: 'paid',
  currency: 'USD',
  total: 129.9,
  line_items: [
    { sku: 'PLAN-GROWTH', name: 'Growth plan', quantity: 1, price: 119.9 },
    { sku: 'ADDON-REPORTS', name: 'Weekly reports', quantity: 1, price: 10 },
  ],
  placed_at: '2026-03-02T14:38:50Z',
}

const filters: FilterEntry[] = [
  { path: 'data.status', label: 'Status', type: 'string' },
  { path: 'data.total', label: 'Total', type: 'numerical' },
  { path: 'data.currency', label: 'Currency', type: 'string' },
  {
    path: 'data.line_items.sku',
    label: 'Has the article',
    type: 'string',
    help: 'True when one of the items matches.',
  },
]

export const rankrOrderTriggers: TriggerEntry[] = [
  {
    id: 'rankr.order.created',
    label: 'Order created',
    description: 'A customer placed an order in Rankr.',
    resource: 'orders',
    system: 'rankr',
    event: 'order.created',
    sample: { type: 'order.created', timestamp: '2026-03-02T14:38:51Z', data: order },
    filters: filters,
    dedupeKey,
    recordKey: ['data.order_id'],
  },
  {
    id: 'rankr.order.updated',
    label: 'Order updated',
    description: 'Details of an order changed in Rankr.',
    resource: 'orders',
    system: 'rankr',
    event: 'order.updated',
    sample: { type: 'order.updated', timestamp: '2026-03-03T09:12:00Z', data: { ...order, status: 'shipped' } },
    filters: filters,
    dedupeKey,
    recordKey: ['data.order_id'],
  },
  {
    id: 'rankr.order.cancelled',
    label: 'Order cancelled',
    description: 'An order was called off in Rankr.',
    resource: 'orders',
    system: 'rankr',
    event: 'order.cancelled',
    sample: { type: 'order.cancelled', timestamp: '2026-03-02T18:00:12Z', data: { ...order, status: 'cancelled' } },
    filters: filters,
    dedupeKey,
    recordKey: ['data.order_id'],
  },
  {
    id: 'rankr.order.refunded',
    label: 'Order refunded',
    description: 'The money for an order was paid back in Rankr.',
    resource: 'orders',
    system: 'rankr',
    event: 'order.refunded',
    sample: {
      type: 'order.refunded',
      timestamp: '2026-03-12T11:20:45Z',
      data: { ...order, status: 'refunded', refunded_total: 129.9 },
    },
    filters: filters,
    dedupeKey,
    recordKey: ['data.order_id'],
  },
]
