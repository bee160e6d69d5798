// Our own action on revenue: a ledger row, and totals on the contact.
import { currency } from '../fields.ts'
import type { ActionEntry } from '../schema.ts'

export const appRevenueActions: ActionEntry[] = [
  {
    id: 'app.revenue.record',
    label: 'Record revenue',
    description:
      'Notes what a customer brought in, with its source and campaign, and brings the fields of its contact up to date: sums, number of payments and orders, first and last source.',
    resource: 'contacts',
    system: 'app',
    scope: ['contacts.readonly', 'contacts.write', 'locations/customFields.readonly', 'locations/customFields.write'],
    input: [
      { key: 'rankrId', label: 'Revenue id in Rankr', type: 'string', required: true },
      { key: 'customerId', label: 'Customer number in Rankr', type: 'string' },
      {
        key: 'amount',
        label: 'Amount',
        type: 'numerical',
        required: true,
        help: 'In units, like 19.99. Below zero when it was given back.',
      },
      currency,
      { key: 'source', label: 'Source', type: 'string', max: 200 },
      { key: 'medium', label: 'Medium', type: 'string', max: 200 },
      { key: 'campaign', label: 'Campaign', type: 'string', max: 200 },
      { key: 'recordedAt', label: 'When', type: 'string', help: 'A moment of ISO 8601. When it arrived when empty.' },
      { key: 'contactFields', label: 'Fill fields of the contact', type: 'toggle', help: 'On when empty.' },
    ],
    sample: {
      input: {
        rankrId: 'rev_7710',
        customerId: 'cus_10482',
        amount: 129.9,
        currency: 'USD',
        source: 'newsletter',
        campaign: 'spring-2026',
        recordedAt: '2026-03-08T07:31:20Z',
      },
      output: { contactId: 'Qm8dXw2LrT5vBn9KcY1p', outcome: 'recorded' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['rankrId'],
  },
  {
    id: 'app.revenue.value-opportunity',
    label: 'Give an opportunity the value of its customer',
    description:
      'Makes one opportunity for a customer, or changes the one it has: its value is all that the customer brought in, in the currency of most of its payments.',
    resource: 'opportunities',
    system: 'app',
    scope: ['opportunities.readonly', 'opportunities.write', 'contacts.readonly'],
    input: [
      { key: 'rankrId', label: 'Customer number in Rankr', type: 'string', required: true },
      { key: 'pipelineId', label: 'Pipeline', type: 'string', required: true },
    ],
    sample: {
      input: { rankrId: 'cus_10482', pipelineId: 'pL4nX8vQ2wRt6YbM9sKd' },
      output: { opportunityId: 'oP7kR3nV9xTq2WzL5mBc', outcome: 'created' },
    },
    risk: 'write',
    idempotent: true,
    naturalKey: ['rankrId'],
  },
]
