// English of the built-in workflows `tickets` and `tickets-back`.

export const syncsTicketsEn = {
  title: 'Issues become tickets',
  lead: 'An issue that Rankr finds becomes one ticket in your support desk, is kept up to date there and is solved when Rankr says so. Connect the desk first.',
  options: {
    tags: { label: 'Tags on each ticket', help: 'Separated by commas, each up to 32 letters.' },
    note: { label: 'Write a note on the contact', help: 'When a ticket is opened, with its address.' },
    tellRankr: {
      label: 'Write the ticket on the issue in Rankr',
      help: 'Its number and address. Needs the client id and secret of Rankr on the connection page.',
    },
    lastWord: {
      label: 'Last word to the customer',
      help: 'Said in the ticket when the issue is resolved. When it is empty nothing is said.',
    },
  },
} as const

export const syncsTicketsBackEn = {
  title: 'States of tickets go back',
  lead: 'When somebody in the support desk solves a ticket, opens it again or waits for the customer, Rankr and the contact hear of it. What was changed from here is not sent back.',
  options: {
    rankr: {
      label: 'Tell Rankr',
      help: 'The state of the issue there. Needs the client id and secret of Rankr on the connection page.',
    },
    note: { label: 'Write a note on the contact', help: 'With the new state and the address of the ticket.' },
    solvedTag: {
      label: 'Tag when a ticket is solved',
      help: 'Taken off again when it is opened again. When it is empty there is no tag.',
    },
    task: { label: 'Make a task when the desk waits for the customer', help: 'On the contact, due at once.' },
    pipelineId: {
      label: 'Pipeline of the opportunity to move',
      help: 'When a ticket is solved, the open opportunity of its contact moves. None: no opportunity is moved.',
    },
    stageId: { label: 'Stage it moves to', help: 'One of the pipeline that is chosen above.' },
  },
} as const
