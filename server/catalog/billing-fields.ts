// Fields that invoices, recurring invoices, invoice templates and estimates share. Amounts are in whole units of the
// currency (19.99), not in cents.
import { currency } from './fields.ts'
import type { FieldEntry } from './schema.ts'

const address = {
  key: 'address',
  label: 'Address',
  type: 'object',
  fields: [
    { key: 'addressLine1', label: 'Street', type: 'string' },
    { key: 'addressLine2', label: 'More', type: 'string' },
    { key: 'city', label: 'City', type: 'string' },
    { key: 'state', label: 'State', type: 'string' },
    { key: 'postalCode', label: 'Postal code', type: 'string' },
    { key: 'countryCode', label: 'Country', type: 'string', max: 2, help: 'Two letters, like US or DE.' },
  ],
} as const satisfies FieldEntry

export const businessDetails = {
  key: 'businessDetails',
  label: 'Sender',
  type: 'object',
  required: true,
  group: 'Sender',
  help: 'The business that bills.',
  fields: [
    { key: 'name', label: 'Name', type: 'string' },
    { key: 'phoneNo', label: 'Phone', type: 'phone' },
    { key: 'website', label: 'Website', type: 'string' },
    { key: 'logoUrl', label: 'Logo', type: 'string', format: 'url' },
    address,
  ],
} as const satisfies FieldEntry

export const contactDetails = {
  key: 'contactDetails',
  label: 'Customer',
  type: 'object',
  required: true,
  fields: [
    {
      key: 'id',
      label: 'Contact',
      type: 'select',
      required: true,
      choices: {
        from: 'crm.contacts.search',
        itemsAt: 'contacts',
        value: 'id',
        label: ['contactName', 'email', 'phone', 'id'],
        search: 'query',
      },
    },
    { key: 'name', label: 'Name', type: 'string', required: true },
    { key: 'phoneNo', label: 'Phone', type: 'phone', required: true, sensitive: true },
    { key: 'email', label: 'E-mail', type: 'string', required: true, format: 'email', sensitive: true },
    { key: 'companyName', label: 'Company', type: 'string' },
    address,
  ],
} as const satisfies FieldEntry

export const items = {
  key: 'items',
  label: 'Items',
  type: 'object',
  required: true,
  list: true,
  fields: [
    { key: 'name', label: 'Name', type: 'string', required: true },
    { key: 'description', label: 'Description', type: 'textarea' },
    { key: 'qty', label: 'Quantity', type: 'numerical', required: true, min: 0 },
    { key: 'amount', label: 'Price of one', type: 'numerical', required: true },
    currency,
    { key: 'productId', label: 'Product', type: 'string' },
    { key: 'priceId', label: 'Price', type: 'string' },
    {
      key: 'type',
      label: 'Paid',
      type: 'select',
      choices: [
        { value: 'one_time', label: 'Once' },
        { value: 'recurring', label: 'Again and again' },
      ],
    },
    { key: 'taxInclusive', label: 'Tax is included', type: 'toggle' },
    {
      key: 'taxes',
      label: 'Taxes',
      type: 'object',
      list: true,
      fields: [
        { key: 'id', name: '_id', label: 'Number', type: 'string', required: true },
        { key: 'name', label: 'Name', type: 'string', required: true },
        { key: 'rate', label: 'Rate', type: 'numerical', required: true, help: 'In percent.' },
        {
          key: 'calculation',
          label: 'Calculation',
          type: 'select',
          choices: [{ value: 'exclusive', label: 'On top of the price' }],
        },
      ],
    },
  ],
} as const satisfies FieldEntry

export const discount = {
  key: 'discount',
  label: 'Discount',
  type: 'object',
  group: 'Discount',
  fields: [
    {
      key: 'type',
      label: 'Kind',
      type: 'select',
      required: true,
      choices: [
        { value: 'percentage', label: 'Percent' },
        { value: 'fixed', label: 'Amount' },
      ],
    },
    { key: 'value', label: 'Value', type: 'numerical', min: 0 },
  ],
} as const satisfies FieldEntry

export const sentTo = {
  key: 'sentTo',
  label: 'Send to',
  type: 'object',
  fields: [
    { key: 'email', label: 'E-mail', type: 'string', required: true, list: true, format: 'email', sensitive: true },
    { key: 'emailCc', label: 'Copy to', type: 'string', list: true, format: 'email', sensitive: true },
    { key: 'phoneNo', label: 'Phone', type: 'phone', list: true, sensitive: true },
  ],
} as const satisfies FieldEntry

export const liveMode = {
  key: 'liveMode',
  label: 'Real payments',
  type: 'toggle',
  required: true,
  help: 'Off for a test.',
} as const satisfies FieldEntry

export const texts = [
  { key: 'title', label: 'Title', type: 'string', group: 'Texts' },
  { key: 'termsNotes', label: 'Terms and notes', type: 'rich-text', group: 'Texts' },
] as const satisfies FieldEntry[]

export const sendAction = {
  key: 'action',
  label: 'How',
  type: 'select',
  required: true,
  choices: [
    { value: 'email', label: 'By e-mail' },
    { value: 'sms', label: 'By text message' },
    { value: 'sms_and_email', label: 'By text message and e-mail' },
    { value: 'send_manually', label: 'Only mark it as sent' },
  ],
} as const satisfies FieldEntry

export const sentFrom = {
  key: 'sentFrom',
  label: 'Sender of the e-mail',
  type: 'object',
  group: 'Sender',
  fields: [
    { key: 'fromName', label: 'Name', type: 'string' },
    { key: 'fromEmail', label: 'E-mail', type: 'string', format: 'email' },
  ],
} as const satisfies FieldEntry

/** Conditions of lists of invoices, templates and estimates. */
export const listFilters = [
  { key: 'search', label: 'Text', type: 'string', in: 'query' },
  { key: 'startAt', label: 'From', type: 'date', in: 'query' },
  { key: 'endAt', label: 'Until', type: 'date', in: 'query' },
] as const satisfies FieldEntry[]

/** These lists demand both, even for the first page. */
export const paging = [
  {
    key: 'limit',
    label: 'Number per page',
    type: 'numerical',
    in: 'query',
    required: true,
    format: 'integer',
    min: 1,
    max: 100,
    group: 'Paging',
  },
  {
    key: 'offset',
    label: 'Number to leave out',
    type: 'numerical',
    in: 'query',
    required: true,
    format: 'integer',
    min: 0,
    group: 'Paging',
  },
] as const satisfies FieldEntry[]

export const sampleItem = { name: 'Growth plan, March', qty: 1, amount: 129.9, currency: 'USD' }

export const sampleCustomer = {
  id: 'Qm8dXw2LrT5vBn9KcY1p',
  name: 'Maya Okafor',
  phoneNo: '+14155550132',
  email: 'maya.okafor@example.com',
}
