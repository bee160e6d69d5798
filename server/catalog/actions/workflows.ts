// The account's own workflows, and which contacts go through them.
import { contactId, locationId, workflowId } from '../fields.ts'
import type { ActionEntry } from '../schema.ts'

export const workflowActions: ActionEntry[] = [
  {
    id: 'crm.workflows.list',
    label: 'List workflows',
    description: 'Reads the workflows of the account.',
    resource: 'workflows',
    system: 'crm',
    scope: ['workflows.readonly'],
    method: 'GET',
    path: '/workflows/',
    version: 'v3',
    input: [{ ...locationId, in: 'query' }],
    sample: {
      input: {},
      output: {
        workflows: [
          {
            id: 'e4b1c7d0-52a6-4a3f-8d1c-9f2b6a7c3e10',
            name: 'Welcome new customers',
            status: 'published',
            version: 4,
            locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
            createdAt: '2026-01-12T10:00:00.000Z',
            updatedAt: '2026-02-20T16:31:00.000Z',
          },
        ],
      },
    },
    risk: 'read',
    idempotent: true,
    list: { itemsAt: 'workflows', paging: { style: 'none' } },
  },
  {
    id: 'crm.workflows.add-contact',
    label: 'Add a contact to a workflow',
    description: 'Starts a workflow of the account for one contact.',
    resource: 'workflows',
    system: 'crm',
    scope: ['contacts.write'],
    method: 'POST',
    path: '/contacts/{contactId}/workflow/{workflowId}',
    version: 'v3',
    input: [
      { ...contactId, in: 'path' },
      { ...workflowId, in: 'path' },
      {
        key: 'eventStartTime',
        label: 'Event time',
        type: 'date-time',
        help: 'For workflows that count from an event.',
      },
    ],
    sample: {
      input: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', workflowId: 'e4b1c7d0-52a6-4a3f-8d1c-9f2b6a7c3e10' },
      output: { succeeded: true },
    },
    risk: 'write',
    idempotent: false,
  },
  {
    id: 'crm.workflows.remove-contact',
    label: 'Remove a contact from a workflow',
    description: 'Stops a workflow of the account for one contact.',
    resource: 'workflows',
    system: 'crm',
    scope: ['contacts.write'],
    method: 'DELETE',
    path: '/contacts/{contactId}/workflow/{workflowId}',
    version: 'v3',
    input: [
      { ...contactId, in: 'path' },
      { ...workflowId, in: 'path' },
      { key: 'eventStartTime', label: 'Event time', type: 'date-time' },
    ],
    sample: {
      input: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', workflowId: 'e4b1c7d0-52a6-4a3f-8d1c-9f2b6a7c3e10' },
      output: { succeeded: true },
    },
    risk: 'write',
    idempotent: true,
  },
]
