// Our own actions on orders: the CRM's API cannot create orders, so an order becomes a custom object's record,
// associated with its customer's contact.
import { contactId, currency } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const order = {
  key: 'rankrId',
  label: 'Order id in Rankr',
  type: 'string',
  required: true,
} as const satisfies FieldEntry

const number = { key: 'number', label: 'Order number', type: 'string', max: 75 } as const satisfies FieldEntry

const customer = {
  key: 'customerId',
  label: 'Customer number in Rankr',
  type: 'string',
  required: true,
} as const satisfies FieldEntry

const customerHints: FieldEntry[] = [
  { key: 'customerEmail', label: 'E-mail of the customer', type: 'string', format: 'email', sensitive: true },
  { key: 'customerPhone', label: 'Phone of the customer', type: 'phone', sensitive: true },
  { key: 'customerName', label: 'Name of the customer', type: 'string' },
]

const lineItems = {
  key: 'lineItems',
  label: 'Items',
  type: 'json',
  list: true,
  help: 'Each with name, quantity, price and, where there is one, sku.',
} as const satisfies FieldEntry

const placedAt = {
  key: 'placedAt',
  label: 'Placed',
  type: 'string',
  help: 'A day or a moment of ISO 8601.',
} as const satisfies FieldEntry

const knownContact = {
  ...contactId,
  required: false,
  help: 'When it is known already, for example from an earlier step.',
}

const total = {
  key: 'total',
  label: 'Total',
  type: 'numerical',
  required: true,
  min: 0,
  help: 'In units, like 19.99.',
} as const satisfies FieldEntry

const refundedTotal = {
  key: 'refundedTotal',
  label: 'Paid back',
  type: 'numerical',
  min: 0,
  help: 'What of the total was paid back, in units.',
} as const satisfies FieldEntry

const status = { key: 'status', label: 'Status', type: 'string', required: true } as const satisfies FieldEntry

const ORDER_SCOPES = [
  'contacts.readonly',
  'contacts.write',
  'objects/schema.readonly',
  'objects/schema.write',
  'objects/record.readonly',
  'objects/record.write',
  'associations.readonly',
  'associations.write',
  'associations/relation.readonly',
  'associations/relation.write',
  'locations/customFields.readonly',
  'locations/customFields.write',
] as const

const RECORD = '66f2b7d1e4a5c60013d2e1f0'
const CONTACT = 'Qm8dXw2LrT5vBn9KcY1p'

export const appOrderActions: ActionEntry[] = [
  {
    id: 'app.orders.upsert',
    label: 'Bring an order over',
    description:
      'Makes a record of an order of Rankr and joins it to the contact of its customer, or changes the record it has become. Where the account has no place for orders yet, it is kept as a note and moved later.',
    resource: 'records',
    system: 'app',
    scope: [...ORDER_SCOPES],
    input: [
      order,
      { ...number, help: 'The id in Rankr when empty.' },
      customer,
      ...customerHints,
      knownContact,
      {
        key: 'waitMinutes',
        label: 'Wait for the customer',
        type: 'numerical',
        format: 'integer',
        min: 0,
        max: 240,
        help: 'In minutes, when the order comes before its customer. After that the contact is made from the order.',
      },
      total,
      currency,
      status,
      refundedTotal,
      lineItems,
      {
        key: 'products',
        label: 'Products',
        type: 'json',
        list: true,
        help: 'Which products the items are, as "Find or make the products of an order" answers it.',
      },
      placedAt,
      {
        key: 'properties',
        label: 'Other fields',
        type: 'map',
        help: 'By the key of the field. Fields that the account does not have are left out.',
      },
    ],
    sample: {
      input: {
        rankrId: 'ord_5521',
        customerId: 'cus_10482',
        total: 129.9,
        currency: 'USD',
        status: 'paid',
        lineItems: [{ name: 'Growth plan', sku: 'growth', quantity: 1, price: 129.9 }],
      },
      output: { recordId: RECORD, contactId: CONTACT, outcome: 'created' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['rankrId'],
  },
  {
    id: 'app.orders.change',
    label: 'Change an order that is there',
    description:
      'Changes single values of an order that has become a record, or that waits as a note. What is left empty stays as it is.',
    resource: 'records',
    system: 'app',
    scope: [...ORDER_SCOPES],
    input: [
      order,
      { ...number, help: 'What people call it.' },
      { ...customer, required: false },
      ...customerHints,
      knownContact,
      { ...total, required: false },
      { ...currency, required: false },
      { ...status, required: false },
      lineItems,
      placedAt,
    ],
    sample: {
      input: { rankrId: 'ord_5521', status: 'shipped' },
      output: { recordId: RECORD, contactId: CONTACT, outcome: 'updated' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['rankrId'],
  },
  {
    id: 'app.orders.move-waiting',
    label: 'Move an order to its place',
    description:
      'Makes the record of an order that was kept as a note because the account had no place for orders, and deletes the note. Leaves any other order alone.',
    resource: 'records',
    system: 'app',
    scope: [...ORDER_SCOPES],
    input: [order],
    sample: {
      input: { rankrId: 'ord_5521' },
      output: { recordId: RECORD, contactId: CONTACT, outcome: 'created' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['rankrId'],
  },
  {
    id: 'app.orders.match-products',
    label: 'Find or make the products of an order',
    description:
      'Finds the product of each item by its article number (SKU), makes it with its price where there is none, and remembers it. Items without a number are left alone.',
    resource: 'products',
    system: 'app',
    scope: ['products.readonly', 'products.write', 'products/prices.readonly', 'products/prices.write'],
    input: [order, currency, lineItems],
    sample: {
      input: {
        rankrId: 'ord_5521',
        currency: 'USD',
        lineItems: [{ name: 'Growth plan', sku: 'growth', quantity: 1, price: 129.9 }],
      },
      output: {
        products: [
          {
            sku: 'growth',
            productId: '66f5c3f2e4a5c60013d2e4e1',
            priceId: '66f5c4a1e4a5c60013d2e4e5',
            outcome: 'created',
          },
        ],
      },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.orders.follow-opportunity',
    label: 'Let an opportunity follow an order',
    description:
      'Makes one opportunity for an order on the contact of its customer, or changes the one it has: value and status follow the order, and its stage where one is chosen; in between it stays where people move it.',
    resource: 'opportunities',
    system: 'app',
    scope: ['opportunities.readonly', 'opportunities.write'],
    input: [
      order,
      { ...contactId, required: true },
      { key: 'pipelineId', label: 'Pipeline', type: 'string', required: true },
      { key: 'stageId', label: 'Stage', type: 'string', help: 'Where it begins. The first one when empty.' },
      { key: 'wonStageId', label: 'Stage once it is won', type: 'string', help: 'It stays where it is when empty.' },
      { key: 'lostStageId', label: 'Stage once it is lost', type: 'string', help: 'It stays where it is when empty.' },
      total,
      currency,
      refundedTotal,
      status,
    ],
    sample: {
      input: {
        rankrId: 'ord_5521',
        contactId: CONTACT,
        pipelineId: 'pL4nX8vQ2wRt6YbM9sKd',
        total: 129.9,
        currency: 'USD',
        status: 'paid',
      },
      output: { opportunityId: 'oP7kR3nV9xTq2WzL5mBc', outcome: 'created', status: 'won' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['rankrId'],
  },
]
