// Pipelines and their stages.
import { locationId } from '../fields.ts'
import type { ActionEntry } from '../schema.ts'

export const pipelineActions: ActionEntry[] = [
  {
    id: 'crm.pipelines.list',
    label: 'List pipelines',
    description: 'Reads all pipelines of the account with their stages.',
    resource: 'pipelines',
    system: 'crm',
    scope: ['opportunities.readonly'],
    method: 'GET',
    path: '/opportunities/pipelines',
    version: 'v3',
    input: [{ ...locationId, in: 'query' }],
    sample: {
      input: {},
      output: {
        pipelines: [
          {
            id: 'pL5kV8wQz2NxM4rT9yBc',
            name: 'Sales',
            locationId: 'h4Rk9mT2xQeW7vLp3ZsA',
            stages: [
              { id: '3f6d1c0e-8f0a-4c55-9d3e-5a4c1f7e2b10', name: 'New', position: 0 },
              { id: '3f6d1c0e-8f0a-4c55-9d3e-5a4c1f7e2b11', name: 'Paying', position: 1 },
            ],
            showInFunnel: true,
            showInPieChart: true,
          },
        ],
      },
    },
    risk: 'read',
    idempotent: true,
    list: { itemsAt: 'pipelines', paging: { style: 'none' } },
  },
]
