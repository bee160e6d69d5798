// Funnels, websites and their pages.
import { limit, locationId, offset } from '../fields.ts'
import type { ActionEntry } from '../schema.ts'

export const funnelActions: ActionEntry[] = [
  {
    id: 'crm.funnels.list',
    label: 'List funnels and websites',
    description: 'Reads funnels and websites of the account.',
    resource: 'funnels',
    system: 'crm',
    scope: ['funnels/funnel.readonly'],
    method: 'GET',
    path: '/funnels/funnel/list',
    version: 'v3',
    input: [
      { ...locationId, in: 'query' },
      {
        key: 'type',
        label: 'Kind',
        type: 'select',
        in: 'query',
        choices: [
          { value: 'funnel', label: 'Funnel' },
          { value: 'website', label: 'Website' },
        ],
      },
      { key: 'name', label: 'Name', type: 'string', in: 'query' },
      { ...limit, in: 'query' },
      { ...offset, in: 'query' },
    ],
    sample: {
      input: { limit: 20 },
      output: {
        funnels: [
          { _id: 'fN4wK8xTz2LqM7vR5bYd', name: 'Spring course', type: 'funnel', locationId: 'h4Rk9mT2xQeW7vLp3ZsA' },
        ],
        count: 1,
        traceId: '9a1c7e40-2f5d-4b8a-9c3e-1d6f0a7b2c44',
      },
    },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'funnels',
      totalAt: 'count',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 100, skipKey: 'offset' },
    },
  },
  {
    id: 'crm.funnels.list-pages',
    label: 'List pages of a funnel',
    description: 'Reads the pages of a funnel or a website.',
    resource: 'funnels',
    system: 'crm',
    scope: ['funnels/page.readonly'],
    method: 'GET',
    path: '/funnels/page',
    version: 'v3',
    input: [
      { ...locationId, in: 'query' },
      {
        key: 'funnelId',
        label: 'Funnel',
        type: 'select',
        in: 'query',
        required: true,
        choices: { from: 'crm.funnels.list', itemsAt: 'funnels', value: '_id', label: 'name' },
      },
      { key: 'name', label: 'Name', type: 'string', in: 'query' },
      { ...limit, in: 'query', required: true, max: 100 },
      { ...offset, in: 'query', required: true },
    ],
    sample: {
      input: { funnelId: 'fN4wK8xTz2LqM7vR5bYd', limit: 20, offset: 0 },
      output: [
        {
          _id: 'pG6vM2xWz9TqN4bR5cYd',
          locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
          funnelId: 'fN4wK8xTz2LqM7vR5bYd',
          name: 'Sign up',
          stepId: '7d0c1f9e-3b52-4a8d-9e61-5c4f8a2b7e13',
          updatedAt: '2026-02-11T12:00:00.000Z',
        },
      ],
    },
    risk: 'read',
    idempotent: true,
  },
]
