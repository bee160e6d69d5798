// Rankr's issues as support desk tickets: one per issue, kept up to date, solved with it.

import { z } from 'zod'
import type { Condition, Step } from '../document.ts'
import type { Template } from './template.ts'

const issueId = { template: '{{ trigger.data.issue_id | default: trigger.data.id }}' }

/** What Rankr may call an issue that is over. */
export const RESOLVED_ISSUE = ['resolved', 'closed', 'done', 'fixed', 'solved']

const isResolved: Condition = {
  any: [
    { path: 'trigger.type', operator: 'is', value: 'issue.resolved' },
    { path: 'trigger.data.status', operator: 'one-of', value: RESOLVED_ISSUE },
  ],
}

const onceOpened: Step[] = [
  {
    id: 'if-note',
    type: 'condition',
    title: 'Is there a contact, and are notes wanted?',
    branches: [
      {
        id: 'noted',
        label: 'Note wanted',
        when: {
          all: [
            { path: 'options.note', operator: 'is', value: true },
            { path: 'steps.ticket.contactId', operator: 'exists' },
            { path: 'trigger.data.customer_id', operator: 'exists' },
          ],
        },
        steps: [
          {
            id: 'note',
            type: 'action',
            action: 'app.customers.add-note',
            title: 'Write a note on the contact',
            input: {
              rankrId: { path: 'trigger.data.customer_id' },
              contactId: { path: 'steps.ticket.contactId' },
              body: {
                template:
                  'Ticket {{ steps.ticket.ticketId }} was opened: {{ trigger.data.title }}\n{{ steps.ticket.url }}',
              },
            },
          },
        ],
      },
    ],
    otherwise: [],
  },
  {
    id: 'if-tell',
    type: 'condition',
    title: 'Is Rankr to know the ticket?',
    branches: [
      {
        id: 'tell',
        label: 'Tell Rankr',
        when: { path: 'options.tellRankr', operator: 'is', value: true },
        steps: [
          {
            id: 'rankr',
            type: 'action',
            action: 'rankr.issues.set-status',
            title: 'Write the ticket on the issue in Rankr',
            input: {
              issueId,
              status: { path: 'trigger.data.status', fallback: 'open' },
              ticketId: { path: 'steps.ticket.ticketId' },
              ticketUrl: { path: 'steps.ticket.url' },
            },
          },
        ],
      },
    ],
    otherwise: [],
  },
]

const keepUp: Step[] = [
  {
    id: 'ticket',
    type: 'action',
    action: 'app.tickets.upsert',
    title: 'Open the ticket, or bring it up to date',
    input: {
      issueId,
      subject: { path: 'trigger.data.title' },
      description: { path: 'trigger.data.description' },
      severity: { path: 'trigger.data.severity' },
      customerId: { path: 'trigger.data.customer_id' },
      customerEmail: { path: 'trigger.data.customer_email' },
      customerName: { path: 'trigger.data.customer_name' },
      tags: { path: 'options.tags' },
      at: { path: 'trigger.timestamp' },
    },
  },
  {
    id: 'if-opened',
    type: 'condition',
    title: 'Was it opened just now?',
    branches: [
      {
        id: 'opened',
        label: 'New ticket',
        when: { path: 'steps.ticket.outcome', operator: 'is', value: 'created' },
        steps: onceOpened,
      },
    ],
    otherwise: [],
  },
]

export const ticketsOptions = z.strictObject({
  /** On every ticket that comes from Rankr. */
  tags: z.array(z.string().trim().min(1).max(32)).max(10).default(['rankr']),
  /** Write a note on the contact when a ticket is opened. */
  note: z.boolean().default(true),
  /** Write the ticket's number and address on the issue in Rankr. */
  tellRankr: z.boolean().default(false),
  /** Said to the customer when the issue is resolved; nothing when empty. */
  lastWord: z.string().trim().max(2000).default(''),
})

export const ticketsTemplate: Template<typeof ticketsOptions> = {
  id: 'tickets',
  version: 2,
  options: ticketsOptions,
  setup: '/settings/desks',
  form: [
    { key: 'tags', kind: 'tags' },
    { key: 'note', kind: 'switch' },
    { key: 'tellRankr', kind: 'switch' },
    { key: 'lastWord', kind: 'long-text', letters: 2000 },
  ],
  document: {
    schema: 'rankr-connect/workflow@1',
    name: 'Issues become tickets',
    description: 'An issue of Rankr becomes a ticket of the support desk, stays up to date and is solved with it.',
    triggers: [
      { trigger: 'rankr.issue.detected' },
      { trigger: 'rankr.issue.updated' },
      { trigger: 'rankr.issue.resolved' },
    ],
    steps: [
      {
        id: 'which',
        type: 'condition',
        title: 'Is the issue resolved?',
        branches: [
          {
            id: 'resolved',
            label: 'Resolved',
            when: isResolved,
            steps: [
              {
                id: 'close',
                type: 'action',
                action: 'app.tickets.close',
                title: 'Solve the ticket',
                input: { issueId, comment: { path: 'options.lastWord' } },
              },
            ],
          },
        ],
        otherwise: keepUp,
      },
    ],
  },
}
