// Fields that many actions share. Entries take one as it is, or spread it and change what differs.
import type { FieldEntry } from './schema.ts'

/** The account the call is for, under the name most calls use. */
export const locationId = {
  key: 'locationId',
  label: 'Account',
  type: 'hidden',
  required: true,
  fill: { context: 'locationId' },
} as const satisfies FieldEntry

export const contactId = {
  key: 'contactId',
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
} as const satisfies FieldEntry

export const userId = {
  key: 'userId',
  label: 'User',
  type: 'select',
  choices: { from: 'crm.users.search', itemsAt: 'users', value: 'id', label: ['name', 'email'], search: 'query' },
} as const satisfies FieldEntry

export const assignedTo = {
  ...userId,
  key: 'assignedTo',
  label: 'Assigned to',
  help: 'The person who takes care of it.',
} as const satisfies FieldEntry

export const tags = {
  key: 'tags',
  label: 'Tags',
  type: 'multiselect',
  list: true,
  choices: { from: 'crm.tags.list', itemsAt: 'tags', value: 'name', label: 'name' },
  help: 'A tag that does not exist yet is created.',
} as const satisfies FieldEntry

/** What of a contact may be emptied: the official file of the update lets these be null. */
export const clearedDetails = {
  key: 'clear',
  label: 'Fields to empty',
  type: 'multiselect',
  list: true,
  group: 'More',
  choices: [
    { value: 'firstName', label: 'First name' },
    { value: 'lastName', label: 'Last name' },
    { value: 'email', label: 'E-mail' },
    { value: 'phone', label: 'Phone' },
  ],
  help: 'What the contact has there is removed. A field that is given a value above keeps that value.',
} as const satisfies FieldEntry

/** Custom field values of a contact, as the CRM takes them. */
export const contactCustomFields = {
  key: 'customFields',
  label: 'Custom fields',
  type: 'object',
  list: true,
  group: 'Custom fields',
  fields: [
    {
      key: 'id',
      label: 'Custom field',
      type: 'select',
      required: true,
      choices: {
        from: 'crm.custom-fields.list',
        itemsAt: 'customFields',
        value: 'id',
        label: 'name',
        input: { model: 'contact' },
      },
    },
    {
      key: 'value',
      name: 'fieldValue',
      label: 'Value',
      type: 'json',
      required: true,
      help: 'Text, a number, or a list of options, as the custom field wants it.',
    },
  ],
} as const satisfies FieldEntry

/** Who a contact is and how to reach it; none of them is required by itself. */
export const contactDetails = [
  { key: 'firstName', label: 'First name', type: 'string' },
  { key: 'lastName', label: 'Last name', type: 'string' },
  { key: 'name', label: 'Full name', type: 'string', help: 'Used when first and last name are not given.' },
  { key: 'email', label: 'E-mail', type: 'string', format: 'email', sensitive: true },
  {
    key: 'phone',
    label: 'Phone',
    type: 'phone',
    sensitive: true,
    help: 'With country code, like +14155550100.',
  },
  { key: 'address1', label: 'Street', type: 'string', group: 'Address', sensitive: true },
  { key: 'city', label: 'City', type: 'string', group: 'Address' },
  { key: 'state', label: 'State', type: 'string', group: 'Address' },
  { key: 'postalCode', label: 'Postal code', type: 'string', group: 'Address' },
  { key: 'country', label: 'Country', type: 'string', group: 'Address', max: 2, help: 'Two letters, like US or DE.' },
  { key: 'website', label: 'Website', type: 'string', group: 'More' },
  { key: 'timezone', label: 'Time zone', type: 'string', group: 'More', help: 'Like America/New_York.' },
  { key: 'dateOfBirth', label: 'Date of birth', type: 'date', group: 'More', sensitive: true },
  { key: 'source', label: 'Source', type: 'string', group: 'More', help: 'Where the contact came from.' },
  { ...assignedTo, group: 'More' },
  {
    key: 'dnd',
    label: 'Do not disturb',
    type: 'toggle',
    group: 'More',
    help: 'Stops every message to this contact.',
  },
  contactCustomFields,
] as const satisfies FieldEntry[]

/** The account again, under the pair of names that payments, invoices and the media library use. */
export const altId = { ...locationId, key: 'altId' } as const satisfies FieldEntry

const altType = {
  key: 'altType',
  label: 'Kind of account',
  type: 'hidden',
  required: true,
  fill: { constant: 'location' },
} as const satisfies FieldEntry

export const altBody = [altId, altType] as const satisfies FieldEntry[]

export const altQuery = [
  { ...altId, in: 'query' },
  { ...altType, in: 'query' },
] as const satisfies FieldEntry[]

export const companyId = {
  key: 'companyId',
  label: 'Company',
  type: 'hidden',
  required: true,
  fill: { context: 'companyId' },
} as const satisfies FieldEntry

export const limit = {
  key: 'limit',
  label: 'Number per page',
  type: 'numerical',
  format: 'integer',
  min: 1,
  group: 'Paging',
} as const satisfies FieldEntry

const counted = { type: 'numerical', format: 'integer', min: 0, group: 'Paging' } as const

export const skip = { ...counted, key: 'skip', label: 'Number to leave out' } as const satisfies FieldEntry

export const offset = { ...counted, key: 'offset', label: 'Number to leave out' } as const satisfies FieldEntry

export const page = { ...counted, key: 'page', label: 'Page' } as const satisfies FieldEntry

export const businessId = {
  key: 'businessId',
  label: 'Business',
  type: 'select',
  choices: { from: 'crm.businesses.list', itemsAt: 'businesses', value: 'id', label: 'name' },
} as const satisfies FieldEntry

export const pipelineId = {
  key: 'pipelineId',
  label: 'Pipeline',
  type: 'select',
  choices: { from: 'crm.pipelines.list', itemsAt: 'pipelines', value: 'id', label: 'name' },
} as const satisfies FieldEntry

export const pipelineStageId = {
  key: 'pipelineStageId',
  label: 'Stage',
  type: 'select',
  choices: {
    from: 'crm.pipelines.list',
    itemsAt: 'pipelines.stages',
    value: 'id',
    label: 'name',
    dependsOn: [{ field: 'pipelineId', parentAt: 'pipelines', parentValue: 'id' }],
  },
} as const satisfies FieldEntry

export const workflowId = {
  key: 'workflowId',
  label: 'Workflow',
  type: 'select',
  required: true,
  choices: { from: 'crm.workflows.list', itemsAt: 'workflows', value: 'id', label: 'name' },
} as const satisfies FieldEntry

export const campaignId = {
  key: 'campaignId',
  label: 'Campaign',
  type: 'select',
  required: true,
  choices: { from: 'crm.campaigns.list', itemsAt: 'campaigns', value: 'id', label: 'name' },
} as const satisfies FieldEntry

export const conversationId = {
  key: 'conversationId',
  label: 'Conversation',
  type: 'select',
  required: true,
  choices: {
    from: 'crm.conversations.search',
    itemsAt: 'conversations',
    value: 'id',
    label: ['contactName', 'fullName', 'id'],
    search: 'query',
  },
} as const satisfies FieldEntry

export const calendarId = {
  key: 'calendarId',
  label: 'Calendar',
  type: 'select',
  choices: { from: 'crm.calendars.list', itemsAt: 'calendars', value: 'id', label: 'name' },
} as const satisfies FieldEntry

export const objectKey = {
  key: 'objectKey',
  label: 'Custom object',
  type: 'select',
  choices: { from: 'crm.objects.list', itemsAt: 'objects', value: 'key', label: ['labels.plural', 'key'] },
} as const satisfies FieldEntry

export const productId = {
  key: 'productId',
  label: 'Product',
  type: 'select',
  choices: { from: 'crm.products.list', itemsAt: 'products', value: '_id', label: 'name', search: 'search' },
} as const satisfies FieldEntry

export const priceId = {
  key: 'priceId',
  label: 'Price',
  type: 'select',
  choices: {
    from: 'crm.prices.list',
    itemsAt: 'prices',
    value: '_id',
    label: 'name',
    dependsOn: [{ field: 'productId', input: 'productId' }],
  },
} as const satisfies FieldEntry

export const invoiceId = {
  key: 'invoiceId',
  label: 'Invoice',
  type: 'select',
  required: true,
  choices: {
    from: 'crm.invoices.list',
    itemsAt: 'invoices',
    value: '_id',
    label: ['name', 'invoiceNumber'],
    search: 'search',
  },
} as const satisfies FieldEntry

export const currency = {
  key: 'currency',
  label: 'Currency',
  type: 'string',
  required: true,
  max: 3,
  help: 'Three letters, like USD or EUR.',
} as const satisfies FieldEntry
