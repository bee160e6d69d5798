// Web address redirects.
import { limit, locationId, offset } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const redirectId = {
  key: 'redirectId',
  name: 'id',
  label: 'Redirect',
  type: 'string',
  in: 'path',
  required: true,
} as const satisfies FieldEntry

const target = [
  { key: 'target', label: 'Leads to', type: 'string', required: true },
  {
    key: 'action',
    label: 'Kind of target',
    type: 'select',
    required: true,
    choices: [
      { value: 'url', label: 'Web address' },
      { value: 'funnel', label: 'Funnel' },
      { value: 'website', label: 'Website' },
      { value: 'all', label: 'Any' },
    ],
  },
] as const satisfies FieldEntry[]

const sampleRedirect = {
  id: '66f9a0c1e4a5c60013d2e8a1',
  locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
  domain: 'northwind.example.com',
  path: '/Plans',
  pathLowercase: '/plans',
  type: 'redirect',
  target: 'https://northwind.example.com/pricing',
  action: 'url',
}

export const redirectActions: ActionEntry[] = [
  {
    id: 'crm.redirects.list',
    label: 'List redirects',
    description: 'Reads web address redirects.',
    resource: 'redirects',
    system: 'crm',
    scope: ['funnels/redirect.readonly'],
    method: 'GET',
    path: '/funnels/lookup/redirect/list',
    version: 'v3',
    input: [
      { ...locationId, in: 'query' },
      { key: 'search', label: 'Text', type: 'string', in: 'query' },
      { ...limit, in: 'query', required: true, max: 100 },
      { ...offset, in: 'query', required: true },
    ],
    sample: { input: { limit: 20, offset: 0 }, output: { data: { count: { total: 1 }, data: [sampleRedirect] } } },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'data.data',
      totalAt: 'data.count.total',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 100, skipKey: 'offset' },
    },
  },
  {
    id: 'crm.redirects.create',
    label: 'Create a redirect',
    description: 'Leads one web address of the account to another.',
    resource: 'redirects',
    system: 'crm',
    scope: ['funnels/redirect.write'],
    method: 'POST',
    path: '/funnels/lookup/redirect',
    version: 'v3',
    input: [
      locationId,
      { key: 'domain', label: 'Domain', type: 'string', required: true },
      { key: 'path', label: 'Path', type: 'string', required: true },
      ...target,
    ],
    sample: {
      input: {
        domain: 'northwind.example.com',
        path: '/Plans',
        target: 'https://northwind.example.com/pricing',
        action: 'url',
      },
      output: { data: sampleRedirect },
    },
    risk: 'write',
    idempotent: false,
    naturalKey: ['domain', 'path'],
  },
  {
    id: 'crm.redirects.update',
    label: 'Change a redirect',
    description: 'Leads a redirect to another target.',
    resource: 'redirects',
    system: 'crm',
    scope: ['funnels/redirect.write'],
    method: 'PATCH',
    path: '/funnels/lookup/redirect/{id}',
    version: 'v3',
    input: [redirectId, locationId, ...target],
    sample: {
      input: { redirectId: '66f9a0c1e4a5c60013d2e8a1', target: 'https://northwind.example.com/offers', action: 'url' },
      output: { data: { ...sampleRedirect, target: 'https://northwind.example.com/offers' } },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'crm.redirects.delete',
    label: 'Delete a redirect',
    description: 'Ends a redirect.',
    resource: 'redirects',
    system: 'crm',
    scope: ['funnels/redirect.write'],
    method: 'DELETE',
    path: '/funnels/lookup/redirect/{id}',
    version: 'v3',
    input: [redirectId, { ...locationId, in: 'query' }],
    sample: { input: { redirectId: '66f9a0c1e4a5c60013d2e8a1' }, output: { data: { status: 'ok' } } },
    risk: 'destroy',
    idempotent: true,
  },
]
