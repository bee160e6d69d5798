// English of the workflow that brings contacts back to Rankr.

export const syncsCustomersBackEn = {
  title: 'Contacts back to Rankr',
  lead: 'What changes in a contact changes the customer in Rankr. Needs the client id and secret of Rankr on the connection page.',
  options: {
    create: {
      label: 'Make new contacts customers of Rankr',
      help: 'Only contacts with an e-mail address or a phone number.',
    },
    tags: { label: 'Add tags of the contact in Rankr', help: 'Tags are never taken off there.' },
    rule: {
      label: 'When both sides changed a field',
      help: 'The value that is given up is kept in the audit.',
      values: { newest: 'The later change counts', rankr: 'Rankr counts', crm: 'The contact counts' },
    },
    deleted: {
      label: 'When a contact is deleted',
      help: 'The customer is never deleted in Rankr.',
      values: {
        note: 'Tag the customer and write a note',
        archive: 'Tag, note, and mark as archived',
        nothing: 'Tell Rankr nothing',
      },
    },
  },
} as const
