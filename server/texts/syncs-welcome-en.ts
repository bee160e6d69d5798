// English of the built-in workflow `welcome`.

export const syncsWelcomeEn = {
  title: 'New users are welcomed',
  lead: 'Whoever signs up in Rankr becomes a contact and gets a welcome message: once, not at night, and not if the contact does not want to be disturbed.',
  options: {
    channel: {
      label: 'Send by',
      help: 'How your account sends messages.',
      values: { email: 'E-mail', sms: 'Text message' },
    },
    subject: { label: 'Subject', help: 'For e-mail.' },
    body: {
      label: 'Message',
      help: 'Put the name and e-mail address of the user in double braces, as in the example.',
    },
    quietFrom: { label: 'Quiet from', help: 'In the time zone of the account, such as 21:00. Empty: at any time.' },
    initialSync: {
      label: 'Then bring over what is already in Rankr',
      help: 'Once for this account: customers, orders and invoices, as far as their syncs are on. Nobody is contacted about them.',
    },
    quietUntil: { label: 'Quiet until', help: 'Messages held back at night are sent then, such as 08:00.' },
  },
} as const
