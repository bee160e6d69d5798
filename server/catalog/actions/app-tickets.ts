// Our own actions on tickets: one linked ticket per Rankr issue, at any support desk.
import { contactId } from '../fields.ts'
import type { ActionEntry, FieldEntry } from '../schema.ts'

const issueId = {
  key: 'issueId',
  label: 'Issue number in Rankr',
  type: 'string',
  required: true,
} as const satisfies FieldEntry

const ticketId = { key: 'ticketId', label: 'Ticket', type: 'string', required: true } as const satisfies FieldEntry

const sampleOutput = {
  ticketId: '35436',
  deskId: 'dsk_4fKq9TzXw2LrVn7YcB1p',
  url: 'https://northwind.desk.example.com/tickets/35436',
  status: 'open',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
}

export const appTicketActions: ActionEntry[] = [
  {
    id: 'app.tickets.upsert',
    label: 'Keep one ticket for an issue',
    description:
      'Opens a ticket for an issue of Rankr, or brings the one up to date that was opened before. Opens a solved one again when the issue changes after that.',
    resource: 'tickets',
    system: 'app',
    scope: ['contacts.readonly'],
    input: [
      issueId,
      { key: 'subject', label: 'Subject', type: 'string', required: true },
      { key: 'description', label: 'Description', type: 'textarea' },
      {
        key: 'severity',
        label: 'Severity',
        type: 'string',
        help: 'Low, medium, high or critical: the priority of the ticket.',
      },
      { key: 'customerId', label: 'Customer number in Rankr', type: 'string' },
      { key: 'customerEmail', label: 'E-mail of the customer', type: 'string', format: 'email', sensitive: true },
      { key: 'customerName', label: 'Name of the customer', type: 'string' },
      { key: 'tags', label: 'Tags', type: 'string', list: true },
      { key: 'at', label: 'When the issue changed', type: 'date-time' },
    ],
    sample: {
      input: {
        issueId: 'iss_314',
        subject: 'Import stopped at row 120',
        description: 'The file has a column that is not known.',
        severity: 'high',
        customerId: 'cus_10482',
        tags: ['rankr'],
      },
      output: { ...sampleOutput, outcome: 'created' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['issueId'],
  },
  {
    id: 'app.tickets.close',
    label: 'Close the ticket of an issue',
    description:
      'Marks the ticket of an issue of Rankr as solved; does nothing when there is none, or when it is solved already.',
    resource: 'tickets',
    system: 'app',
    input: [issueId, { key: 'comment', label: 'Last word to the customer', type: 'textarea' }],
    sample: {
      input: { issueId: 'iss_314', comment: 'The import works again.' },
      output: { ...sampleOutput, status: 'solved', outcome: 'closed' },
    },
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.tickets.compare',
    label: 'See what is new about a ticket',
    description:
      'Reads a ticket anew and says whether its state is news, and of which issue and contact. What we have changed ourselves is no news.',
    resource: 'tickets',
    system: 'app',
    input: [
      ticketId,
      { key: 'deskId', label: 'Support desk', type: 'string', required: true },
      { key: 'status', label: 'State as the desk told it', type: 'string' },
      { key: 'at', label: 'When the desk told it', type: 'date-time' },
    ],
    sample: {
      input: { ticketId: '35436', deskId: 'dsk_4fKq9TzXw2LrVn7YcB1p', status: 'solved' },
      output: {
        ...sampleOutput,
        status: 'solved',
        isNews: true,
        issueId: 'iss_314',
        issueStatus: 'resolved',
        customerId: 'cus_10482',
        subject: 'Import stopped at row 120',
      },
    },
    // It remembers what it has seen.
    risk: 'write',
    idempotent: true,
  },
  {
    id: 'app.tickets.move-opportunity',
    label: 'Move the opportunity of a ticket’s contact',
    description:
      'Moves the open opportunity that a contact has in a pipeline to a stage; does nothing when there is none.',
    resource: 'tickets',
    system: 'app',
    scope: ['opportunities.readonly', 'opportunities.write'],
    input: [
      contactId,
      { key: 'pipelineId', label: 'Pipeline', type: 'string', required: true },
      { key: 'stageId', label: 'Stage', type: 'string', required: true },
    ],
    sample: {
      input: {
        contactId: 'Qm8dXw2LrT5vBn9KcY1p',
        pipelineId: 'pL5rT8yHn2KpQ7wLz4Xd',
        stageId: 'sT5rT8yHn2KpQ7wLz4Xd',
      },
      output: { opportunityId: 'oP5rT8yHn2KpQ7wLz4Xd', outcome: 'moved' },
    },
    risk: 'write',
    idempotent: true,
  },
]
