// Routes: events of this account that go to another one, and the other way round. Nothing flows before both have agreed,
// and either one ends it at once.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { TenantRoute } from '../../store/routes.ts'
import type { RouteBook } from '../../workflows/route-book.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import { defineRoute, type Route } from '../route.ts'
import type { InstallationReader, Transaction } from './deps.ts'
import { type EventChoice, groupedChoices, labelsOf } from './event-choices.ts'
import { type FaultyRouteField, NO_ROUTE, readRouteForm, routeForm, type TypedRoute } from './route-form.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

const MOST_ROUTES = 50
/** Codes cannot be guessed; this keeps the log free of those who try. */
const CODES_PER_MINUTE = 10

export type RoutesDeps = {
  routes: RouteBook
  installations: Pick<InstallationReader, 'find' | 'locationsOf'>
  eventChoices: readonly EventChoice[]
  transaction: Transaction
}

const params = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) })
const codeForm = z.object({ code: z.string().trim().max(200).default('') }).prefault({})
const accountId = z
  .string()
  .regex(/^[\w-]{1,64}$/)
  .optional()
  .catch(undefined)

type Message = 'accepted' | 'ended' | 'joined'

type Outcome = {
  message?: Message
  invitation?: { route: TenantRoute; code: string }
  refusedCode?: boolean
  preview?: { route: TenantRoute; code: string }
}

/** Routes below `/settings/routes`. */
export const routeRoutes = (screen: Screen, deps: RoutesDeps): Route[] => {
  const { routes, installations, eventChoices, transaction } = deps

  const nameOf = async (locationId: string | null): Promise<string | null> =>
    locationId === null ? null : ((await installations.find(locationId))?.name ?? null)

  const shown = async (route: TenantRoute, locationId: string) => {
    const isOutgoing = route.fromLocationId === locationId
    return {
      ...route,
      isOutgoing,
      labels: labelsOf(route.eventTypes, eventChoices),
      other: await nameOf(isOutgoing ? route.toLocationId : route.fromLocationId),
      isEndedByOther: route.endedBy !== null && route.endedBy !== locationId,
    }
  }

  const show = async (caller: Session, { preview, invitation, ...outcome }: Outcome = {}): Promise<Reply> => {
    const { locationId } = caller
    const all = await routes.list(locationId)
    return view(
      'screens/routes',
      {
        ...screenData(caller),
        routes: await Promise.all(all.map((route) => shown(route, locationId))),
        invitation,
        preview: preview && { code: preview.code, route: await shown(preview.route, locationId) },
        ...outcome,
      },
      { status: outcome.refusedCode ? 422 : 200 },
    )
  }

  /** The form; of a company with its accounts to choose from. */
  const showForm = async (
    caller: Session,
    { typed, faults = [], message }: { typed: TypedRoute; faults?: FaultyRouteField[]; message?: Message },
  ): Promise<Reply> => {
    const isCompany = caller.scope === 'company'
    const accounts = isCompany ? await installations.locationsOf(caller.companyId ?? caller.locationId) : []
    return view(
      'screens/route',
      {
        ...screenData(caller),
        isCompany,
        accounts: accounts.filter(({ status }) => status !== 'uninstalled'),
        typed,
        faults,
        message,
        groups: groupedChoices(eventChoices),
      },
      { status: faults.length > 0 ? 422 : 200 },
    )
  }

  /** Whether both are the company's, with the app: then its administrator speaks for both. */
  const areOfCompany = async (caller: Session, ids: (string | undefined)[]): Promise<boolean> => {
    const companyId = caller.companyId ?? caller.locationId
    const all = await Promise.all(ids.map((id) => (id ? installations.find(id) : undefined)))
    return all.every((one) => one?.kind === 'location' && one.companyId === companyId && one.status === 'active')
  }

  return [
    defineRoute({
      method: 'GET',
      path: '/settings/routes',
      door: 'session',
      audit: { none: 'reads only' },
      handler: ({ caller }) => (caller.scope === 'company' ? showForm(caller, { typed: NO_ROUTE }) : show(caller)),
    }),

    screen({
      path: '/settings/routes/new',
      handler: ({ caller }) => showForm(caller, { typed: NO_ROUTE }),
    }),

    defineChange({
      path: '/settings/routes',
      audit: 'route.invited',
      input: { body: routeForm },
      async handler({ caller, body, audit }) {
        const read = readRouteForm(body, eventChoices)
        if ('faults' in read) return await showForm(caller, { typed: body, faults: read.faults })
        if ((await routes.list(caller.locationId)).filter(({ status }) => status !== 'ended').length >= MOST_ROUTES) {
          throw new AppError('conflict', { detail: `There are ${MOST_ROUTES} routes already.` })
        }
        const invitation = await transaction(async (tx) => {
          const made = await routes.invite(caller.locationId, read.draft, { by: caller.userId, on: tx })
          const { name, eventTypes } = read.draft
          await audit({ subjectType: 'route', subjectId: made.route.id, details: { name, eventTypes } }, tx)
          return made
        })
        return await show(caller, { invitation })
      },
    }),

    {
      ...defineChange({
        path: '/settings/routes/invitation',
        audit: { none: 'shows what a code is for; nothing changes before it is accepted' },
        input: { body: codeForm },
        async handler({ caller, body: { code } }) {
          const route = await routes.invitation(caller.locationId, code)
          return await show(caller, route ? { preview: { route, code } } : { refusedCode: true })
        },
      }),
      perMinute: CODES_PER_MINUTE,
    },

    {
      ...defineChange({
        path: '/settings/routes/accept',
        audit: 'route.accepted',
        input: { body: codeForm },
        async handler({ caller, body: { code }, audit }) {
          const by = caller.userId
          const accepted = await transaction(async (tx) => {
            const route = await routes.accept(caller.locationId, code, { by, on: tx })
            if (!route) return undefined
            const change = { subjectType: 'route', subjectId: route.id, details: { name: route.name } }
            for (const locationId of [route.fromLocationId, caller.locationId].sort()) {
              await audit({ ...change, locationId }, tx)
            }
            return route
          })
          if (accepted) return await show(caller, { message: 'accepted' })
          await audit({ subjectType: 'route', details: { outcome: 'refused' } })
          return await show(caller, { refusedCode: true })
        },
      }),
      perMinute: CODES_PER_MINUTE,
    },

    defineChange({
      path: '/settings/routes/:id/end',
      audit: 'route.ended',
      input: { params },
      async handler({ caller, params: { id }, audit }) {
        await transaction(async (tx) => {
          const route = await routes.end(caller.locationId, id, { on: tx })
          if (!route) throw new AppError('not_found')
          const change = { subjectType: 'route', subjectId: id, details: { name: route.name } }
          const sides = [route.fromLocationId, ...(route.toLocationId ? [route.toLocationId] : [])]
          for (const locationId of sides.sort()) await audit({ ...change, locationId }, tx)
        })
        return await show(caller, { message: 'ended' })
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/settings/routes/company',
      door: 'session',
      role: 'admin',
      audit: 'route.joined',
      input: { body: routeForm },
      async handler({ caller, body, audit }) {
        if (caller.scope !== 'company') throw new AppError('forbidden')
        const read = readRouteForm(body, eventChoices)
        const [from, to] = [accountId.parse(body.from), accountId.parse(body.to)]
        const isTheirs = from !== to && (await areOfCompany(caller, [from, to]))
        if ('faults' in read || !isTheirs || !from || !to) {
          const faults: FaultyRouteField[] = [
            'faults' in read ? read.faults : [],
            isTheirs ? [] : ['to' as const],
          ].flat()
          return await showForm(caller, { typed: body, faults })
        }
        await transaction(async (tx) => {
          const by = { by: caller.userId, on: tx }
          const route = await routes.join(from, { ...read.draft, toLocationId: to }, by)
          const change = { subjectType: 'route', subjectId: route.id, details: { name: route.name } }
          for (const locationId of [from, to].sort()) await audit({ ...change, locationId }, tx)
        })
        return await showForm(caller, { typed: NO_ROUTE, message: 'joined' })
      },
    }),
  ]
}
