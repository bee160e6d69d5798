// The people who work in the account.
import { companyId, limit, locationId, skip, userId } from '../fields.ts'
import type { ActionEntry } from '../schema.ts'

const sampleUser = {
  id: 'uJ3sN6aPq8Zt1VxR4mLk',
  name: 'Ana Ruiz',
  firstName: 'Ana',
  lastName: 'Ruiz',
  email: 'ana.ruiz@example.com',
  phone: '+14155550199',
  roles: { type: 'account', role: 'admin', locationIds: ['h4Rk9mT2xQeW7vLp3ZsA'] },
}

export const userActions: ActionEntry[] = [
  {
    id: 'crm.users.search',
    label: 'Search users',
    description: 'Finds people of the account by name or e-mail.',
    resource: 'users',
    system: 'crm',
    scope: ['users.readonly'],
    method: 'GET',
    path: '/users/search',
    version: 'v3',
    input: [
      { ...companyId, in: 'query' },
      { ...locationId, in: 'query' },
      { key: 'query', label: 'Text', type: 'string', in: 'query' },
      {
        key: 'role',
        label: 'Role',
        type: 'select',
        in: 'query',
        choices: [
          { value: 'admin', label: 'Administrator' },
          { value: 'user', label: 'User' },
        ],
      },
      { ...limit, in: 'query' },
      { ...skip, in: 'query' },
    ],
    sample: { input: { limit: 25 }, output: { users: [sampleUser], count: 1 } },
    risk: 'read',
    idempotent: true,
    list: {
      itemsAt: 'users',
      totalAt: 'count',
      paging: { style: 'skip', in: 'query', sizeKey: 'limit', maxSize: 100, skipKey: 'skip' },
    },
  },
  {
    id: 'crm.users.get',
    label: 'Get a user',
    description: 'Reads one person of the account.',
    resource: 'users',
    system: 'crm',
    scope: ['users.readonly'],
    method: 'GET',
    path: '/users/{userId}',
    version: 'v3',
    input: [{ ...userId, in: 'path', required: true }],
    sample: { input: { userId: 'uJ3sN6aPq8Zt1VxR4mLk' }, output: sampleUser },
    risk: 'read',
    idempotent: true,
  },
]
