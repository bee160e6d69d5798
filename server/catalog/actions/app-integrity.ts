// Our own actions that repair integrity findings.
import type { ActionEntry } from '../schema.ts'

export const appIntegrityActions: ActionEntry[] = [
  {
    id: 'app.links.forget',
    label: 'Forget a pair of records',
    description:
      'Ends the pair of a record in Rankr and one of the account, when either is gone. The record that is left stays as it is.',
    resource: 'integrity',
    system: 'app',
    scope: [],
    input: [
      {
        key: 'kind',
        label: 'Kind of record',
        type: 'select',
        required: true,
        choices: [
          { value: 'customer', label: 'Customer' },
          { value: 'order', label: 'Order' },
          { value: 'invoice', label: 'Invoice' },
          { value: 'opportunity', label: 'Opportunity of an order' },
          { value: 'business', label: 'Business of a company' },
          { value: 'product', label: 'Product of an article' },
          { value: 'ticket', label: 'Ticket of an issue' },
        ],
      },
      { key: 'rankrId', label: 'Id in Rankr', type: 'string', required: true },
    ],
    sample: { input: { kind: 'order', rankrId: 'ord_5521' }, output: { outcome: 'forgotten' } },
    risk: 'write',
    idempotent: true,
    naturalKey: ['rankrId'],
  },
  {
    id: 'app.duplicates.remove',
    label: 'Remove a record that is there twice',
    description:
      'Deletes a record or an opportunity of an order that stands for the same order as another one, or a draft of an invoice; an invoice that was sent and not paid is made void. Leaves records alone that do not stand for the same.',
    resource: 'integrity',
    system: 'app',
    scope: [
      ...(['objects/record.readonly', 'objects/record.write', 'invoices.readonly', 'invoices.write'] as const),
      ...(['opportunities.readonly', 'opportunities.write'] as const),
    ],
    input: [
      {
        key: 'kind',
        label: 'Kind of record',
        type: 'select',
        required: true,
        choices: [
          { value: 'order', label: 'Order' },
          { value: 'invoice', label: 'Invoice' },
          { value: 'opportunity', label: 'Opportunity of an order' },
        ],
      },
      { key: 'crmId', label: 'Record that is too many', type: 'string', required: true },
      { key: 'keptId', label: 'Record that stays', type: 'string', required: true },
    ],
    sample: {
      input: { kind: 'order', crmId: '66f2b7d1e4a5c60013d2e1f1', keptId: '66f2b7d1e4a5c60013d2e1f0' },
      output: { outcome: 'removed' },
    },
    risk: 'destroy',
    idempotent: true,
    naturalKey: ['crmId'],
  },
]
