// Events about campaigns of contacts.
import type { TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

export const campaignTriggers: TriggerEntry[] = [
  {
    id: 'crm.campaign.status-changed',
    label: 'Campaign of a contact changed',
    description: 'A campaign was started, paused or ended for a contact.',
    resource: 'campaigns',
    system: 'crm',
    scope: ['campaigns.readonly'],
    event: 'CampaignStatusUpdate',
    sample: {
      type: 'CampaignStatusUpdate',
      ...envelope,
      id: 'cM6nB2xZq8WvT4rK1yLp',
      contactId: 'Qm8dXw2LrT5vBn9KcY1p',
      status: 'paused',
      templateId: 'tP5vK8wQz2NxM4rT9yBc',
      replied: 'false',
      dateAdded: '2026-03-02T14:25:00.000Z',
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0030',
    },
    filters: [{ path: 'status', label: 'Status', type: 'string' }],
    dedupeKey,
    recordKey: ['contactId'],
  },
]
