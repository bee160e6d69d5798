// Steps of the CRM's own builder that pause their contact until we are done: each is an event with the action's input,
// and a workflow that runs the action with its retries and then resumes the contact, with the result or the reason of
// the failure.

import { builderActions } from '../catalog/builder.ts'
import type { Action } from '../catalog/schema.ts'
import { derivedId } from '../ids.ts'
import type { StoredEvent } from '../store/events.ts'
import type { RunnableWorkflow } from './run.ts'

export const BUILDER_STEP = 'builder.step'

const NAME = 'Steps of the CRM’s workflows'

const workflowOf = ({ id, label, input }: Action): RunnableWorkflow => ({
  id: derivedId('workflow', 'builder-step', id),
  name: NAME,
  version: 1,
  document: {
    schema: 'rankr-connect/workflow@1',
    name: NAME,
    triggers: [],
    steps: [
      {
        id: 'call',
        type: 'action',
        action: id,
        title: label,
        input: Object.fromEntries(input.map(({ key }) => [key, { path: `trigger.input.${key}` }])),
        // The waiting contact is resumed with the failure instead of waiting forever.
        onError: { steps: [] },
      },
      {
        id: 'resume',
        type: 'action',
        action: 'app.builder.resume',
        title: 'Let the contact go on',
        input: { extras: { path: 'trigger.extras' }, output: { path: 'steps.call' } },
      },
    ],
  },
  options: {},
  leavesAccount: false,
})

const WORKFLOWS: ReadonlyMap<unknown, RunnableWorkflow> = new Map(
  builderActions.map((action) => [action.id, workflowOf(action)]),
)

/** Undefined for other events, and for an action that is no longer offered. */
export const builderStepWorkflow = ({ type, payload }: StoredEvent): RunnableWorkflow | undefined =>
  type === BUILDER_STEP ? WORKFLOWS.get(payload.actionId) : undefined
