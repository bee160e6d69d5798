// Reads a user of an account from the CRM: name and role.

import { AppError } from '../../errors.ts'
import type { Execute } from '../actions.ts'

export type PersonOfAccount = { id: string; name: string; role: 'admin' | 'user' }

type Roles = { type?: string; role?: string; locationIds?: string[] }
type User = { id?: string; name?: string; firstName?: string; lastName?: string; deleted?: boolean; roles?: Roles }

/** Company users work in all of its accounts, others in the listed ones. */
const worksIn = ({ type, locationIds = [] }: Roles, tenantId: string): boolean =>
  type === 'agency' || locationIds.includes(tenantId)

/** Undefined when not (or no longer) a user of the account. Throws what the call throws. */
export const createReadPerson =
  ({ execute }: { execute: Execute }) =>
  async (tenantId: string, userId: string): Promise<PersonOfAccount | undefined> => {
    try {
      const input = { userId }
      const { output } = await execute({
        locationId: tenantId,
        actionId: 'crm.users.get',
        input,
        priority: 'interactive',
      })
      const { id, name, firstName, lastName, deleted, roles = {} } = (output ?? {}) as User
      if (id !== userId || deleted || !worksIn(roles, tenantId)) return undefined
      const shown = name || [firstName, lastName].filter(Boolean).join(' ')
      return { id, name: shown, role: roles.role === 'admin' ? 'admin' : 'user' }
    } catch (error) {
      if (error instanceof AppError && error.code === 'crm_not_found') return undefined
      throw error
    }
  }

export type ReadPerson = ReturnType<typeof createReadPerson>
