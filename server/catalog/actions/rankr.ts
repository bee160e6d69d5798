// Calls to Rankr: what goes back when something happens in the CRM. Records have the shape of Rankr's events; lists come
// by page as `{ data, page, per_page, total, next_page }`.
import type { ActionEntry, FieldEntry } from '../schema.ts'

const customerId = {
  key: 'customerId',
  name: 'id',
  label: 'Customer',
  type: 'select',
  in: 'path',
  required: true,
  choices: { from: 'rankr.customers.list', itemsAt: 'data', value: 'id', label: ['name', 'email', 'id'] },
} as const satisfies FieldEntry

const orderId = {
  key: 'orderId',
  name: 'id',
  label: 'Order',
  type: 'select',
  in: 'path',
  required: true,
  choices: { from: 'rankr.orders.list', itemsAt: 'data', value: 'order_id', label: 'order_id' },
} as const satisfies FieldEntry

const invoiceId = {
  key: 'invoiceId',
  name: 'id',
  label: 'Invoice',
  type: 'select',
  in: 'path',
  required: true,
  choices: { from: 'rankr.invoices.list', itemsAt: 'data', value: 'invoice_id', label: 'invoice_id' },
} as const satisfies FieldEntry

const issueId = {
  key: 'issueId',
  name: 'id',
  label: 'Issue',
  type: 'string',
  in: 'path',
  required: true,
} as const satisfies FieldEntry

const paging = [
  { key: 'page', label: 'Page', type: 'numerical', in: 'query', format: 'integer', min: 1, group: 'Paging' },
  {
    key: 'perPage',
    name: 'per_page',
    label: 'Number per page',
    type: 'numerical',
    in: 'query',
    format: 'integer',
    min: 1,
    max: 100,
    group: 'Paging',
  },
] as const satisfies FieldEntry[]

const byPage = {
  itemsAt: 'data',
  totalAt: 'total',
  paging: { style: 'page', in: 'query', sizeKey: 'perPage', maxSize: 100, pageKey: 'page', firstPage: 1 },
} as const

const details = [
  { key: 'email', label: 'E-mail', type: 'string', format: 'email', sensitive: true },
  { key: 'name', label: 'Name', type: 'string' },
  { key: 'phone', label: 'Phone', type: 'phone', sensitive: true },
  { key: 'company', label: 'Company', type: 'string' },
] as const satisfies FieldEntry[]

const tags = { key: 'tags', label: 'Tags', type: 'string', required: true, list: true } as const satisfies FieldEntry

const status = { key: 'status', label: 'Status', type: 'string', required: true } as const satisfies FieldEntry

const sampleCustomer = {
  id: 'cus_10482',
  email: 'maya.okafor@example.com',
  name: 'Maya Okafor',
  phone: '+14155550132',
  company: 'Okafor Studio',
  tags: ['growth-plan'],
}

const sampleOrder = {
  order_id: 'ord_5521',
  customer_id: 'cus_10482',
  status: 'paid',
  currency: 'USD',
  total: 129.9,
  line_items: [{ sku: 'PLAN-GROWTH', name: 'Growth plan', quantity: 1, price: 129.9 }],
}

const sampleInvoice = {
  invoice_id: 'inv_2077',
  customer_id: 'cus_10482',
  status: 'sent',
  currency: 'USD',
  amount: 129.9,
  due_date: '2026-03-16',
}

const sampleIssue = {
  issue_id: 'iss_314',
  customer_id: 'cus_10482',
  title: 'Import stopped at row 120',
  severity: 'high',
  status: 'open',
}

const page = { page: 1, per_page: 20, total: 1, next_page: null }

export const rankrActions: ActionEntry[] = [
  {
    id: 'rankr.customers.push',
    label: 'Create or update a customer in Rankr',
    description: 'Finds the customer by number, then by e-mail, and updates it; creates it when there is none.',
    resource: 'customers',
    system: 'rankr',
    method: 'POST',
    path: '/customers',
    input: [
      { key: 'id', label: 'Customer number', type: 'string' },
      ...details,
      { ...tags, required: false },
      { key: 'custom', label: 'Other fields', type: 'map' },
    ],
    sample: {
      input: { email: 'maya.okafor@example.com', name: 'Maya Okafor', phone: '+14155550132', company: 'Okafor Studio' },
      output: sampleCustomer,
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['id', 'email'],
  },
  {
    id: 'rankr.customers.update',
    label: 'Change a customer in Rankr',
    description: 'Changes the given fields of a customer.',
    resource: 'customers',
    system: 'rankr',
    method: 'PATCH',
    path: '/customers/{id}',
    input: [customerId, ...details, { key: 'custom', label: 'Other fields', type: 'map' }],
    sample: {
      input: { customerId: 'cus_10482', phone: '+14155550133' },
      output: { ...sampleCustomer, phone: '+14155550133' },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'rankr.customers.get',
    label: 'Get a customer from Rankr',
    description: 'Reads one customer.',
    resource: 'customers',
    system: 'rankr',
    method: 'GET',
    path: '/customers/{id}',
    input: [customerId],
    sample: { input: { customerId: 'cus_10482' }, output: sampleCustomer },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'rankr.customers.list',
    label: 'List customers of Rankr',
    description: 'Reads customers page by page.',
    resource: 'customers',
    system: 'rankr',
    method: 'GET',
    path: '/customers',
    input: [...paging],
    sample: { input: { page: 1, perPage: 20 }, output: { data: [sampleCustomer], ...page } },
    risk: 'read',
    idempotent: true,
    list: byPage,
  },
  {
    id: 'rankr.customers.add-tags',
    label: 'Tag a customer in Rankr',
    description: 'Adds tags to a customer and keeps those it has.',
    resource: 'customers',
    system: 'rankr',
    method: 'POST',
    path: '/customers/{id}/tags',
    input: [customerId, tags],
    sample: {
      input: { customerId: 'cus_10482', tags: ['vip'] },
      output: { ...sampleCustomer, tags: ['growth-plan', 'vip'] },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'rankr.customers.remove-tags',
    label: 'Remove tags of a customer in Rankr',
    description: 'Takes tags off a customer; tags it does not have are ignored.',
    resource: 'customers',
    system: 'rankr',
    method: 'DELETE',
    path: '/customers/{id}/tags',
    input: [customerId, tags],
    sample: { input: { customerId: 'cus_10482', tags: ['trial'] }, output: sampleCustomer },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'rankr.customers.add-note',
    label: 'Write a note on a customer in Rankr',
    description: 'Adds a note to a customer.',
    resource: 'customers',
    system: 'rankr',
    method: 'POST',
    path: '/customers/{id}/notes',
    input: [customerId, { key: 'body', label: 'Text', type: 'textarea', required: true, max: 5000 }],
    sample: {
      input: { customerId: 'cus_10482', body: 'Booked an onboarding call.' },
      output: { note_id: 'not_90', customer_id: 'cus_10482', body: 'Booked an onboarding call.' },
    },
    risk: 'write',
    idempotent: false,
  },
  {
    id: 'rankr.orders.get',
    label: 'Get an order from Rankr',
    description: 'Reads one order with its items.',
    resource: 'orders',
    system: 'rankr',
    method: 'GET',
    path: '/orders/{id}',
    input: [orderId],
    sample: { input: { orderId: 'ord_5521' }, output: sampleOrder },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'rankr.orders.list',
    label: 'List orders of Rankr',
    description: 'Reads orders page by page.',
    resource: 'orders',
    system: 'rankr',
    method: 'GET',
    path: '/orders',
    input: [...paging],
    sample: { input: { page: 1, perPage: 20 }, output: { data: [sampleOrder], ...page } },
    risk: 'read',
    idempotent: true,
    list: byPage,
  },
  {
    id: 'rankr.orders.set-status',
    label: 'Set the status of an order in Rankr',
    description: 'Tells Rankr what became of an order.',
    resource: 'orders',
    system: 'rankr',
    method: 'PATCH',
    path: '/orders/{id}',
    input: [orderId, status],
    sample: { input: { orderId: 'ord_5521', status: 'shipped' }, output: { ...sampleOrder, status: 'shipped' } },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'rankr.invoices.get',
    label: 'Get an invoice from Rankr',
    description: 'Reads one invoice.',
    resource: 'invoices',
    system: 'rankr',
    method: 'GET',
    path: '/invoices/{id}',
    input: [invoiceId],
    sample: { input: { invoiceId: 'inv_2077' }, output: sampleInvoice },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'rankr.invoices.list',
    label: 'List invoices of Rankr',
    description: 'Reads invoices page by page.',
    resource: 'invoices',
    system: 'rankr',
    method: 'GET',
    path: '/invoices',
    input: [...paging],
    sample: { input: { page: 1, perPage: 20 }, output: { data: [sampleInvoice], ...page } },
    risk: 'read',
    idempotent: true,
    list: byPage,
  },
  {
    id: 'rankr.invoices.set-status',
    label: 'Set the status of an invoice in Rankr',
    description: 'Tells Rankr that an invoice was sent, paid or voided in the CRM.',
    resource: 'invoices',
    system: 'rankr',
    method: 'PATCH',
    path: '/invoices/{id}',
    input: [
      invoiceId,
      status,
      { key: 'amountPaid', name: 'amount_paid', label: 'Paid so far', type: 'numerical', min: 0 },
    ],
    sample: {
      input: { invoiceId: 'inv_2077', status: 'paid', amountPaid: 129.9 },
      output: { ...sampleInvoice, status: 'paid', amount_paid: 129.9 },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'rankr.issues.set-status',
    label: 'Set the status of an issue in Rankr',
    description: 'Tells Rankr what became of the ticket that was opened for an issue.',
    resource: 'issues',
    system: 'rankr',
    method: 'PATCH',
    path: '/issues/{id}',
    input: [
      issueId,
      status,
      { key: 'ticketId', name: 'ticket_id', label: 'Ticket', type: 'string' },
      { key: 'ticketUrl', name: 'ticket_url', label: 'Address of the ticket', type: 'string', format: 'url' },
    ],
    sample: {
      input: { issueId: 'iss_314', status: 'resolved', ticketId: '35436' },
      output: { ...sampleIssue, status: 'resolved' },
    },
    risk: 'write',
    idempotent: true,
  },
]
