// Our own actions on invoices: they match a Rankr invoice with one of the account first, store the link, and never
// create, send or pay one twice.
import { businessDetails } from '../billing-fields.ts'
import { contactId, currency, invoiceId, userId } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const scope = ['invoices.readonly', 'invoices.write'] as const

const invoice = {
  key: 'rankrId',
  label: 'Invoice id in Rankr',
  type: 'string',
  required: true,
} as const satisfies FieldEntry

const matching = [
  invoice,
  { ...invoiceId, required: false, help: 'When it is known already, for example from an earlier step.' },
] as const satisfies FieldEntry[]

const customer = [
  { key: 'customerId', label: 'Customer number in Rankr', type: 'string', required: true },
  { key: 'customerEmail', label: 'E-mail of the customer', type: 'string', format: 'email', sensitive: true },
  { key: 'customerPhone', label: 'Phone of the customer', type: 'phone', sensitive: true },
  { key: 'customerName', label: 'Name of the customer', type: 'string' },
  { ...contactId, required: false, help: 'When it is known already, for example from an earlier step.' },
  {
    key: 'phoneWhenMissing',
    label: 'Phone when the customer has none',
    type: 'phone',
    help: 'No invoice can be made without a phone number. Often that of your own office.',
  },
  {
    key: 'waitMinutes',
    label: 'Wait for the customer',
    type: 'numerical',
    format: 'integer',
    min: 0,
    max: 240,
    help: 'In minutes, when the invoice comes before its customer. After that the contact is made from the invoice.',
  },
] as const satisfies FieldEntry[]

const sampleInput = {
  rankrId: 'inv_2077',
  number: 'RK-2077',
  customerId: 'cus_10482',
  amount: 129.9,
  currency: 'USD',
  status: 'draft',
  dueDate: '2026-03-16',
  lineItems: [{ name: 'Growth plan', quantity: 1, price: 129.9 }],
}

const CRM_INVOICE = '66f4a1d2e4a5c60013d2e3b1'

export const appInvoiceActions: ActionEntry[] = [
  {
    id: 'app.invoices.upsert',
    label: 'Bring an invoice over',
    description:
      'Makes a draft of an invoice of Rankr on the contact of its customer, or changes the draft it has become. What was sent is not changed any more.',
    resource: 'invoices',
    system: 'app',
    scope: ['contacts.readonly', 'contacts.write', ...scope, 'locations.readonly'],
    input: [
      invoice,
      { key: 'number', label: 'Invoice number', type: 'string', max: 60, help: 'The id in Rankr when empty.' },
      ...customer,
      { key: 'amount', label: 'Amount', type: 'numerical', required: true, min: 0, help: 'In units, like 19.99.' },
      currency,
      {
        key: 'lineItems',
        label: 'Items',
        type: 'json',
        list: true,
        help: 'Each with name, quantity and price. What they lack to the amount becomes one more line, what they exceed a discount.',
      },
      { key: 'status', label: 'Status in Rankr', type: 'string' },
      { key: 'amountPaid', label: 'Paid so far', type: 'numerical', min: 0, help: 'As Rankr has it. Not recorded.' },
      { key: 'issueDate', label: 'Issued', type: 'date', help: 'The day it arrives when empty.' },
      { key: 'dueDate', label: 'Due', type: 'date' },
      {
        key: 'dueDays',
        label: 'Days until it is due',
        type: 'numerical',
        format: 'integer',
        min: 0,
        max: 365,
        help: 'When no day is given. 14 when empty.',
      },
      { key: 'title', label: 'Title', type: 'string', max: 60, group: 'Texts' },
      { key: 'terms', label: 'Terms and notes', type: 'rich-text', group: 'Texts' },
      { key: 'liveMode', label: 'Real payments', type: 'toggle', help: 'Off for a test. On when empty.' },
      { ...businessDetails, required: false, help: 'The business that bills. That of the account when empty.' },
    ],
    sample: {
      input: sampleInput,
      output: { invoiceId: CRM_INVOICE, contactId: 'Qm8dXw2LrT5vBn9KcY1p', outcome: 'created', status: 'draft' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['rankrId', 'number'],
  },
  {
    id: 'app.invoices.send',
    label: 'Send an invoice of Rankr',
    description: 'Sends a draft to its customer, or only marks it as sent. One that was sent before is left alone.',
    resource: 'invoices',
    system: 'app',
    scope: [...scope, 'users.readonly'],
    input: [
      ...matching,
      {
        key: 'by',
        label: 'How',
        type: 'select',
        choices: [
          { value: 'email', label: 'By e-mail' },
          { value: 'sms', label: 'By text message' },
          { value: 'sms_and_email', label: 'By text message and e-mail' },
          { value: 'send_manually', label: 'Only mark it as sent' },
        ],
        help: 'By e-mail when empty.',
      },
      { ...userId, label: 'Sent by', help: 'Whoever installed the app when empty.' },
    ],
    sample: {
      input: { rankrId: 'inv_2077', by: 'email' },
      output: { invoiceId: CRM_INVOICE, outcome: 'sent', status: 'sent' },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.invoices.record-payment',
    label: 'Record a payment of an invoice of Rankr',
    description:
      'Notes what was paid, in full or in part. Only what is missing to what was paid so far is recorded, so that nothing is counted twice.',
    resource: 'invoices',
    system: 'app',
    scope: [...scope],
    input: [
      ...matching,
      { key: 'paidTotal', label: 'Paid so far', type: 'numerical', min: 0, help: 'All payments together.' },
      {
        key: 'amount',
        label: 'Amount of one payment',
        type: 'numerical',
        min: 0,
        help: 'Instead of what was paid so far. When both are empty the whole open amount is recorded.',
      },
      {
        key: 'paymentId',
        label: 'Payment id',
        type: 'string',
        max: 200,
        help: 'A payment with an id is recorded once.',
      },
      {
        key: 'mode',
        label: 'Paid by',
        type: 'select',
        choices: [
          { value: 'cash', label: 'Cash' },
          { value: 'bank_transfer', label: 'Bank transfer' },
          { value: 'other', label: 'Another way' },
        ],
        help: 'Another way when empty.',
      },
      { key: 'note', label: 'Note', type: 'textarea', max: 500 },
      { key: 'paidAt', label: 'When', type: 'date-time' },
    ],
    sample: {
      input: { rankrId: 'inv_2077', paidTotal: 50 },
      output: {
        invoiceId: CRM_INVOICE,
        outcome: 'recorded',
        status: 'partially_paid',
        amountPaid: 50,
        amountDue: 79.9,
      },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.invoices.void',
    label: 'Make an invoice of Rankr void',
    description: 'Makes the invoice invalid; it stays in the books. One that never came over is left alone.',
    resource: 'invoices',
    system: 'app',
    scope: [...scope],
    input: [...matching],
    sample: {
      input: { rankrId: 'inv_2077' },
      output: { invoiceId: CRM_INVOICE, outcome: 'voided', status: 'void' },
    },
    risk: 'destroy',
    idempotent: true,
  },
  {
    id: 'app.invoices.compare',
    label: 'See what is new about an invoice',
    description:
      'Reads an invoice that came from Rankr and says whether it is further than Rankr knows: sent, paid in part or in full, or void.',
    resource: 'invoices',
    system: 'app',
    scope: ['invoices.readonly'],
    input: [invoiceId],
    sample: {
      input: { invoiceId: CRM_INVOICE },
      output: { rankrId: 'inv_2077', isNews: true, status: 'partially_paid', amountPaid: 50 },
    },
    risk: 'read',
    idempotent: true,
  },
]
