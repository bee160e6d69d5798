// The account itself.
import { locationId } from '../fields.ts'
import type { ActionEntry } from '../schema.ts'

export const accountActions: ActionEntry[] = [
  {
    id: 'crm.account.get',
    label: 'Get the account',
    description: 'Reads the name, the address, the time zone and the settings of this account.',
    resource: 'account',
    system: 'crm',
    scope: ['locations.readonly'],
    method: 'GET',
    path: '/locations/{locationId}',
    version: 'v3',
    input: [{ ...locationId, in: 'path' }],
    sample: {
      input: {},
      output: {
        location: {
          id: 'h4Rk9mT2xQeW7vLp3ZsA',
          companyId: 'cO5mP8aNy2XqT7wRz4Vb',
          name: 'Northwind Coaching',
          email: 'hello@northwind.example.com',
          phone: '+14155550100',
          address: '12 Harbor Street',
          city: 'Oakland',
          state: 'CA',
          country: 'US',
          postalCode: '94607',
          timezone: 'America/Los_Angeles',
          settings: { allowDuplicateContact: false, allowDuplicateOpportunity: false },
        },
      },
    },
    risk: 'read',
    idempotent: true,
  },
  {
    id: 'crm.account.list-time-zones',
    label: 'List time zones',
    description: 'Reads the names of all time zones.',
    resource: 'account',
    system: 'crm',
    scope: ['locations.readonly'],
    method: 'GET',
    path: '/locations/{locationId}/timezones',
    version: 'v3',
    input: [{ ...locationId, in: 'path' }],
    sample: { input: {}, output: { timeZones: ['America/Los_Angeles', 'America/New_York', 'Europe/Berlin'] } },
    risk: 'read',
    idempotent: true,
    list: { itemsAt: 'timeZones', paging: { style: 'none' } },
  },
]
