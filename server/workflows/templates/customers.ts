// Rankr's customers as contacts: created, updated, tagged, noted; never deleted unless the location chose so.

import { z } from 'zod'
import type { Step } from '../document.ts'
import type { Template } from './template.ts'

const customer = {
  rankrId: { path: 'trigger.data.id' },
  email: { path: 'trigger.data.email' },
  phone: { path: 'trigger.data.phone' },
} as const

const bringOver: Step[] = [
  {
    id: 'contact',
    type: 'action',
    action: 'app.customers.upsert-contact',
    title: 'Create or update the contact',
    input: {
      ...customer,
      firstName: { path: 'trigger.data.first_name' },
      lastName: { path: 'trigger.data.last_name' },
      name: { path: 'trigger.data.name' },
      companyName: { path: 'trigger.data.company' },
      source: { value: 'Rankr' },
    },
  },
  {
    id: 'if-business',
    type: 'condition',
    title: 'Is there a company, and are businesses wanted?',
    branches: [
      {
        id: 'company',
        label: 'Company',
        when: {
          all: [
            { path: 'options.business', operator: 'is', value: true },
            { path: 'trigger.data.company', operator: 'exists' },
          ],
        },
        steps: [
          {
            id: 'business',
            type: 'action',
            action: 'app.customers.join-business',
            title: 'Put the contact into its business',
            input: {
              ...customer,
              contactId: { path: 'steps.contact.contactId' },
              companyName: { path: 'trigger.data.company', transforms: [{ use: 'trim' }] },
            },
          },
        ],
      },
    ],
    otherwise: [],
  },
  {
    id: 'if-tags',
    type: 'condition',
    title: 'Are there tags?',
    branches: [
      {
        id: 'some',
        label: 'Tags',
        when: {
          any: [
            { path: 'trigger.data.tags', operator: 'exists' },
            { path: 'options.tags', operator: 'exists' },
          ],
        },
        steps: [
          {
            id: 'tags',
            type: 'action',
            action: 'app.customers.add-tags',
            title: "Add the customer's tags and those of your choice",
            input: {
              ...customer,
              contactId: { path: 'steps.contact.contactId' },
              tags: { paths: ['trigger.data.tags', 'options.tags'] },
            },
          },
        ],
      },
    ],
    otherwise: [],
  },
  {
    id: 'if-note',
    type: 'condition',
    title: 'Is it a new contact, and are notes wanted?',
    branches: [
      {
        id: 'new',
        label: 'New contact',
        when: {
          all: [
            { path: 'options.note', operator: 'is', value: true },
            { path: 'steps.contact.outcome', operator: 'is', value: 'created' },
          ],
        },
        steps: [
          {
            id: 'note',
            type: 'action',
            action: 'app.customers.add-note',
            title: 'Write a note',
            input: {
              ...customer,
              contactId: { path: 'steps.contact.contactId' },
              body: { template: 'Customer {{trigger.data.id}} of Rankr, added on {{trigger.timestamp}}.' },
            },
          },
        ],
      },
    ],
    otherwise: [],
  },
]

const markDeleted: Step[] = [
  {
    id: 'deleted',
    type: 'action',
    action: 'app.customers.mark-deleted',
    title: 'Mark the contact as deleted in Rankr',
    input: {
      ...customer,
      tags: { value: ['deleted in rankr'] },
      note: { template: 'Customer {{trigger.data.id}} was deleted in Rankr on {{trigger.timestamp}}.' },
      deleteContact: { path: 'options.deleteContacts', fallback: false },
    },
  },
]

const merge: Step[] = [
  {
    id: 'merge',
    type: 'action',
    action: 'app.customers.merge',
    title: 'Merge it into the customer that stays',
    input: { rankrId: { path: 'trigger.data.id' }, intoId: { path: 'trigger.data.merged_into' } },
  },
]

export const customersOptions = z.strictObject({
  /** Added to every contact that comes from Rankr. */
  tags: z.array(z.string().trim().min(1).max(60)).max(20).default(['rankr']),
  /** Write a note on each new contact. */
  note: z.boolean().default(true),
  /** Put contacts into the business with the name of their company. */
  business: z.boolean().default(false),
  /** Delete the contact when the customer is deleted in Rankr, instead of tagging it. */
  deleteContacts: z.boolean().default(false),
})

export const customersTemplate: Template<typeof customersOptions> = {
  id: 'customers',
  version: 2,
  options: customersOptions,
  form: [
    { key: 'tags', kind: 'tags' },
    { key: 'note', kind: 'switch' },
    { key: 'business', kind: 'switch' },
    { key: 'deleteContacts', kind: 'switch' },
  ],
  onlyWith: { business: ['app.customers.join-business'] },
  document: {
    schema: 'rankr-connect/workflow@1',
    name: 'Customers become contacts',
    description: 'A customer of Rankr becomes a contact and stays up to date.',
    triggers: [
      { trigger: 'rankr.customer.created' },
      { trigger: 'rankr.customer.updated' },
      { trigger: 'rankr.customer.deleted' },
    ],
    steps: [
      {
        id: 'which',
        type: 'condition',
        title: 'Was the customer deleted or merged?',
        branches: [
          {
            id: 'deleted-branch',
            label: 'Deleted',
            when: { path: 'trigger.type', operator: 'is', value: 'customer.deleted' },
            steps: markDeleted,
          },
          {
            id: 'merged-branch',
            label: 'Merged into another one',
            when: { path: 'trigger.data.merged_into', operator: 'exists' },
            steps: merge,
          },
        ],
        otherwise: bringOver,
      },
    ],
  },
}
