// Shared by the relay route screens: a relay route as both sides see it, and its form.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Tx } from '../../store/db.ts'
import type { Installation } from '../../store/installations.ts'
import type { RelayRoute } from '../../store/relay-routes.ts'
import type { RelayRouteService } from '../../workflows/relay-route-service.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Call } from '../route.ts'
import type { InstallationReader, Transaction } from './deps.ts'
import { type EventChoice, groupedChoices, labelsOf } from './event-choices.ts'
import { fieldsOf, labelsOfPath, termsOf } from './relay-route-fields.ts'
import { type FaultyRouteField, fieldRows, type TypedRoute, usualName } from './relay-route-form.ts'
import { screenData } from './screen.ts'

export type RelayRoutesDeps = {
  relayRoutes: RelayRouteService
  installations: Pick<InstallationReader, 'find' | 'locationsOf'>
  eventChoices: readonly EventChoice[]
  transaction: Transaction
}

export const routeParams = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) })

/** A relay route with event labels and terms. */
export const routeView = (route: RelayRoute, choices: readonly EventChoice[]) => ({
  ...route,
  kinds: labelsOf(route.eventTypes, choices),
  terms: termsOf(route),
})

/** Ends it at once on behalf of the given side; audited on both. Throws `not_found`. */
export const endRoute = async (
  { relayRoutes, audit }: { relayRoutes: RelayRouteService; audit: Call<'session', Record<never, never>>['audit'] },
  { locationId, id }: { locationId: string; id: string },
  tx: Tx,
): Promise<void> => {
  const route = await relayRoutes.end(locationId, id, { on: tx })
  if (!route) throw new AppError('not_found')
  const change = { subjectType: 'route', subjectId: id, details: { name: route.name } }
  const sides = [route.fromLocationId, ...(route.toLocationId ? [route.toLocationId] : [])]
  for (const side of sides.sort()) await audit({ ...change, locationId: side }, tx)
}

type Form = {
  typed: TypedRoute
  faults?: readonly FaultyRouteField[]
  /** Form action; `/draft` below it only re-renders. */
  base: string
  /** The company's accounts, to choose from. */
  accounts?: readonly Installation[]
  /** Id of the field to focus. */
  focus?: string
}

/** The form, with the fields of the ticked event types. */
export const routeFormReply = (
  caller: Session,
  { typed, faults = [], base, accounts, focus }: Form,
  choices: readonly EventChoice[],
): Reply => {
  const fields = fieldsOf(typed.types)
  const rows = fieldRows(typed).map((row) => ({ ...row, usual: usualName(row.path) }))
  const chosen = [typed.filterPath, ...rows.map(({ path }) => path)]
  const gone = [...new Set(chosen)]
    .filter((path) => path !== '' && !fields.some((field) => field.path === path))
    .map((path) => ({ path, labels: labelsOfPath(path, fields), sample: '', isGroup: false }))
  return view(
    'screens/relay-route',
    {
      ...screenData(caller),
      base,
      accounts,
      typed,
      faults,
      focus,
      rows,
      fields: [...fields, ...gone],
      groups: groupedChoices(choices),
    },
    { status: faults.length > 0 ? 422 : 200 },
  )
}
