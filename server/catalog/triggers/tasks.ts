// Events about tasks of contacts. A changed task tells nobody.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const task = {
  ...envelope,
  id: 'tS4fG8jL1pWz6NxB2vQe',
  contactId: 'Qm8dXw2LrT5vBn9KcY1p',
  title: 'Call about the first order',
  body: 'Ask whether the import went well.',
  assignedTo: 'uJ3sN6aPq8Zt1VxR4mLk',
  dateAdded: '2026-03-02T14:07:00.000Z',
  dueDate: '2026-03-05T15:00:00.000Z',
}

const taskFilters: FilterEntry[] = [
  { path: 'title', label: 'Title', type: 'string' },
  {
    path: 'assignedTo',
    label: 'Assigned to',
    type: 'select',
    choices: { from: 'crm.users.search', itemsAt: 'users', value: 'id', label: ['name', 'email'] },
  },
]

export const taskTriggers: TriggerEntry[] = [
  {
    id: 'crm.task.created',
    label: 'Task added',
    description: 'A contact got a task.',
    resource: 'tasks',
    system: 'crm',
    scope: ['contacts.readonly'],
    event: 'TaskCreate',
    sample: {
      type: 'TaskCreate',
      ...task,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0004',
    },
    filters: taskFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.task.completed',
    label: 'Task completed',
    description: 'A task of a contact was marked as done.',
    resource: 'tasks',
    system: 'crm',
    scope: ['contacts.readonly'],
    event: 'TaskComplete',
    sample: {
      type: 'TaskComplete',
      ...task,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0005',
    },
    filters: taskFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.task.deleted',
    label: 'Task deleted',
    description: 'A task of a contact was deleted.',
    resource: 'tasks',
    system: 'crm',
    scope: ['contacts.readonly'],
    event: 'TaskDelete',
    sample: {
      type: 'TaskDelete',
      ...task,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b0006',
    },
    filters: taskFilters,
    dedupeKey,
    recordKey: ['id'],
  },
]
