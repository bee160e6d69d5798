// Relay routes between accounts, each with the workflow that relays on the sending side. Both sides must agree first:
// the other side accepts a code, or a person who may act for both creates it. Knows no HTTP.

import { createHash } from 'node:crypto'
import { derivedId, randomToken } from '../ids.ts'
import type { Tx } from '../store/db.ts'
import type { RelayRoute, RelayRoutes } from '../store/relay-routes.ts'
import type { Workflows } from '../store/workflows.ts'
import { type Condition, condition, type ValueSource } from './document.ts'
import { relayRouteDocument } from './fan-out-documents.ts'

const CODE_DAYS = 7
const DAY_MS = 86_400_000

export type RelayRouteDraft = {
  name: string
  eventTypes: string[]
  filter: Condition | null
  /** Sources by field name of the relayed event; empty: the record unchanged. */
  mapping: Record<string, ValueSource>
}

type Deps = { routes: RelayRoutes; workflows: Pick<Workflows, 'publish' | 'change'>; now: () => Date }
type By = { by: string; on: Tx }

const hashOf = (code: string): Buffer => createHash('sha256').update(code.trim()).digest()

export type RelayRouteService = ReturnType<typeof createRelayRouteService>

/** Changes are made in the transaction of their audit entries. */
export const createRelayRouteService = ({ routes, workflows, now }: Deps) => {
  const workflowOf = ({ fromLocationId, id }: RelayRoute): string => derivedId('route', fromLocationId, id)

  const publish = async (route: RelayRoute, { by, on }: By): Promise<void> => {
    const { id: routeId, name, eventTypes, fromLocationId } = route
    // A filter that cannot be read must not let every event pass.
    const filter = route.filter === null ? null : condition.parse(route.filter)
    const document = relayRouteDocument({ routeId, name, eventTypes, filter })
    const id = workflowOf(route)
    const templateId = `route:${routeId}`
    await workflows.publish(fromLocationId, { id, name: document.name, templateId, document, publishedBy: by }, on)
    await workflows.change(fromLocationId, id, { enabled: true }, on)
  }

  return {
    list: routes.list,
    listOf: routes.listOf,
    get: routes.get,

    /** Creates an invitation. The code is only in the result; it is valid for a week and for one account. */
    async invite(
      locationId: string,
      draft: RelayRouteDraft,
      { by, on }: By,
    ): Promise<{ route: RelayRoute; code: string }> {
      const code = `invite_${randomToken(24)}`
      const codeExpiresAt = new Date(now().getTime() + CODE_DAYS * DAY_MS)
      const route = await routes.invite(
        locationId,
        { ...draft, createdBy: by, codeHash: hashOf(code), codeExpiresAt },
        on,
      )
      return { route, code }
    },

    /** The route that accepting would start; undefined when the code is invalid or the location's own. */
    async invitation(locationId: string, code: string): Promise<RelayRoute | undefined> {
      const route = await routes.invitation(hashOf(code))
      return route?.fromLocationId === locationId ? undefined : route
    },

    /** Accepts an invitation; undefined when the code is no longer valid. */
    async accept(locationId: string, code: string, by: By): Promise<RelayRoute | undefined> {
      const route = await routes.accept(locationId, { codeHash: hashOf(code), acceptedBy: by.by }, by.on)
      if (route) await publish(route, by)
      return route
    },

    /** Creates an active route. The caller must have checked that the person may act for both accounts. */
    async join(locationId: string, { toLocationId, ...draft }: RelayRouteDraft & { toLocationId: string }, by: By) {
      const route = await routes.join(locationId, { ...draft, toLocationId, createdBy: by.by }, by.on)
      await publish(route, by)
      return route
    },

    /** Ends a route from either side at once; waiting events are no longer relayed. Undefined when there is nothing to end. */
    async end(locationId: string, id: string, { on }: { on: Tx }): Promise<RelayRoute | undefined> {
      const route = await routes.end(locationId, id, on)
      if (route) await workflows.change(route.fromLocationId, workflowOf(route), { enabled: false }, on)
      return route
    },
  }
}
