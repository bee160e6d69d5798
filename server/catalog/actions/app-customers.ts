// Our own actions on customers and users: they match a Rankr customer with a contact first, and store the link.
import { clearedDetails, contactDetails, contactId, tags } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const customer = {
  key: 'rankrId',
  label: 'Customer number in Rankr',
  type: 'string',
  required: true,
} as const satisfies FieldEntry

/** What a contact may have besides who it is. */
const MORE: ReadonlySet<string> = new Set([
  ...['address1', 'city', 'state', 'postalCode', 'country'],
  ...['website', 'timezone', 'dateOfBirth'],
])

/** How the customer is found when no contact is remembered for it yet. */
const matching = [
  customer,
  { key: 'email', label: 'E-mail', type: 'string', format: 'email', sensitive: true },
  { key: 'phone', label: 'Phone', type: 'phone', sensitive: true },
] as const satisfies FieldEntry[]

export const appCustomerActions: ActionEntry[] = [
  {
    id: 'app.customers.upsert-contact',
    label: 'Bring a customer into the contacts',
    description:
      'Finds the contact that belongs to a Rankr customer by the remembered pair, then e-mail, then phone; updates it, or creates it when there is none. Keeps tags that are there.',
    resource: 'customers',
    system: 'app',
    scope: ['contacts.readonly', 'contacts.write'],
    input: [
      ...matching,
      { key: 'firstName', label: 'First name', type: 'string' },
      { key: 'lastName', label: 'Last name', type: 'string' },
      { key: 'name', label: 'Full name', type: 'string', help: 'Split when first and last name are not given.' },
      { key: 'companyName', label: 'Company', type: 'string' },
      { key: 'source', label: 'Source', type: 'string', help: 'Where the contact came from.' },
      ...contactDetails.filter(({ key }) => MORE.has(key)),
      { ...tags, help: 'Added to those the contact has.' },
      clearedDetails,
      {
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
          { key: 'value', label: 'Value', type: 'json', required: true },
        ],
      },
    ],
    sample: {
      input: {
        rankrId: 'cus_10482',
        email: 'maya.okafor@example.com',
        phone: '+14155550132',
        name: 'Maya Okafor',
        companyName: 'Okafor Studio',
        tags: ['customer'],
        customFields: [{ id: 'cF5rT8yHn2KpQ7wLz4Xd', value: 'cus_10482' }],
      },
      output: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', outcome: 'created' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['rankrId', 'email', 'phone'],
  },
  {
    id: 'app.users.upsert-contact',
    label: 'Bring a user into the contacts',
    description:
      'Finds the contact that belongs to a user of Rankr by the remembered pair, then e-mail, then phone; updates it, or creates it when there is none. The contact may be that of a customer, too.',
    resource: 'customers',
    system: 'app',
    scope: ['contacts.readonly', 'contacts.write'],
    input: [
      { ...customer, label: 'User number in Rankr' },
      ...matching.slice(1),
      { key: 'firstName', label: 'First name', type: 'string' },
      { key: 'lastName', label: 'Last name', type: 'string' },
      { key: 'name', label: 'Full name', type: 'string', help: 'Split when first and last name are not given.' },
      { key: 'source', label: 'Source', type: 'string', help: 'Where the contact came from.' },
      { ...tags, help: 'Added to those the contact has.' },
    ],
    sample: {
      input: { rankrId: 'usr_311', email: 'leo.park@example.com', name: 'Leo Park' },
      output: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', outcome: 'created' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['rankrId', 'email', 'phone'],
  },
  {
    id: 'app.customers.add-tags',
    label: 'Tag a customer',
    description: 'Adds tags to the contact that belongs to a Rankr customer.',
    resource: 'customers',
    system: 'app',
    scope: ['contacts.readonly', 'contacts.write'],
    input: [
      ...matching,
      { ...contactId, required: false, help: 'When it is known already, for example from an earlier step.' },
      { ...tags, required: true },
    ],
    sample: {
      input: { rankrId: 'cus_10482', tags: ['paying'] },
      output: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', tags: ['customer', 'paying'] },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.customers.add-note',
    label: 'Write a note on a customer',
    description: 'Writes a note on the contact that belongs to a Rankr customer, once per event.',
    resource: 'customers',
    system: 'app',
    scope: ['contacts.readonly', 'contacts.write'],
    input: [
      ...matching,
      { ...contactId, required: false, help: 'When it is known already, for example from an earlier step.' },
      { key: 'title', label: 'Title', type: 'string' },
      { key: 'body', label: 'Text', type: 'textarea', required: true, max: 5000 },
    ],
    sample: {
      input: { rankrId: 'cus_10482', title: 'From Rankr', body: 'Customer signed up on 2 March 2026.' },
      output: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', noteId: 'nT7hK2wQ9cVb5XyD3rMf' },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.customers.mark-deleted',
    label: 'Mark a customer as deleted',
    description:
      'Tags and notes the contact of a customer that was deleted in Rankr. Deletes the contact only when told to; a customer that has no contact is left alone.',
    resource: 'customers',
    system: 'app',
    scope: ['contacts.readonly', 'contacts.write'],
    input: [
      ...matching,
      { ...contactId, required: false, help: 'When it is known already, for example from an earlier step.' },
      { ...tags, help: 'Added to the contact instead of deleting it.' },
      { key: 'note', label: 'Note', type: 'textarea', max: 5000 },
      {
        key: 'deleteContact',
        label: 'Delete the contact',
        type: 'toggle',
        help: 'Its conversations, notes and tasks go with it.',
      },
    ],
    sample: {
      input: {
        rankrId: 'cus_10482',
        email: 'maya.okafor@example.com',
        tags: ['deleted in rankr'],
        note: 'Deleted in Rankr on 2 March 2026.',
      },
      output: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', outcome: 'tagged' },
    },
    risk: 'destroy',
    idempotent: true,
  },
  {
    id: 'app.customers.join-business',
    label: 'Put a customer into its business',
    description:
      'Finds the business with the name of the company, makes it when there is none, and puts the contact of the customer into it. A contact that a person has moved since stays where it is.',
    resource: 'businesses',
    system: 'app',
    scope: ['contacts.readonly', 'contacts.write', 'businesses.readonly', 'businesses.write'],
    input: [
      ...matching,
      { ...contactId, required: false, help: 'When it is known already, for example from an earlier step.' },
      { key: 'companyName', label: 'Company', type: 'string', required: true, max: 200 },
    ],
    sample: {
      input: { rankrId: 'cus_10482', companyName: 'Okafor Studio' },
      output: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', businessId: 'bZ7mQ3tKx9RwL5pV2nYd', outcome: 'joined' },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.customers.merge',
    label: 'Merge two customers',
    description:
      'Lets the contact of the customer that stays take over tags, orders and empty fields from the other one, which gets a tag and a note. No contact is deleted.',
    resource: 'customers',
    system: 'app',
    scope: [
      ...(['contacts.readonly', 'contacts.write', 'invoices.readonly', 'invoices.write'] as const),
      ...(['associations/relation.readonly', 'associations/relation.write'] as const),
    ],
    input: [
      { ...customer, label: 'Customer that is gone' },
      { key: 'intoId', label: 'Customer that stays', type: 'string', required: true },
    ],
    sample: {
      input: { rankrId: 'cus_10482', intoId: 'cus_10001' },
      output: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', outcome: 'merged' },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.customers.tell-deleted',
    label: 'Tell Rankr of a deleted contact',
    description:
      'Tags and notes the customer whose contact was deleted, and marks it as archived where that is wanted. Never deletes a customer.',
    resource: 'customers',
    system: 'app',
    input: [
      contactId,
      {
        key: 'how',
        label: 'What Rankr is told',
        type: 'select',
        required: true,
        choices: [
          { value: 'nothing', label: 'Nothing' },
          { value: 'note', label: 'A tag and a note' },
          { value: 'archive', label: 'A tag, a note, and archived' },
        ],
      },
    ],
    sample: {
      input: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', how: 'note' },
      output: { rankrId: 'cus_10482', outcome: 'told' },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.customers.push-to-rankr',
    label: 'Bring a contact to Rankr',
    description:
      'Changes the Rankr customer that belongs to a contact, field by field; makes one where that is wanted. Where both sides changed a field the rule decides.',
    resource: 'customers',
    system: 'app',
    scope: ['contacts.readonly', 'contacts.write'],
    input: [
      contactId,
      { key: 'tags', label: 'Add its tags too', type: 'toggle' },
      {
        key: 'rule',
        label: 'When both sides changed a field',
        type: 'select',
        choices: [
          { value: 'newest', label: 'The later change counts' },
          { value: 'rankr', label: 'Rankr counts' },
          { value: 'crm', label: 'The contact counts' },
        ],
      },
      { key: 'create', label: 'Make a customer when there is none', type: 'toggle' },
      {
        key: 'mapping',
        label: 'Mapped fields',
        type: 'json',
        help: 'Which further fields belong together. Filled in from the field mapping of the account.',
      },
    ],
    sample: {
      input: {
        contactId: 'Qm8dXw2LrT5vBn9KcY1p',
        tags: true,
        rule: 'newest',
        create: true,
      },
      output: { rankrId: 'cus_10482', outcome: 'updated' },
    },
    risk: 'write',
    idempotent: true,
  },
]
