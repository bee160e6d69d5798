// Events about accounts. Only the company that manages them gets these.
import type { TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const { appId } = envelope

const companyId = 'cO5mP8aNy2XqT7wRz4Vb'

const account = {
  appId,
  id: 'h4Rk9mT2xQeW7vLp3ZsA',
  companyId,
  name: 'Northwind Coaching',
  email: 'hello@northwind.example.com',
  stripeProductId: 'prod_Rk7Qm2Wx9Tz4Lb',
}

export const accountTriggers: TriggerEntry[] = [
  {
    id: 'crm.account.created',
    label: 'Account created',
    description: 'The company opened another account.',
    resource: 'account',
    system: 'crm',
    scope: ['locations.readonly'],
    event: 'LocationCreate',
    token: 'company',
    sample: {
      type: 'LocationCreate',
      ...account,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b003b',
    },
    filters: [{ path: 'name', label: 'Name', type: 'string' }],
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.account.updated',
    label: 'Account changed',
    description: 'The details of an account changed.',
    resource: 'account',
    system: 'crm',
    scope: ['locations.readonly'],
    event: 'LocationUpdate',
    token: 'company',
    sample: {
      type: 'LocationUpdate',
      ...account,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b003c',
    },
    filters: [{ path: 'name', label: 'Name', type: 'string' }],
    dedupeKey,
    recordKey: ['id'],
  },
]
