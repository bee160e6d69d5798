// Rankr's orders as records of the account, associated with their contacts; optionally with an opportunity each.

import { z } from 'zod'
import type { Template } from './template.ts'

const order = {
  rankrId: { path: 'trigger.data.order_id' },
  total: { path: 'trigger.data.total' },
  currency: { path: 'trigger.data.currency' },
  // What happened counts more than what the record says.
  status: {
    template: [
      '{% if trigger.type == "order.cancelled" %}cancelled',
      '{% elsif trigger.type == "order.refunded" or trigger.data.status == "refunded" %}',
      '{% if trigger.data.refunded_total > 0 and trigger.data.refunded_total < trigger.data.total %}partially_{% endif %}refunded',
      '{% else %}{{ trigger.data.status }}{% endif %}',
    ].join(''),
  },
} as const

const refundedTotal = { path: 'trigger.data.refunded_total' } as const

export const ordersOptions = z.strictObject({
  /** An opportunity for each order in this pipeline; none when empty. */
  pipelineId: z.string().trim().max(60).default(''),
  /** Where it starts; the pipeline's first stage when empty. */
  stageId: z.string().trim().max(60).default(''),
  /** Where it moves once the order is paid, and once it is cancelled or refunded; it stays where it is when empty. */
  wonStageId: z.string().trim().max(60).default(''),
  lostStageId: z.string().trim().max(60).default(''),
  /** Find or make a product for each item with an article number. */
  products: z.boolean().default(false),
  /** How long an order waits for its customer; well within the time in which events are tried again. */
  waitMinutes: z.number().int().min(0).max(240).default(10),
})

const stage = {
  kind: 'live',
  choices: { entryId: 'crm.opportunities.create', field: 'pipelineStageId' },
  dependsOn: { option: 'pipelineId', field: 'pipelineId' },
} as const

export const ordersTemplate: Template<typeof ordersOptions> = {
  id: 'orders',
  version: 3,
  options: ordersOptions,
  setup: '/settings/syncs/orders',
  form: [
    { key: 'pipelineId', kind: 'live', choices: { entryId: 'crm.opportunities.create', field: 'pipelineId' } },
    { key: 'stageId', ...stage },
    { key: 'wonStageId', ...stage },
    { key: 'lostStageId', ...stage },
    { key: 'products', kind: 'switch' },
    { key: 'waitMinutes', kind: 'number', least: 0, most: 240 },
  ],
  onlyWith: { pipelineId: ['app.orders.follow-opportunity'], products: ['app.orders.match-products'] },
  document: {
    schema: 'rankr-connect/workflow@1',
    name: 'Orders become records',
    description: 'An order of Rankr becomes a record on its customer and stays up to date.',
    triggers: [
      { trigger: 'rankr.order.created' },
      { trigger: 'rankr.order.updated' },
      { trigger: 'rankr.order.cancelled' },
      { trigger: 'rankr.order.refunded' },
    ],
    steps: [
      {
        id: 'if-products',
        type: 'condition',
        title: 'Are products wanted?',
        branches: [
          {
            id: 'articles',
            label: 'Products',
            when: {
              all: [
                { path: 'options.products', operator: 'is', value: true },
                { path: 'trigger.data.line_items', operator: 'exists' },
              ],
            },
            steps: [
              {
                id: 'products',
                type: 'action',
                action: 'app.orders.match-products',
                title: 'Find or make the products',
                input: {
                  rankrId: order.rankrId,
                  currency: order.currency,
                  lineItems: { path: 'trigger.data.line_items' },
                },
                // The order comes over all the same.
                // biome-ignore lint/suspicious/noThenProperty: the word of the document
                onError: { then: 'continue' },
              },
            ],
          },
        ],
        otherwise: [],
      },
      {
        id: 'order',
        type: 'action',
        action: 'app.orders.upsert',
        title: 'Create or update the order',
        input: {
          ...order,
          refundedTotal,
          products: { path: 'steps.products.products' },
          number: { path: 'trigger.data.number' },
          customerId: { path: 'trigger.data.customer_id' },
          customerEmail: { path: 'trigger.data.customer_email' },
          customerPhone: { path: 'trigger.data.customer_phone' },
          customerName: { path: 'trigger.data.customer_name' },
          waitMinutes: { path: 'options.waitMinutes' },
          lineItems: { path: 'trigger.data.line_items' },
          placedAt: { template: '{{ trigger.data.placed_at | default: trigger.data.created_at }}' },
        },
      },
      {
        id: 'if-opportunity',
        type: 'condition',
        title: 'Is an opportunity to follow it?',
        branches: [
          {
            id: 'wanted',
            label: 'A pipeline is chosen',
            when: { path: 'options.pipelineId', operator: 'exists' },
            steps: [
              {
                id: 'opportunity',
                type: 'action',
                action: 'app.orders.follow-opportunity',
                title: 'Let the opportunity follow the order',
                input: {
                  ...order,
                  refundedTotal,
                  contactId: { path: 'steps.order.contactId' },
                  pipelineId: { path: 'options.pipelineId' },
                  stageId: { path: 'options.stageId' },
                  wonStageId: { path: 'options.wonStageId' },
                  lostStageId: { path: 'options.lostStageId' },
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
