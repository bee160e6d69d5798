// English of the built-in workflow `welcome`.

export const syncsWelcomeEn = {
  title: 'New users are welcomed',
  lead: 'Whoever signs up in Rankr becomes a contact and gets a welcome message: once, not at night, and not when the contact does not want to be disturbed.',
  options: {
    channel: {
      label: 'By',
      help: 'What your account sends messages with.',
      values: { email: 'E-mail', sms: 'Text message' },
    },
    subject: { label: 'Subject', help: 'For e-mail.' },
    body: { label: 'Message', help: 'Name and e-mail address of the user go in double braces, as in the example.' },
    quietFrom: { label: 'Quiet from', help: 'In the time zone of the account, such as 21:00. Empty: at any time.' },
    initialSync: {
      label: 'Then bring over what is in Rankr already',
      help: 'Once for this account: customers, orders and invoices, as far as their syncs are on. Nobody is written to because of them.',
    },
    quietUntil: { label: 'Quiet until', help: 'Messages of the night go out then, such as 08:00.' },
  },
} as const
