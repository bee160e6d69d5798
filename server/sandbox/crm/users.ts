// People of a company, read only.

import { z } from 'zod'
import { type AnyOperation, BEFORE_V3, forEither, operation } from './operation.ts'
import { foreignLocation, notFound } from './refusal.ts'
import type { User } from './rows.ts'
import type { State } from './state.ts'
import { count, flag, optional, required } from './validation.ts'

const view = (user: User) => ({
  id: user.id,
  name: `${user.firstName} ${user.lastName}`,
  firstName: user.firstName,
  lastName: user.lastName,
  email: user.email,
  phone: user.phone,
  extension: '',
  permissions: { contactsEnabled: true, opportunitiesEnabled: true, settingsEnabled: user.role === 'admin' },
  roles: { type: user.type, role: user.role, locationIds: user.locationIds },
  deleted: false,
})

const worksIn = (user: User, locationId: string | undefined): boolean =>
  !locationId || user.type === 'agency' || user.locationIds.includes(locationId)

/** The user endpoints. */
export const userOperations = ({ state }: { state: State }): AnyOperation[] => {
  const shared = { ...forEither, method: 'GET' as const, scopes: ['users.readonly'] }
  return [
    operation({
      ...shared,
      path: '/users/search',
      query: z.strictObject({
        companyId: required,
        query: optional,
        skip: count.optional(),
        limit: count.optional(),
        locationId: optional,
        type: optional,
        role: optional,
        ids: optional,
        sort: optional,
        sortDirection: optional,
        enabled2waySync: flag.optional(),
      }),
      location: ({ query }) => query.locationId,
      handle({ query, grant }) {
        if (query.companyId !== grant.companyId) throw foreignLocation()
        const { skip = 0, limit = 25, role, type, ids, query: text } = query
        const found = state.users
          .by('company', grant.companyId)
          .filter((user) => worksIn(user, query.locationId ?? grant.locationId))
          .filter((user) => (!role || user.role === role) && (!type || user.type === type))
          .filter((user) => !ids || ids.split(',').includes(user.id))
          .filter((user) => !text || JSON.stringify(view(user)).toLowerCase().includes(text.toLowerCase()))
        return { users: found.slice(skip, skip + limit).map(view), count: found.length }
      },
    }),
    operation({
      ...shared,
      versions: BEFORE_V3,
      path: '/users',
      query: z.strictObject({ locationId: required }),
      location: ({ query }) => query.locationId,
      handle: ({ query, grant }) => ({
        users: state.users
          .by('company', grant.companyId)
          .filter((user) => worksIn(user, query.locationId))
          .map(view),
      }),
    }),
    operation({
      ...shared,
      path: '/users/:userId',
      handle({ params, grant }) {
        const user = state.users.get(params.userId!)
        if (user?.companyId !== grant.companyId || !worksIn(user, grant.locationId)) throw notFound('User')
        return view(user)
      },
    }),
  ]
}
