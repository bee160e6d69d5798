// Events about conversations.
import type { TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

export const conversationTriggers: TriggerEntry[] = [
  {
    id: 'crm.conversation.unread-changed',
    label: 'Unread state of a conversation changed',
    description: 'A conversation got unread messages or was read.',
    resource: 'conversations',
    system: 'crm',
    scope: ['conversations.readonly'],
    event: 'ConversationUnreadWebhook',
    literal: 'ConversationUnreadUpdate',
    sample: {
      type: 'ConversationUnreadUpdate',
      ...envelope,
      id: 'vN2xK8qTz5LwR7mY4bCd',
      contactId: 'Qm8dXw2LrT5vBn9KcY1p',
      unreadCount: 1,
      inbox: true,
      starred: false,
      deleted: false,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b002c',
    },
    filters: [
      { path: 'unreadCount', label: 'Unread messages', type: 'numerical' },
      { path: 'starred', label: 'Starred', type: 'toggle' },
    ],
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.conversation.merged',
    label: 'Conversations merged',
    description: 'A chat was joined with the conversation of a known contact.',
    resource: 'conversations',
    system: 'crm',
    scope: ['conversations.readonly'],
    event: 'ConversationUpdate',
    sample: {
      type: 'ConversationUpdate',
      ...envelope,
      companyId: 'cO5mP8aNy2XqT7wRz4Vb',
      newConversationId: 'vN2xK8qTz5LwR7mY4bCd',
      oldConversationId: 'vN9qT4xKz2WbL7mR5cYd',
      contactId: 'Qm8dXw2LrT5vBn9KcY1p',
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b002d',
    },
    filters: [],
    dedupeKey,
    recordKey: ['newConversationId'],
  },
]
