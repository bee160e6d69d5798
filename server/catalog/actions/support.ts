// Tickets of the support desk that the account connected. One set of actions for every desk; server/support turns them
// into the calls of the desk at hand.
import type { ActionEntry, FieldEntry } from '../schema.ts'

const ticketId = { key: 'ticketId', label: 'Ticket', type: 'string', required: true } as const satisfies FieldEntry

const externalId = {
  key: 'externalId',
  label: 'Your number of the issue',
  type: 'string',
  help: 'One ticket per number: a second one is never made.',
} as const satisfies FieldEntry

const status = {
  key: 'status',
  label: 'Status',
  type: 'select',
  choices: [
    { value: 'open', label: 'Open' },
    { value: 'pending', label: 'Waiting for the customer' },
    { value: 'solved', label: 'Solved' },
    { value: 'closed', label: 'Closed' },
  ],
} as const satisfies FieldEntry

const priority = {
  key: 'priority',
  label: 'Priority',
  type: 'select',
  choices: [
    { value: 'low', label: 'Low' },
    { value: 'normal', label: 'Normal' },
    { value: 'high', label: 'High' },
    { value: 'urgent', label: 'Urgent' },
  ],
} as const satisfies FieldEntry

const tags = { key: 'tags', label: 'Tags', type: 'string', list: true } as const satisfies FieldEntry

const deskId = {
  key: 'deskId',
  label: 'Support desk',
  type: 'string',
  group: 'More',
  help: 'Only where several are connected: the id of the one that has the ticket. Else the first one.',
} as const satisfies FieldEntry

const sampleTicket = {
  ticketId: '35436',
  externalId: 'iss_314',
  url: 'https://northwind.desk.example.com/tickets/35436',
  subject: 'Import stopped at row 120',
  status: 'open',
  priority: 'high',
  updatedAt: '2026-03-09T16:05:10Z',
  deskId: 'dsk_4fKq9TzXw2LrVn7YcB1p',
}

export const supportActions: ActionEntry[] = [
  {
    id: 'support.tickets.create',
    label: 'Create a ticket',
    description: 'Opens a ticket in the support desk, or finds the one that was opened for the same issue before.',
    resource: 'tickets',
    system: 'support',
    input: [
      { ...externalId, required: true },
      { key: 'subject', label: 'Subject', type: 'string', required: true, max: 255 },
      { key: 'description', label: 'Description', type: 'textarea', required: true },
      { key: 'requesterEmail', label: 'E-mail of the customer', type: 'string', format: 'email', sensitive: true },
      { key: 'requesterName', label: 'Name of the customer', type: 'string' },
      priority,
      tags,
      deskId,
    ],
    sample: {
      input: {
        externalId: 'iss_314',
        subject: 'Import stopped at row 120',
        description: 'The file has a column that is not known.',
        requesterEmail: 'maya.okafor@example.com',
        requesterName: 'Maya Okafor',
        priority: 'high',
        tags: ['rankr'],
      },
      output: { ...sampleTicket, outcome: 'created' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['externalId'],
  },
  {
    id: 'support.tickets.update',
    label: 'Change a ticket',
    description: 'Changes the subject, the status or the priority of a ticket, or adds tags.',
    resource: 'tickets',
    system: 'support',
    input: [
      ticketId,
      { key: 'subject', label: 'Subject', type: 'string', max: 255 },
      status,
      priority,
      { ...tags, help: 'Added to those the ticket has.' },
      deskId,
    ],
    sample: { input: { ticketId: '35436', priority: 'urgent' }, output: { ...sampleTicket, priority: 'urgent' } },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'support.tickets.close',
    label: 'Close a ticket',
    description: 'Marks a ticket as solved, with a last word to the customer when given.',
    resource: 'tickets',
    system: 'support',
    input: [ticketId, { key: 'comment', label: 'Last word', type: 'textarea' }, deskId],
    sample: {
      input: { ticketId: '35436', comment: 'The import works again.' },
      output: { ...sampleTicket, status: 'solved' },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'support.tickets.add-comment',
    label: 'Comment on a ticket',
    description: 'Adds a comment to a ticket, for the customer or only for the people of the desk.',
    resource: 'tickets',
    system: 'support',
    input: [
      ticketId,
      { key: 'comment', label: 'Comment', type: 'textarea', required: true },
      { key: 'isPublic', label: 'The customer may see it', type: 'toggle' },
      deskId,
    ],
    sample: {
      input: { ticketId: '35436', comment: 'Severity was raised to critical.', isPublic: false },
      output: { ticketId: '35436', commentId: '901772', deskId: 'dsk_4fKq9TzXw2LrVn7YcB1p' },
    },
    risk: 'write',
    idempotent: false,
  },
  {
    id: 'support.tickets.get',
    label: 'Get a ticket',
    description: 'Reads one ticket.',
    resource: 'tickets',
    system: 'support',
    input: [ticketId, deskId],
    sample: { input: { ticketId: '35436' }, output: sampleTicket },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'support.tickets.find',
    label: 'Find the ticket of an issue',
    description: 'Looks up the ticket that was opened for an issue.',
    resource: 'tickets',
    system: 'support',
    input: [{ ...externalId, required: true, help: 'As it was given when the ticket was created.' }, deskId],
    sample: { input: { externalId: 'iss_314' }, output: { ticket: sampleTicket, deskId: sampleTicket.deskId } },
    risk: 'read',
    idempotent: true,
  },
]
