// API calls that run one action later: the event holds the action's input.

import { action } from '../catalog/index.ts'
import { derivedId } from '../ids.ts'
import type { RunnableWorkflow } from './run.ts'

/** The action of each event type. */
const API_COMMANDS = {
  'order.upsert': 'app.orders.upsert',
  'order.change': 'app.orders.change',
  /** Requested by the app itself. */
  'order.move': 'app.orders.move-waiting',
  'link.forget': 'app.links.forget',
  'duplicate.remove': 'app.duplicates.remove',
  'invoice.upsert': 'app.invoices.upsert',
  'invoice.send': 'app.invoices.send',
  'invoice.pay': 'app.invoices.record-payment',
  'invoice.void': 'app.invoices.void',
} as const

export type ApiCommand = keyof typeof API_COMMANDS

const workflowOf = (type: ApiCommand): RunnableWorkflow => {
  const { id, label, input } = action(API_COMMANDS[type])!
  return {
    id: derivedId('workflow', 'api', type),
    name: 'Calls of the API',
    version: 1,
    document: {
      schema: 'rankr-connect/workflow@1',
      name: 'Calls of the API',
      triggers: [],
      steps: [
        {
          id: 'call',
          type: 'action',
          action: id,
          title: label,
          input: Object.fromEntries(input.map(({ key }) => [key, { path: `trigger.input.${key}` }])),
        },
      ],
    },
    options: {},
    leavesAccount: false,
  }
}

const WORKFLOWS: ReadonlyMap<string, RunnableWorkflow> = new Map(
  (Object.keys(API_COMMANDS) as ApiCommand[]).map((type) => [type, workflowOf(type)]),
)

/** The workflow of one command; undefined for other events. */
export const commandWorkflow = (type: string): RunnableWorkflow | undefined => WORKFLOWS.get(type)
