// Rankr's invoices as invoices of the account: created as drafts, sent or only marked as sent, payments recorded,
// voided with Rankr's.

import { z } from 'zod'
import type { Step } from '../document.ts'
import type { Template } from './template.ts'

const invoice = { rankrId: { path: 'trigger.data.invoice_id' } } as const
const known = { ...invoice, invoiceId: { path: 'steps.invoice.invoiceId' } } as const

const SENT = ['sent', 'open', 'issued', 'unpaid', 'overdue']
const PARTLY = ['partial', 'partially_paid', 'partially paid']
const VOID = ['void', 'voided', 'cancelled', 'canceled']

const bringOver: Step[] = [
  {
    id: 'invoice',
    type: 'action',
    action: 'app.invoices.upsert',
    title: 'Create or update the draft',
    input: {
      ...invoice,
      number: { path: 'trigger.data.number' },
      customerId: { path: 'trigger.data.customer_id' },
      customerEmail: { path: 'trigger.data.customer_email' },
      customerPhone: { path: 'trigger.data.customer_phone' },
      customerName: { path: 'trigger.data.customer_name' },
      phoneWhenMissing: { path: 'options.phoneWhenMissing' },
      waitMinutes: { path: 'options.waitMinutes' },
      amount: { path: 'trigger.data.amount' },
      currency: { path: 'trigger.data.currency' },
      lineItems: { path: 'trigger.data.line_items' },
      status: { path: 'trigger.data.status' },
      amountPaid: { path: 'trigger.data.amount_paid' },
      issueDate: { template: '{{ trigger.data.issue_date | default: trigger.data.created_at }}' },
      dueDate: { path: 'trigger.data.due_date' },
      dueDays: { path: 'options.dueDays' },
      title: { path: 'options.title' },
      terms: { path: 'options.terms' },
      liveMode: { path: 'options.liveMode' },
    },
  },
  {
    id: 'if-sent',
    type: 'condition',
    title: 'Was it sent?',
    branches: [
      {
        id: 'by-us',
        label: 'Sent, and invoices are to be sent',
        when: {
          all: [
            { path: 'options.send', operator: 'is', value: true },
            { path: 'trigger.data.status', operator: 'one-of', value: SENT },
          ],
        },
        steps: [
          {
            id: 'send',
            type: 'action',
            action: 'app.invoices.send',
            title: 'Send it to the customer',
            input: { ...known, by: { path: 'options.sendBy' } },
          },
        ],
      },
      {
        id: 'by-rankr',
        label: 'Sent by Rankr',
        when: { path: 'trigger.data.status', operator: 'one-of', value: [...SENT, ...PARTLY, 'paid'] },
        steps: [
          {
            id: 'mark-sent',
            type: 'action',
            action: 'app.invoices.send',
            title: 'Mark it as sent',
            input: { ...known, by: { value: 'send_manually' } },
          },
        ],
      },
    ],
    otherwise: [],
  },
  {
    id: 'if-paid',
    type: 'condition',
    title: 'Was something paid?',
    branches: [
      {
        id: 'some',
        label: 'An amount is named',
        when: { path: 'trigger.data.amount_paid', operator: 'greater', value: 0 },
        steps: [
          {
            id: 'pay',
            type: 'action',
            action: 'app.invoices.record-payment',
            title: 'Record what was paid',
            input: { ...known, paidTotal: { path: 'trigger.data.amount_paid' }, note: { value: 'Paid in Rankr' } },
          },
        ],
      },
      {
        id: 'all',
        label: 'Paid in full',
        when: { path: 'trigger.data.status', operator: 'is', value: 'paid' },
        steps: [
          {
            id: 'pay-all',
            type: 'action',
            action: 'app.invoices.record-payment',
            title: 'Record the whole amount',
            input: { ...known, note: { value: 'Paid in Rankr' } },
          },
        ],
      },
    ],
    otherwise: [],
  },
]

export const invoicesOptions = z.strictObject({
  /** Have the account send invoices that were sent in Rankr; off: they are only marked as sent. */
  send: z.boolean().default(false),
  sendBy: z.enum(['email', 'sms', 'sms_and_email']).default('email'),
  /** Take real payments; off: test mode. */
  liveMode: z.boolean().default(true),
  /** Days until an invoice is due that names no day. */
  dueDays: z.number().int().min(0).max(365).default(14),
  title: z.string().trim().max(60).default(''),
  terms: z.string().trim().max(2000).default(''),
  /** No invoice can be made without a phone number. */
  phoneWhenMissing: z.string().trim().max(30).default(''),
  /** How long an invoice waits for its customer; well within the time in which events are tried again. */
  waitMinutes: z.number().int().min(0).max(240).default(10),
})

export const invoicesTemplate: Template<typeof invoicesOptions> = {
  id: 'invoices',
  version: 2,
  options: invoicesOptions,
  form: [
    { key: 'send', kind: 'switch' },
    { key: 'sendBy', kind: 'choice', values: ['email', 'sms', 'sms_and_email'] },
    { key: 'liveMode', kind: 'switch' },
    { key: 'dueDays', kind: 'number', least: 0, most: 365 },
    { key: 'title', kind: 'text', letters: 60 },
    { key: 'terms', kind: 'long-text', letters: 2000 },
    { key: 'phoneWhenMissing', kind: 'text', letters: 30 },
    { key: 'waitMinutes', kind: 'number', least: 0, most: 240 },
  ],
  document: {
    schema: 'rankr-connect/workflow@1',
    name: 'Invoices become invoices',
    description: 'An invoice of Rankr becomes an invoice here, with its payments, and stays up to date.',
    triggers: [
      { trigger: 'rankr.invoice.created' },
      { trigger: 'rankr.invoice.updated' },
      { trigger: 'rankr.invoice.sent' },
      { trigger: 'rankr.invoice.paid' },
      { trigger: 'rankr.invoice.voided' },
    ],
    steps: [
      {
        id: 'which',
        type: 'condition',
        title: 'Is the invoice void?',
        branches: [
          {
            id: 'void-branch',
            label: 'Void',
            when: {
              any: [
                { path: 'trigger.type', operator: 'is', value: 'invoice.voided' },
                { path: 'trigger.data.status', operator: 'one-of', value: VOID },
              ],
            },
            steps: [
              {
                id: 'void',
                type: 'action',
                action: 'app.invoices.void',
                title: 'Make the invoice void',
                input: { ...invoice },
              },
            ],
          },
        ],
        otherwise: bringOver,
      },
    ],
  },
}
