// Campaigns, and which contacts go through them.
import { campaignId, contactId, locationId } from '../fields.ts'
import type { ActionEntry } from '../schema.ts'

export const campaignActions: ActionEntry[] = [
  {
    id: 'crm.campaigns.list',
    label: 'List campaigns',
    description: 'Reads the campaigns of the account.',
    resource: 'campaigns',
    system: 'crm',
    scope: ['campaigns.readonly'],
    method: 'GET',
    path: '/campaigns/',
    version: 'v3',
    input: [
      { ...locationId, in: 'query' },
      {
        key: 'status',
        label: 'Status',
        type: 'select',
        in: 'query',
        choices: [
          { value: 'draft', label: 'Draft' },
          { value: 'published', label: 'Published' },
        ],
      },
    ],
    sample: {
      input: { status: 'published' },
      output: {
        campaigns: [
          { id: 'cM6nB2xZq8WvT4rK1yLp', name: 'Spring offer', status: 'published', locationId: 'h4Rk9mT2xQeW7vLp3ZsA' },
        ],
      },
    },
    risk: 'read',
    idempotent: true,
    list: { itemsAt: 'campaigns', paging: { style: 'none' } },
  },
  {
    id: 'crm.campaigns.add-contact',
    label: 'Add a contact to a campaign',
    description: 'Starts a campaign for one contact.',
    resource: 'campaigns',
    system: 'crm',
    scope: ['contacts.write'],
    method: 'POST',
    path: '/contacts/{contactId}/campaigns/{campaignId}',
    version: 'v3',
    input: [
      { ...contactId, in: 'path' },
      { ...campaignId, in: 'path' },
    ],
    sample: {
      input: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', campaignId: 'cM6nB2xZq8WvT4rK1yLp' },
      output: { succeeded: true },
    },
    risk: 'write',
    idempotent: false,
  },
  {
    id: 'crm.campaigns.remove-contact',
    label: 'Remove a contact from a campaign',
    description: 'Stops a campaign for one contact.',
    resource: 'campaigns',
    system: 'crm',
    scope: ['contacts.write'],
    method: 'DELETE',
    path: '/contacts/{contactId}/campaigns/{campaignId}',
    version: 'v3',
    input: [
      { ...contactId, in: 'path' },
      { ...campaignId, in: 'path' },
    ],
    sample: {
      input: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', campaignId: 'cM6nB2xZq8WvT4rK1yLp' },
      output: { succeeded: true },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'crm.campaigns.remove-contact-from-all',
    label: 'Remove a contact from all campaigns',
    description: 'Stops every campaign for one contact.',
    resource: 'campaigns',
    system: 'crm',
    scope: ['contacts.write'],
    method: 'DELETE',
    path: '/contacts/{contactId}/campaigns/remove-all',
    version: 'v3',
    input: [{ ...contactId, in: 'path' }],
    sample: { input: { contactId: 'Qm8dXw2LrT5vBn9KcY1p' }, output: { succeeded: true } },
    risk: 'write',
    idempotent: true,
  },
]
