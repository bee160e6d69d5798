// Sending events: to a webhook address or to another account. Used by workflows that the settings create, which decide
// who may be reached.
import type { ActionEntry } from '../schema.ts'

export const appFanOutActions: ActionEntry[] = [
  {
    id: 'app.webhooks.deliver',
    label: 'Send the event to a webhook',
    description: 'Sends the event, signed, to a web address that was set up for this account.',
    resource: 'webhooks',
    system: 'app',
    input: [{ key: 'endpointId', label: 'Webhook', type: 'string', required: true, max: 64 }],
    sample: {
      input: { endpointId: 'whk_4fKq9TzXw2LrVn7YcB1p' },
      output: { outcome: 'delivered', status: 200 },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.incoming-webhooks.list',
    label: 'List incoming webhooks',
    description: 'Reads the addresses at which other systems tell this account something.',
    resource: 'webhooks',
    system: 'app',
    input: [],
    sample: {
      input: {},
      output: { webhooks: [{ id: 'hk_7Qm2dXw8LrT5vBn9KcY1', name: 'Call-back form', status: 'active' }] },
    },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'app.routes.relay',
    label: 'Pass the event on to another account',
    description: 'Hands the event to the account at the other end of a route, once per event.',
    resource: 'routes',
    system: 'app',
    input: [{ key: 'routeId', label: 'Route', type: 'string', required: true, max: 64 }],
    sample: {
      input: { routeId: 'rte_8hJm3QpZs6VtXb0WdN5r' },
      output: { outcome: 'relayed', eventId: '019ab2c4-5d6e-7f80-9a1b-2c3d4e5f6071' },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.builder.fire',
    label: 'Start a workflow of the CRM',
    description: 'Hands the event to a workflow of the CRM that was set up to start with it.',
    resource: 'workflows',
    system: 'app',
    scope: ['workflows.readonly'],
    input: [{ key: 'subscriptionId', label: 'Subscription', type: 'string', required: true, max: 128 }],
    sample: { input: { subscriptionId: '66f4b2c9e4a5c60013d2f0a1' }, output: { outcome: 'fired' } },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.builder.resume',
    label: 'Let a contact go on in a workflow of the CRM',
    description:
      'Tells a step of the CRM’s own builder, at which a contact waits, that it is done, with its result or its failure.',
    resource: 'workflows',
    system: 'app',
    scope: ['workflows.readonly'],
    input: [
      { key: 'extras', label: 'What names the waiting step', type: 'json', required: true },
      { key: 'output', label: 'Result', type: 'json' },
    ],
    sample: {
      input: {
        extras: { locationId: 'loc', contactId: 'con', workflowId: 'wf', statusId: 'st', stepId: 'sp', stepIndex: 2 },
        output: { ticketId: '35436' },
      },
      output: { outcome: 'resumed', isDone: true },
    },
    risk: 'write',
    idempotent: true,
  },
]
