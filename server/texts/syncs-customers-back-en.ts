// English of the workflow that brings contacts back to Rankr.

export const syncsCustomersBackEn = {
  title: 'Contacts back to Rankr',
  lead: 'What changes in a contact changes the customer in Rankr. Needs the client id and secret of Rankr on the connection page.',
  options: {
    create: {
      label: 'Add new contacts to Rankr as customers',
      help: 'Only contacts with an e-mail address or a phone number.',
    },
    tags: { label: 'Add the contact’s tags in Rankr', help: 'Tags are never removed there.' },
    rule: {
      label: 'When both sides changed a field',
      help: 'The overwritten value is kept in the audit.',
      values: { newest: 'The later change wins', rankr: 'Rankr wins', crm: 'The contact wins' },
    },
    deleted: {
      label: 'When a contact is deleted',
      help: 'The customer is never deleted in Rankr.',
      values: {
        note: 'Tag the customer and write a note',
        archive: 'Tag, note, and mark as archived',
        nothing: 'Do nothing in Rankr',
      },
    },
  },
} as const
