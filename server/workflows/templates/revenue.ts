// Rankr's revenue, recorded for attribution and added up on the contact.

import { z } from 'zod'
import type { Template } from './template.ts'

export const revenueOptions = z.strictObject({
  /** Sums, sources and campaigns as fields of the contact. */
  contactFields: z.boolean().default(true),
  /** An opportunity for each customer in this pipeline, worth what the customer brought in; none when empty. */
  pipelineId: z.string().trim().max(60).default(''),
})

export const revenueTemplate: Template<typeof revenueOptions> = {
  id: 'revenue',
  version: 2,
  options: revenueOptions,
  setup: '/settings/revenue',
  form: [
    { key: 'contactFields', kind: 'switch' },
    { key: 'pipelineId', kind: 'live', choices: { entryId: 'crm.opportunities.create', field: 'pipelineId' } },
  ],
  onlyWith: { pipelineId: ['app.revenue.value-opportunity'] },
  document: {
    schema: 'rankr-connect/workflow@1',
    name: 'Revenue is attributed',
    description: 'What a customer brings in is noted with its source, and summed up on the contact.',
    triggers: [{ trigger: 'rankr.revenue.recorded' }],
    steps: [
      {
        id: 'revenue',
        type: 'action',
        action: 'app.revenue.record',
        title: 'Record the revenue',
        input: {
          rankrId: { template: '{{ trigger.data.revenue_id | default: trigger.data.id }}' },
          customerId: { path: 'trigger.data.customer_id' },
          amount: { path: 'trigger.data.amount' },
          currency: { path: 'trigger.data.currency' },
          source: { template: '{{ trigger.data.source | default: trigger.data.utm_source }}' },
          medium: { template: '{{ trigger.data.medium | default: trigger.data.utm_medium }}' },
          campaign: { template: '{{ trigger.data.campaign | default: trigger.data.utm_campaign }}' },
          recordedAt: { template: '{{ trigger.data.recorded_at | default: trigger.timestamp }}' },
          contactFields: { path: 'options.contactFields' },
        },
      },
      {
        id: 'if-opportunity',
        type: 'condition',
        title: 'Is an opportunity to have the value?',
        branches: [
          {
            id: 'wanted',
            label: 'A pipeline is chosen',
            when: {
              all: [
                { path: 'options.pipelineId', operator: 'exists' },
                { path: 'trigger.data.customer_id', operator: 'exists' },
              ],
            },
            steps: [
              {
                id: 'opportunity',
                type: 'action',
                action: 'app.revenue.value-opportunity',
                title: 'Give the opportunity its value',
                input: {
                  rankrId: { path: 'trigger.data.customer_id' },
                  pipelineId: { path: 'options.pipelineId' },
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
