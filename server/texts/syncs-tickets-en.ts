// English of the built-in workflows `tickets` and `tickets-back`.

export const syncsTicketsEn = {
  title: 'Issues become tickets',
  lead: 'An issue that Rankr finds becomes one ticket in your support desk. It is kept up to date there, and solved once Rankr says so. Connect the desk first.',
  options: {
    tags: { label: 'Tags on each ticket', help: 'Separated by commas, each up to 32 characters.' },
    note: { label: 'Write a note on the contact', help: 'When a ticket is opened, with its address.' },
    tellRankr: {
      label: 'Write the ticket on the issue in Rankr',
      help: 'Its number and address. Needs the client id and secret of Rankr on the connection page.',
    },
    lastWord: {
      label: 'Closing message to the customer',
      help: 'Posted in the ticket when the issue is resolved. If empty, nothing is posted.',
    },
  },
} as const

export const syncsTicketsBackEn = {
  title: 'States of tickets go back',
  lead: 'When somebody in the support desk solves a ticket, reopens it or waits for the customer, Rankr and the contact are updated. Changes made from here are not sent back.',
  options: {
    rankr: {
      label: 'Update Rankr',
      help: 'The state of the issue there. Needs the client id and secret of Rankr on the connection page.',
    },
    note: { label: 'Write a note on the contact', help: 'With the new status and the address of the ticket.' },
    solvedTag: {
      label: 'Tag when a ticket is solved',
      help: 'Removed when it is reopened. If empty, no tag is added.',
    },
    task: { label: 'Create a task when the desk waits for the customer', help: 'On the contact, due at once.' },
    pipelineId: {
      label: 'Pipeline of the opportunity to move',
      help: 'When a ticket is solved, the open opportunity of its contact moves. None: no opportunity is moved.',
    },
    stageId: { label: 'Stage it moves to', help: 'A stage of the pipeline chosen above.' },
  },
} as const
