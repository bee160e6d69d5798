// Rankr's new users: a contact and one welcome message, outside quiet hours.

import { z } from 'zod'
import type { Template } from './template.ts'

const time = z
  .string()
  .trim()
  .regex(/^(?:[01]?\d|2[0-3]):[0-5]\d$/)
  .or(z.literal(''))

export const welcomeOptions = z.strictObject({
  channel: z.enum(['email', 'sms']).default('email'),
  subject: z.string().trim().max(200).default('Welcome to Rankr'),
  body: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .default('Hello {{ name }},\n\ngood to have you here. Write back whenever you have a question.'),
  /** In the account's time zone; empty: at any time. */
  quietFrom: time.default('21:00'),
  quietUntil: time.default('08:00'),
  /** Bring over what is in Rankr already, when the first user signs up. */
  initialSync: z.boolean().default(false),
})

const momentInput = {
  quietFrom: { path: 'options.quietFrom' },
  quietUntil: { path: 'options.quietUntil' },
  timeZone: { path: 'account.timeZone' },
} as const

export const welcomeTemplate: Template<typeof welcomeOptions> = {
  id: 'welcome',
  version: 4,
  options: welcomeOptions,
  form: [
    { key: 'channel', kind: 'choice', values: ['email', 'sms'] },
    { key: 'subject', kind: 'text', letters: 200 },
    { key: 'body', kind: 'long-text', letters: 2000 },
    { key: 'quietFrom', kind: 'text', letters: 5 },
    { key: 'quietUntil', kind: 'text', letters: 5 },
    { key: 'initialSync', kind: 'switch' },
  ],
  document: {
    schema: 'rankr-connect/workflow@1',
    name: 'New users are welcomed',
    description: 'Whoever signs up in Rankr becomes a contact and is welcomed, once and not at night.',
    triggers: [{ trigger: 'rankr.user.signed-up' }],
    steps: [
      {
        id: 'contact',
        type: 'action',
        action: 'app.users.upsert-contact',
        title: 'Create or update the contact',
        input: {
          rankrId: { template: '{{ trigger.data.user_id | default: trigger.data.id }}' },
          email: { path: 'trigger.data.email' },
          phone: { path: 'trigger.data.phone' },
          name: { path: 'trigger.data.name' },
          source: { value: 'Rankr' },
        },
      },
      {
        // Before the message, which may have to wait for the morning.
        id: 'if-initial-sync',
        type: 'condition',
        title: 'Is the account to be filled?',
        branches: [
          {
            id: 'wanted',
            label: 'Chosen',
            when: { path: 'options.initialSync', operator: 'is', value: true },
            steps: [
              {
                id: 'initial-sync',
                type: 'action',
                action: 'app.initial-sync.start',
                title: 'Start the initial sync',
                input: {},
              },
            ],
          },
        ],
        otherwise: [],
      },
      {
        id: 'moment',
        type: 'action',
        action: 'app.messages.allowed-moment',
        title: 'Is it a time to write?',
        input: momentInput,
      },
      {
        id: 'if-quiet',
        type: 'condition',
        title: 'Are these quiet hours?',
        branches: [
          {
            id: 'quiet',
            label: 'Quiet hours',
            when: { path: 'steps.moment.isQuiet', operator: 'is', value: true },
            steps: [
              { id: 'wait', type: 'delay', title: 'Wait until they end', until: { path: 'steps.moment.at' } },
              {
                // It may have become late: nobody is woken in the next night.
                id: 'moment-after',
                type: 'action',
                action: 'app.messages.allowed-moment',
                title: 'Is it a time to write by now?',
                input: momentInput,
              },
              {
                id: 'wait-again',
                type: 'delay',
                title: 'Wait until it is',
                until: { path: 'steps.moment-after.at' },
              },
            ],
          },
        ],
        otherwise: [],
      },
      {
        id: 'message',
        type: 'action',
        action: 'app.messages.send-once',
        title: 'Send the welcome',
        input: {
          contactId: { path: 'steps.contact.contactId' },
          channel: { path: 'options.channel' },
          subject: { path: 'options.subject' },
          body: { path: 'options.body' },
          variables: { path: 'trigger.data' },
          onceKey: { template: 'welcome:{{ trigger.data.user_id | default: trigger.data.id }}' },
        },
      },
    ],
  },
}
