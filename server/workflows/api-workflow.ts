// The workflow that carries out asynchronous API calls: ships with the app and is enabled in every location.

import { derivedId } from '../ids.ts'
import type { StoredEvent } from '../store/events.ts'
import { commandWorkflow } from './api-commands.ts'
import { builderStepWorkflow } from './builder-steps.ts'
import type { WorkflowDocument } from './document.ts'
import type { RunnableWorkflow } from './run.ts'

export const API_EVENTS = { upsert: 'customer.upsert', remove: 'customer.delete' } as const

const customer = {
  rankrId: { path: 'trigger.data.id' },
  email: { path: 'trigger.data.email' },
  phone: { path: 'trigger.data.phone' },
}

const apiDocument: WorkflowDocument = {
  schema: 'rankr-connect/workflow@1',
  name: 'Calls of the API',
  triggers: [{ trigger: 'api.customer.upsert' }, { trigger: 'api.customer.delete' }],
  steps: [
    {
      id: 'which',
      type: 'condition',
      branches: [
        {
          id: 'delete',
          label: 'Delete',
          when: { path: 'trigger.type', operator: 'is', value: API_EVENTS.remove },
          steps: [
            {
              id: 'deleted',
              type: 'action',
              action: 'app.customers.mark-deleted',
              input: {
                ...customer,
                tags: { value: ['deleted in rankr'] },
                deleteContact: { path: 'trigger.deleteContact', fallback: false },
              },
            },
          ],
        },
      ],
      otherwise: [
        {
          id: 'contact',
          type: 'action',
          action: 'app.customers.upsert-contact',
          input: {
            ...customer,
            firstName: { path: 'trigger.data.first_name' },
            lastName: { path: 'trigger.data.last_name' },
            name: { path: 'trigger.data.name' },
            companyName: { path: 'trigger.data.company' },
            tags: { path: 'trigger.data.tags' },
            clear: { path: 'trigger.clear' },
            source: { value: 'Rankr' },
          },
        },
      ],
    },
  ],
}

const WORKFLOW: RunnableWorkflow = {
  id: derivedId('workflow', 'api'),
  name: apiDocument.name,
  version: 1,
  document: apiDocument,
  options: {},
  leavesAccount: false,
}

type WorkflowsFor = (event: StoredEvent) => Promise<RunnableWorkflow[]>

/** The location's workflows, plus the workflow that carries out asynchronous API calls and steps of the CRM's builder. */
export const withApiWorkflow =
  (workflowsFor: WorkflowsFor): WorkflowsFor =>
  async (event) => {
    const own = await workflowsFor(event)
    if (event.source !== 'api') return own
    return [builderStepWorkflow(event) ?? commandWorkflow(event.type) ?? WORKFLOW, ...own]
  }
