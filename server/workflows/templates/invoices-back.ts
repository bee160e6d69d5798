// Invoice changes in the account, reported to Rankr: sent, paid in part or in full, void. What came from Rankr is not
// sent back.

import { z } from 'zod'
import type { Condition } from '../document.ts'
import type { Template } from './template.ts'

export const invoicesBackOptions = z.strictObject({
  sent: z.boolean().default(true),
  payments: z.boolean().default(true),
  voided: z.boolean().default(true),
})

/** It is news of this kind, and such news are wanted. */
const wanted = (option: string, statuses: string[]): Condition => ({
  all: [
    { path: `options.${option}`, operator: 'is', value: true },
    { path: 'steps.news.status', operator: 'one-of', value: statuses },
  ],
})

export const invoicesBackTemplate: Template<typeof invoicesBackOptions> = {
  id: 'invoices-back',
  version: 2,
  options: invoicesBackOptions,
  form: [
    { key: 'sent', kind: 'switch' },
    { key: 'payments', kind: 'switch' },
    { key: 'voided', kind: 'switch' },
  ],
  document: {
    schema: 'rankr-connect/workflow@1',
    name: 'Payments go back to Rankr',
    description: 'What is sent, paid or made void here is told to Rankr.',
    triggers: [
      { trigger: 'crm.invoice.sent' },
      { trigger: 'crm.invoice.partially-paid' },
      { trigger: 'crm.invoice.paid' },
      { trigger: 'crm.invoice.voided' },
    ],
    steps: [
      {
        id: 'news',
        type: 'action',
        action: 'app.invoices.compare',
        title: 'See what is new',
        input: { invoiceId: { path: 'trigger._id' } },
      },
      {
        id: 'if-news',
        type: 'condition',
        title: 'Is it news for Rankr, and wanted?',
        branches: [
          {
            id: 'tell',
            label: 'News',
            when: {
              all: [
                { path: 'steps.news.isNews', operator: 'is', value: true },
                {
                  any: [
                    wanted('sent', ['sent']),
                    wanted('payments', ['partially_paid', 'paid']),
                    wanted('voided', ['void']),
                  ],
                },
              ],
            },
            steps: [
              {
                id: 'rankr',
                type: 'action',
                action: 'rankr.invoices.set-status',
                title: 'Tell Rankr',
                input: {
                  invoiceId: { path: 'steps.news.rankrId' },
                  status: { path: 'steps.news.status' },
                  amountPaid: { path: 'steps.news.amountPaid' },
                },
              },
            ],
          },
        ],
        otherwise: [],
      },
    ],
  },
}
