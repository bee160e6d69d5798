// Events about people of the account. The documented bodies of changes and deletions call themselves creations, so these get addresses of their own.
import type { FilterEntry, TriggerEntry } from '../schema.ts'
import { crmDedupeKey as dedupeKey, envelope } from './envelope.ts'

const companyId = 'cO5mP8aNy2XqT7wRz4Vb'

const user = {
  ...envelope,
  companyId,
  id: 'uJ3sN6aPq8Zt1VxR4mLk',
  firstName: 'Ana',
  lastName: 'Ruiz',
  email: 'ana.ruiz@example.com',
  phone: '+14155550199',
  role: 'admin',
}

const userFilters: FilterEntry[] = [
  { path: 'role', label: 'Role', type: 'string' },
  { path: 'email', label: 'E-mail', type: 'string' },
]

export const userTriggers: TriggerEntry[] = [
  {
    id: 'crm.user.created',
    label: 'User added',
    description: 'Somebody joined the account.',
    resource: 'users',
    system: 'crm',
    scope: ['users.readonly'],
    event: 'UserCreate',
    sample: {
      type: 'UserCreate',
      ...user,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b003d',
    },
    filters: userFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.user.updated',
    label: 'User changed',
    description: 'Details of somebody in the account changed.',
    resource: 'users',
    system: 'crm',
    scope: ['users.readonly'],
    event: 'UserUpdate',
    ownAddress: true,
    sample: {
      type: 'UserUpdate',
      ...user,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b003e',
    },
    filters: userFilters,
    dedupeKey,
    recordKey: ['id'],
  },
  {
    id: 'crm.user.deleted',
    label: 'User deleted',
    description: 'Somebody left the account.',
    resource: 'users',
    system: 'crm',
    scope: ['users.readonly'],
    event: 'UserDelete',
    ownAddress: true,
    sample: {
      type: 'UserDelete',
      ...user,
      timestamp: '2026-03-02T14:05:12.000Z',
      webhookId: '0d5a7c1e-95a4-4d0b-8a80-2f7f0f7b003f',
    },
    filters: userFilters,
    dedupeKey,
    recordKey: ['id'],
  },
]
