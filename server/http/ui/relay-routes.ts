// Relay routes of this account: events it sends to other accounts and receives from them. Nothing flows until both sides
// have agreed; either side can end it at once.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { RelayRoute } from '../../store/relay-routes.ts'
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
import { defineChange, type Screen, screenData } from './screen.ts'

const HERE = '/settings/routes'
const MOST_ROUTES = 50
/** Codes cannot be guessed; this keeps attempts out of the log. */
const CODES_PER_MINUTE = 10

const codeForm = z.object({ code: z.string().trim().max(200).default('') }).prefault({})

type Outcome = {
  message?: 'accepted' | 'ended'
  invitation?: { route: RelayRoute; code: string }
  refusedCode?: boolean
  preview?: { route: RelayRoute; code: string }
}

/** Routes below `/settings/routes`. */
export const relayRouteRoutes = (screen: Screen, deps: RelayRoutesDeps): Route[] => {
  const { relayRoutes, installations, eventChoices, transaction } = deps

  const nameOf = async (locationId: string | null): Promise<string | null> =>
    locationId === null ? null : ((await installations.find(locationId))?.name ?? null)

  const shown = async (route: RelayRoute, locationId: string) => {
    const isOutgoing = route.fromLocationId === locationId
    return {
      ...routeView(route, eventChoices),
      isOutgoing,
      other: await nameOf(isOutgoing ? route.toLocationId : route.fromLocationId),
      isEndedByOther: route.endedBy !== null && route.endedBy !== locationId,
    }
  }

  const show = async (caller: Session, { preview, invitation, ...outcome }: Outcome = {}): Promise<Reply> => {
    const { locationId } = caller
    const all = await relayRoutes.list(locationId)
    return view(
      'screens/relay-routes',
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

  const showForm = (caller: Session, form: { typed: TypedRoute; faults?: FaultyRouteField[]; focus?: string }): Reply =>
    routeFormReply(caller, { ...form, base: HERE }, eventChoices)

  return [
    screen({ path: HERE, handler: ({ caller }) => show(caller) }),
    screen({ path: `${HERE}/new`, handler: async ({ caller }) => showForm(caller, { typed: NO_ROUTE }) }),

    defineChange({
      path: `${HERE}/draft`,
      audit: { none: 'shows what was typed again; nothing is saved' },
      input: { body: routeForm },
      handler: async ({ caller, body }) => showForm(caller, pressed(body)),
    }),

    defineChange({
      path: HERE,
      audit: 'route.invited',
      input: { body: routeForm },
      async handler({ caller, body, audit }) {
        const read = readRouteForm(body, eventChoices)
        if ('faults' in read) return showForm(caller, { typed: body, faults: read.faults })
        if (
          (await relayRoutes.list(caller.locationId)).filter(({ status }) => status !== 'ended').length >= MOST_ROUTES
        ) {
          throw new AppError('conflict', { detail: `There are ${MOST_ROUTES} routes already.` })
        }
        const invitation = await transaction(async (tx) => {
          const made = await relayRoutes.invite(caller.locationId, read.draft, { by: caller.userId, on: tx })
          const { name, eventTypes } = read.draft
          await audit({ subjectType: 'route', subjectId: made.route.id, details: { name, eventTypes } }, tx)
          return made
        })
        return await show(caller, { invitation })
      },
    }),

    {
      ...defineChange({
        path: `${HERE}/invitation`,
        audit: { none: 'shows what a code is for; nothing changes before it is accepted' },
        input: { body: codeForm },
        async handler({ caller, body: { code } }) {
          const route = await relayRoutes.invitation(caller.locationId, code)
          return await show(caller, route ? { preview: { route, code } } : { refusedCode: true })
        },
      }),
      perMinute: CODES_PER_MINUTE,
    },

    {
      ...defineChange({
        path: `${HERE}/accept`,
        audit: 'route.accepted',
        input: { body: codeForm },
        async handler({ caller, body: { code }, audit }) {
          const by = caller.userId
          const accepted = await transaction(async (tx) => {
            const route = await relayRoutes.accept(caller.locationId, code, { by, on: tx })
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
      path: `${HERE}/:id/end`,
      audit: 'route.ended',
      input: { params: routeParams },
      async handler({ caller, params: { id }, audit }) {
        await transaction((tx) => endRoute({ relayRoutes, audit }, { locationId: caller.locationId, id }, tx))
        return await show(caller, { message: 'ended' })
      },
    }),
  ]
}
