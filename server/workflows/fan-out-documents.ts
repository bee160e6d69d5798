// The workflows behind outgoing webhooks and relay routes: ordinary documents, so that sending an event runs, retries and
// fails like any other workflow. Pure.

import type { Condition, WorkflowDocument } from './document.ts'
import { WORKFLOW_SCHEMA } from './document.ts'

/** Sends each event of the types (ids of catalog triggers) to the endpoint. */
export const webhookDocument = ({
  endpointId,
  name,
  eventTypes,
}: {
  endpointId: string
  name: string
  eventTypes: readonly string[]
}): WorkflowDocument => ({
  schema: WORKFLOW_SCHEMA,
  name: `Webhook: ${name}`,
  triggers: eventTypes.map((trigger) => ({ trigger })),
  steps: [
    {
      id: 'deliver',
      type: 'action',
      action: 'app.webhooks.deliver',
      title: 'Send the event',
      input: { endpointId: { value: endpointId } },
    },
  ],
})

/** Relays each event of the types that passes the filter. */
export const relayRouteDocument = ({
  routeId,
  name,
  eventTypes,
  filter,
}: {
  routeId: string
  name: string
  eventTypes: readonly string[]
  filter: Condition | null
}): WorkflowDocument => ({
  schema: WORKFLOW_SCHEMA,
  name: `Route: ${name}`,
  triggers: eventTypes.map((trigger) => ({ trigger, ...(filter ? { filter } : {}) })),
  steps: [
    {
      id: 'relay',
      type: 'action',
      action: 'app.routes.relay',
      title: 'Pass the event on',
      input: { routeId: { value: routeId } },
    },
  ],
})

/** Starts a workflow of the CRM's own builder with each event of the trigger that passes the filter. */
export const builderDocument = ({
  subscriptionId,
  trigger,
  label,
  filter,
}: {
  subscriptionId: string
  /** Id of the catalog trigger, and its name. */
  trigger: string
  label: string
  filter: Condition | undefined
}): WorkflowDocument => ({
  schema: WORKFLOW_SCHEMA,
  name: `Start in the CRM: ${label}`,
  triggers: [{ trigger, ...(filter ? { filter } : {}) }],
  steps: [
    {
      id: 'fire',
      type: 'action',
      action: 'app.builder.fire',
      title: 'Start the workflow',
      input: { subscriptionId: { value: subscriptionId } },
    },
  ],
})
