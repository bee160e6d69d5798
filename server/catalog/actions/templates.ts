// Templates of e-mails and text messages.
import { limit, locationId, skip } from '../fields.ts'
import type { ActionEntry } from '../schema.ts'

export const templateActions: ActionEntry[] = [
  {
    id: 'crm.templates.list',
    label: 'List message templates',
    description: 'Reads the e-mail and text message templates of the account.',
    resource: 'templates',
    system: 'crm',
    scope: ['locations/templates.readonly'],
    method: 'GET',
    path: '/locations/{locationId}/templates',
    version: 'v3',
    input: [
      { ...locationId, in: 'path' },
      { ...locationId, key: 'originId', in: 'query' },
      {
        key: 'type',
        label: 'Kind',
        type: 'select',
        in: 'query',
        choices: [
          { value: 'sms', label: 'Text message' },
          { value: 'email', label: 'E-mail' },
          { value: 'whatsapp', label: 'Whatsapp' },
        ],
      },
      { ...limit, in: 'query' },
      { ...skip, in: 'query' },
    ],
    sample: {
      input: { type: 'sms', limit: 20 },
      output: {
        templates: [
          {
            id: '66fb2c1d9a7e4b0012c3d4e5',
            name: 'Welcome text',
            type: 'sms',
            template: { body: 'Hi {{contact.first_name}}, good to have you here.', attachments: [] },
            dateAdded: '2026-01-20T12:00:00.000Z',
            locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
            urlAttachments: [],
          },
        ],
        totalCount: 1,
      },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'templates',
      totalAt: 'totalCount',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 100, skipKey: 'skip' },
    },
  },
]
