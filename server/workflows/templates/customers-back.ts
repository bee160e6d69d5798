// Contacts to Rankr: a contact's changes go to its customer and, where enabled, a new contact becomes a customer.

import { z } from 'zod'
import type { Template } from './template.ts'

export const customersBackOptions = z.strictObject({
  /** A contact that no customer belongs to becomes one. */
  create: z.boolean().default(false),
  /** Tags of the contact are added to the customer. */
  tags: z.boolean().default(true),
  /** Whose value counts when both sides changed a field. */
  rule: z.enum(['newest', 'rankr', 'crm']).default('newest'),
  /** What Rankr is told of a contact that was deleted; the customer itself stays. */
  deleted: z.enum(['note', 'archive', 'nothing']).default('note'),
})

export const customersBackTemplate: Template<typeof customersBackOptions> = {
  id: 'customers-back',
  version: 1,
  options: customersBackOptions,
  form: [
    { key: 'create', kind: 'switch' },
    { key: 'tags', kind: 'switch' },
    { key: 'rule', kind: 'choice', values: ['newest', 'rankr', 'crm'] },
    { key: 'deleted', kind: 'choice', values: ['note', 'archive', 'nothing'] },
  ],
  document: {
    schema: 'rankr-connect/workflow@1',
    name: 'Contacts back to Rankr',
    description: 'What changes in a contact changes the customer in Rankr.',
    triggers: [
      { trigger: 'crm.contact.created' },
      { trigger: 'crm.contact.updated' },
      { trigger: 'crm.contact.tags-changed' },
      { trigger: 'crm.contact.deleted' },
    ],
    steps: [
      {
        id: 'which',
        type: 'condition',
        title: 'Was the contact deleted?',
        branches: [
          {
            id: 'deleted-branch',
            label: 'Deleted',
            when: { path: 'trigger.type', operator: 'is', value: 'ContactDelete' },
            steps: [
              {
                id: 'tell',
                type: 'action',
                action: 'app.customers.tell-deleted',
                title: 'Tell Rankr',
                input: { contactId: { path: 'trigger.id' }, how: { path: 'options.deleted' } },
              },
            ],
          },
        ],
        otherwise: [
          {
            id: 'push',
            type: 'action',
            action: 'app.customers.push-to-rankr',
            title: 'Bring the contact to Rankr',
            input: {
              contactId: { path: 'trigger.id' },
              tags: { path: 'options.tags' },
              rule: { path: 'options.rule' },
              create: { path: 'options.create' },
            },
          },
        ],
      },
    ],
  },
}
