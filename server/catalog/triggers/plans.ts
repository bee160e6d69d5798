// Events about plans that a company sells to accounts. Only the company gets these.
import type { TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const { appId, versionId } = envelope

const companyId = 'cO5mP8aNy2XqT7wRz4Vb'

export const planTriggers: TriggerEntry[] = [
  {
    id: 'crm.saas-plan.created',
    label: 'Resale plan created',
    description: 'The company made a plan that it sells to accounts.',
    resource: 'plans',
    system: 'crm',
    scope: ['saas/company.read'],
    event: 'SaaSPlanCreate',
    literal: 'SaasPlanCreate',
    token: 'company',
    sample: {
      type: 'SaasPlanCreate',
      appId,
      versionId,
      companyId,
      planId: '688c8e28e4080ecf4e9ad59a',
      title: 'Growth',
      description: 'For growing studios',
      saasProducts: ['crm', 'invoice'],
      addOns: [],
      planLevel: 2,
      trialPeriod: 14,
      prices: [
        {
          id: 'price_1RrFciCScnf89tZo',
          billingInterval: 'month',
          active: true,
          amount: 9900,
          currency: 'usd',
          symbol: '$',
        },
      ],
      categoryId: '66f243418b7a302ee2a83856',
      productId: 'prod_SmpH3W8OsYv51x',
      isSaaSV2: false,
      createdAt: '2026-03-02T16:50:00.000Z',
      updatedAt: '2026-03-02T16:50:00.000Z',
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0040',
    },
    filters: [{ path: 'title', label: 'Title', type: 'string' }],
    dedupeKey,
    recordKey: ['planId'],
  },
]
