// Rankr's events about invoices.
import type { FilterEntry, TriggerEntry } from '../schema.ts'

const dedupeKey = { in: 'header', key: 'webhook-id' } as const

const invoice = {
  invoice_id: 'inv_2077',
  customer_id: 'cus_10482',
  order_id: 'ord_5521',
  number: 'RK-2077',
  status: 'draft',
  currency: 'USD',
  amount: 129.9,
  amount_paid: 0,
  due_date: '2026-03-16',
  line_items: [{ name: 'Growth plan', quantity: 1, price: 129.9 }],
}

const filters: FilterEntry[] = [
  { path: 'data.status', label: 'Status', type: 'string' },
  { path: 'data.amount', label: 'Amount', type: 'numerical' },
  { path: 'data.currency', label: 'Currency', type: 'string' },
]

export const rankrInvoiceTriggers: TriggerEntry[] = [
  {
    id: 'rankr.invoice.created',
    label: 'Invoice created',
    description: 'An invoice was made in Rankr.',
    resource: 'invoices',
    system: 'rankr',
    event: 'invoice.created',
    sample: { type: 'invoice.created', timestamp: '2026-03-02T14:45:00Z', data: invoice },
    filters: filters,
    dedupeKey,
    recordKey: ['data.invoice_id'],
  },
  {
    id: 'rankr.invoice.updated',
    label: 'Invoice updated',
    description: 'An invoice was changed in Rankr.',
    resource: 'invoices',
    system: 'rankr',
    event: 'invoice.updated',
    sample: {
      type: 'invoice.updated',
      timestamp: '2026-03-03T10:00:00Z',
      data: { ...invoice, due_date: '2026-03-30' },
    },
    filters: filters,
    dedupeKey,
    recordKey: ['data.invoice_id'],
  },
  {
    id: 'rankr.invoice.sent',
    label: 'Invoice sent',
    description: 'An invoice was sent to its customer by Rankr.',
    resource: 'invoices',
    system: 'rankr',
    event: 'invoice.sent',
    sample: { type: 'invoice.sent', timestamp: '2026-03-02T14:46:00Z', data: { ...invoice, status: 'sent' } },
    filters: filters,
    dedupeKey,
    recordKey: ['data.invoice_id'],
  },
  {
    id: 'rankr.invoice.paid',
    label: 'Invoice paid',
    description: 'An invoice was paid in Rankr, in full or in part.',
    resource: 'invoices',
    system: 'rankr',
    event: 'invoice.paid',
    sample: {
      type: 'invoice.paid',
      timestamp: '2026-03-08T07:31:19Z',
      data: { ...invoice, status: 'paid', amount_paid: 129.9 },
    },
    filters: filters,
    dedupeKey,
    recordKey: ['data.invoice_id'],
  },
  {
    id: 'rankr.invoice.voided',
    label: 'Invoice voided',
    description: 'An invoice was made invalid in Rankr.',
    resource: 'invoices',
    system: 'rankr',
    event: 'invoice.voided',
    sample: { type: 'invoice.voided', timestamp: '2026-03-05T12:15:00Z', data: { ...invoice, status: 'void' } },
    filters: filters,
    dedupeKey,
    recordKey: ['data.invoice_id'],
  },
]
