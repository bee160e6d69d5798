// Events about notes on contacts.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const note = {
  ...envelope,
  id: 'nT7hK2wQ9cVb5XyD3rMf',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
  body: 'Ordered the Growth plan, wants an onboarding call.',
  dateAdded: '2026-03-02T14:06:00.000Z',
}

const noteFilters: FilterEntry[] = [
  { path: 'body', label: 'Text', type: 'string' },
  { path: 'contactId', label: 'Contact', type: 'string' },
]

export const noteTriggers: TriggerEntry[] = [
  {
    id: 'crm.note.created',
    label: 'Note added',
    description: 'A note was written on a contact.',
    resource: 'notes',
    system: 'crm',
    scope: ['contacts.readonly'],
    event: 'NoteCreate',
    sample: {
      type: 'NoteCreate',
      ...note,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0001',
    },
    filters: noteFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.note.updated',
    label: 'Note changed',
    description: 'A note on a contact was changed.',
    resource: 'notes',
    system: 'crm',
    scope: ['contacts.readonly'],
    event: 'NoteUpdate',
    sample: {
      type: 'NoteUpdate',
      ...note,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0002',
    },
    filters: noteFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.note.deleted',
    label: 'Note deleted',
    description: 'A note on a contact was deleted.',
    resource: 'notes',
    system: 'crm',
    scope: ['contacts.readonly'],
    event: 'NoteDelete',
    sample: {
      type: 'NoteDelete',
      ...note,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0003',
    },
    filters: noteFilters,
    dedupeKey,
    recordKey: ['id'],
  },
]
