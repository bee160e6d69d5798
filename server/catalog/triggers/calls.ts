// Events about calls of the voice assistant.
import type { TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

export const callTriggers: TriggerEntry[] = [
  {
    id: 'crm.voice-call.ended',
    label: 'Call of the voice assistant ended',
    description: 'The voice assistant finished a call.',
    resource: 'calls',
    system: 'crm',
    scope: ['voice-ai-dashboard.readonly'],
    event: 'VoiceAiCallEnd',
    ownAddress: true,
    sample: {
      ...envelope,
      id: 'vC7mK2xWz9TqN4bR5cYd',
      agentId: '66fa0c21e4a5c60013d2e9a1',
      contactId: 'Qm8dXw2LrT5vBn9KcY1p',
      fromNumber: '+14155550132',
      createdAt: '2026-03-02T14:27:00.000Z',
      duration: 187,
      summary: 'Asked when the onboarding call is.',
      transcript: 'Hello, when is my call?',
      extractedData: {},
      executedCallActions: [],
      trialCall: false,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0031',
    },
    filters: [
      { path: 'duration', label: 'Seconds', type: 'numerical' },
      { path: 'summary', label: 'Summary', type: 'string' },
    ],
    dedupeKey,
    recordKey: ['id'],
  },
]
