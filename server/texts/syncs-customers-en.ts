// English of the built-in workflow `customers`.

export const syncsCustomersEn = {
  title: 'Customers become contacts',
  lead: 'A new or changed customer is matched by e-mail, then by phone, and becomes one contact. Existing tags stay.',
  options: {
    tags: { label: 'Tags on every contact', help: 'Separate several with commas.' },
    note: { label: 'Write a note', help: 'On each new contact, with what Rankr knows about the customer.' },
    business: {
      label: 'Put contacts into the business of their company',
      help: 'An existing business of that name is used; otherwise one is created.',
    },
    deleteContacts: {
      label: 'Delete the contact when the customer is deleted in Rankr',
      help: 'Off: the contact stays and gets a tag and a note. On: it is deleted with its conversations, notes and tasks.',
    },
  },
} as const
