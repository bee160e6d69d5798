// Relay routes between accounts of one company. Its administrator speaks for both sides, so they start and end without an invitation.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Installation } from '../../store/installations.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import {
  type FaultyRouteField,
  NO_ROUTE,
  pressed,
  readRouteForm,
  routeForm,
  type TypedRoute,
} from './relay-route-form.ts'
import { endRoute, type RelayRoutesDeps, routeFormReply, routeParams, routeView } from './relay-route-view.ts'
import { companyIdOf, defineCompanyChange, defineCompanyScreen, screenData } from './screen.ts'

const HERE = '/settings/accounts/routes'

const accountId = z
  .string()
  .regex(/^[\w-]{1,64}$/)
  .optional()
  .catch(undefined)

/** HTTP routes below `/settings/accounts/routes`; for sessions of a whole company only. */
export const companyRelayRouteRoutes = ({
  relayRoutes,
  installations,
  eventChoices,
  transaction,
}: RelayRoutesDeps): Route[] => {
  const accountsOf = async (caller: Session): Promise<Installation[]> =>
    (await installations.locationsOf(companyIdOf(caller))).filter(({ status }) => status !== 'uninstalled')

  const show = async (caller: Session, message?: 'joined' | 'ended'): Promise<Reply> => {
    const companyId = companyIdOf(caller)
    const [all, own] = await Promise.all([relayRoutes.listOf(companyId), installations.locationsOf(companyId)])
    const names = new Map(own.map(({ tenantId, name }) => [tenantId, name]))
    const ids = new Set(all.flatMap(({ fromLocationId, toLocationId }) => [fromLocationId, toLocationId ?? []].flat()))
    // Other companies' routes: few.
    for (const id of ids) if (!names.has(id)) names.set(id, (await installations.find(id))?.name ?? null)
    return view('screens/company-relay-routes', {
      ...screenData(caller),
      routes: all.map((route) => ({
        ...routeView(route, eventChoices),
        from: names.get(route.fromLocationId),
        to: route.toLocationId === null ? null : names.get(route.toLocationId),
      })),
      message,
    })
  }

  const showForm = async (
    caller: Session,
    form: { typed: TypedRoute; faults?: FaultyRouteField[]; focus?: string },
  ): Promise<Reply> => routeFormReply(caller, { ...form, base: HERE, accounts: await accountsOf(caller) }, eventChoices)

  return [
    defineCompanyScreen({
      path: HERE,
      handler: ({ caller }) => show(caller),
    }),

    defineCompanyScreen({
      path: `${HERE}/new`,
      handler: ({ caller }) => showForm(caller, { typed: NO_ROUTE }),
    }),

    defineCompanyChange({
      path: `${HERE}/draft`,
      audit: { none: 'shows what was typed again; nothing is saved' },
      input: { body: routeForm },
      handler: ({ caller, body }) => showForm(caller, pressed(body)),
    }),

    defineCompanyChange({
      path: HERE,
      audit: 'route.joined',
      input: { body: routeForm },
      async handler({ caller, body, audit }) {
        const read = readRouteForm(body, eventChoices)
        const active = (await accountsOf(caller)).filter(({ status }) => status === 'active')
        const [from, to] = [accountId.parse(body.from), accountId.parse(body.to)].map((id) =>
          active.find(({ tenantId }) => tenantId === id),
        )
        if ('faults' in read || !from || !to || from === to) {
          const areTheirs = from && to && from !== to
          const faults: FaultyRouteField[] = [
            'faults' in read ? read.faults : [],
            areTheirs ? [] : ['to' as const],
          ].flat()
          return await showForm(caller, { typed: body, faults })
        }
        await transaction(async (tx) => {
          const { draft } = read
          const by = { by: caller.userId, on: tx }
          const route = await relayRoutes.join(from.tenantId, { ...draft, toLocationId: to.tenantId }, by)
          const change = { subjectType: 'route', subjectId: route.id, details: { name: route.name } }
          for (const locationId of [from.tenantId, to.tenantId].sort()) await audit({ ...change, locationId }, tx)
        })
        return await show(caller, 'joined')
      },
    }),

    defineCompanyChange({
      path: `${HERE}/:id/end`,
      audit: 'route.ended',
      input: { params: routeParams },
      async handler({ caller, params: { id }, audit }) {
        const own = new Set((await installations.locationsOf(companyIdOf(caller))).map(({ tenantId }) => tenantId))
        const wanted = (await relayRoutes.listOf(companyIdOf(caller))).find((route) => route.id === id)
        const side = [wanted?.fromLocationId, wanted?.toLocationId].find((one) => one && own.has(one))
        if (!side) throw new AppError('not_found')
        await transaction((tx) => endRoute({ relayRoutes, audit }, { locationId: side, id }, tx))
        return await show(caller, 'ended')
      },
    }),
  ]
}
