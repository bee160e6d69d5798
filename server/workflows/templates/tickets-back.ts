// Ticket changes at the support desk, reported to Rankr and noted on the contact. Our own changes at the desk are
// ignored.

import { z } from 'zod'
import type { Condition, Step } from '../document.ts'
import type { Template } from './template.ts'

export const ticketsBackOptions = z.strictObject({
  rankr: z.boolean().default(true),
  note: z.boolean().default(true),
  /** On the contact while its last ticket is solved; none when empty. */
  solvedTag: z.string().trim().max(60).default(''),
  /** A task for somebody here when the desk waits for the customer. */
  task: z.boolean().default(false),
  /** Where the contact's opportunity moves when the ticket is solved; none when empty. */
  pipelineId: z.string().trim().max(60).default(''),
  stageId: z.string().trim().max(60).default(''),
})

const customer = {
  rankrId: { path: 'steps.news.customerId' },
  contactId: { path: 'steps.news.contactId' },
} as const

const isStatus = (status: string): Condition => ({ path: 'steps.news.issueStatus', operator: 'is', value: status })

const wish = (id: string, title: string, when: Condition, steps: Step[]): Step => ({
  id: `if-${id}`,
  type: 'condition',
  title,
  branches: [{ id, label: 'Yes', when, steps }],
  otherwise: [],
})

const onContact: Step[] = [
  wish('note', 'Are notes wanted?', { path: 'options.note', operator: 'is', value: true }, [
    {
      id: 'write-note',
      type: 'action',
      action: 'app.customers.add-note',
      title: 'Write a note on the contact',
      input: {
        ...customer,
        body: {
          template:
            'Ticket {{ steps.news.ticketId }} is {{ steps.news.status }}: {{ steps.news.subject }}\n{{ steps.news.url }}',
        },
      },
    },
  ]),
  wish(
    'tag',
    'Is it solved, and is a tag wanted?',
    { all: [isStatus('resolved'), { path: 'options.solvedTag', operator: 'exists' }] },
    [
      {
        id: 'add-tag',
        type: 'action',
        action: 'crm.contacts.add-tags',
        title: 'Tag the contact',
        input: { contactId: { path: 'steps.news.contactId' }, tags: { paths: ['options.solvedTag'] } },
      },
    ],
  ),
  wish(
    'untag',
    'Is it open again, and is a tag wanted?',
    {
      all: [
        { path: 'steps.news.issueStatus', operator: 'is-not', value: 'resolved' },
        { path: 'options.solvedTag', operator: 'exists' },
      ],
    },
    [
      {
        id: 'remove-tag',
        type: 'action',
        action: 'crm.contacts.remove-tags',
        title: 'Take the tag off again',
        input: { contactId: { path: 'steps.news.contactId' }, tags: { paths: ['options.solvedTag'] } },
      },
    ],
  ),
  wish(
    'task',
    'Does it wait for the customer, and are tasks wanted?',
    { all: [isStatus('waiting'), { path: 'options.task', operator: 'is', value: true }] },
    [
      {
        id: 'make-task',
        type: 'action',
        action: 'crm.tasks.create',
        title: 'Make a task',
        input: {
          contactId: { path: 'steps.news.contactId' },
          title: { template: 'Ticket {{ steps.news.ticketId }} waits for the customer' },
          body: { template: '{{ steps.news.subject }}\n{{ steps.news.url }}' },
          dueDate: { path: 'trigger.timestamp' },
          completed: { value: false },
        },
      },
    ],
  ),
  wish(
    'stage',
    'Is it solved, and is a stage chosen?',
    {
      all: [
        isStatus('resolved'),
        { path: 'options.pipelineId', operator: 'exists' },
        { path: 'options.stageId', operator: 'exists' },
      ],
    },
    [
      {
        id: 'move',
        type: 'action',
        action: 'app.tickets.move-opportunity',
        title: 'Move the opportunity of the contact',
        input: {
          contactId: { path: 'steps.news.contactId' },
          pipelineId: { path: 'options.pipelineId' },
          stageId: { path: 'options.stageId' },
        },
      },
    ],
  ),
]

export const ticketsBackTemplate: Template<typeof ticketsBackOptions> = {
  id: 'tickets-back',
  version: 2,
  options: ticketsBackOptions,
  setup: '/settings/desks',
  form: [
    { key: 'rankr', kind: 'switch' },
    { key: 'note', kind: 'switch' },
    { key: 'solvedTag', kind: 'text', letters: 60 },
    { key: 'task', kind: 'switch' },
    { key: 'pipelineId', kind: 'live', choices: { entryId: 'crm.opportunities.create', field: 'pipelineId' } },
    {
      key: 'stageId',
      kind: 'live',
      choices: { entryId: 'crm.opportunities.create', field: 'pipelineStageId' },
      dependsOn: { option: 'pipelineId', field: 'pipelineId' },
    },
  ],
  document: {
    schema: 'rankr-connect/workflow@1',
    name: 'States of tickets go back',
    description: 'What becomes of a ticket in the support desk is told to Rankr and written on the contact.',
    triggers: [{ trigger: 'app.ticket.changed' }],
    steps: [
      {
        id: 'news',
        type: 'action',
        action: 'app.tickets.compare',
        title: 'See what is new',
        input: {
          ticketId: { path: 'trigger.data.ticketId' },
          deskId: { path: 'trigger.data.deskId' },
          status: { path: 'trigger.data.status' },
          at: { path: 'trigger.timestamp' },
        },
      },
      wish('news', 'Is it news?', { path: 'steps.news.isNews', operator: 'is', value: true }, [
        wish('rankr', 'Is Rankr to be told?', { path: 'options.rankr', operator: 'is', value: true }, [
          {
            id: 'tell-rankr',
            type: 'action',
            action: 'rankr.issues.set-status',
            title: 'Tell Rankr',
            input: {
              issueId: { path: 'steps.news.issueId' },
              status: { path: 'steps.news.issueStatus' },
              ticketId: { path: 'steps.news.ticketId' },
              ticketUrl: { path: 'steps.news.url' },
            },
          },
        ]),
        wish(
          'contact',
          'Is the contact known?',
          {
            all: [
              { path: 'steps.news.contactId', operator: 'exists' },
              { path: 'steps.news.customerId', operator: 'exists' },
            ],
          },
          onContact,
        ),
      ]),
    ],
  },
}
