// Our own actions on messages: respect quiet hours and send once.
import { contactId } from '../fields.ts'
import type { ActionEntry } from '../schema.ts'

export const appMessageActions: ActionEntry[] = [
  {
    id: 'app.messages.allowed-moment',
    label: 'Find a moment outside quiet hours',
    description: 'Says when somebody may be written to: now, or when the quiet hours end.',
    resource: 'messages',
    system: 'app',
    scope: [],
    input: [
      { key: 'quietFrom', label: 'Quiet from', type: 'string', help: 'Such as 21:00.' },
      { key: 'quietUntil', label: 'Quiet until', type: 'string', help: 'Such as 08:00.' },
      { key: 'timeZone', label: 'Time zone', type: 'string', help: 'Such as America/New_York. UTC when empty.' },
    ],
    sample: {
      input: { quietFrom: '21:00', quietUntil: '08:00', timeZone: 'America/New_York' },
      output: { at: '2026-03-02T13:00:00.000Z', isQuiet: true },
    },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'app.messages.send-once',
    label: 'Send a message once',
    description:
      'Sends an e-mail or a text message to a contact, once for each event or for what you name. Contacts that do not want to be disturbed get none.',
    resource: 'messages',
    system: 'app',
    scope: [
      'contacts.readonly',
      'conversations.readonly',
      'conversations/message.readonly',
      'conversations/message.write',
    ],
    input: [
      { ...contactId, required: true },
      {
        key: 'channel',
        label: 'By',
        type: 'select',
        choices: [
          { value: 'email', label: 'E-mail' },
          { value: 'sms', label: 'Text message' },
        ],
        help: 'By e-mail when empty.',
      },
      { key: 'subject', label: 'Subject', type: 'string', max: 200, help: 'For e-mail.' },
      { key: 'body', label: 'Text', type: 'textarea', required: true, max: 5000 },
      {
        key: 'onceKey',
        label: 'Only once for',
        type: 'string',
        max: 200,
        help: 'What was named before gets no second message, such as welcome:usr_1.',
      },
      {
        key: 'variables',
        label: 'Values for the text',
        type: 'json',
        help: 'An object; its members are written as {{ name }}.',
      },
    ],
    sample: {
      input: {
        contactId: 'Qm8dXw2LrT5vBn9KcY1p',
        channel: 'email',
        subject: 'Welcome',
        body: 'Hello {{ name }}, good to have you here.',
        variables: { name: 'Maya' },
      },
      output: { messageId: 'mS6bX1vNq4TzW8kR2yLc', outcome: 'sent' },
    },
    risk: 'write',
    idempotent: true,
  },
]
