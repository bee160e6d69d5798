// `app.routes.relay`: passes an event to the account at the other end of a relay route, exactly once. The event carries
// the chain of accounts it has passed, so it never returns to one of them.

import { AppError } from '../errors.ts'
import { derivedId } from '../ids.ts'
import type { Accept } from '../relay/accept.ts'
import type { Audit } from '../store/audit.ts'
import type { Events, StoredEvent } from '../store/events.ts'
import type { RelayRoute, RelayRoutes } from '../store/relay-routes.ts'
import { readSources, resolveInput } from '../workflows/mapping.ts'
import type { ActionContext, ActionResult, OwnAction } from './action.ts'
import { eventTypeOf, recordOf } from './deliver-webhook.ts'

type Deps = {
  routes: Pick<RelayRoutes, 'get'>
  events: Pick<Events, 'get'>
  /** Accepts unless the other account's mailbox is full. */
  admit: Accept['accept']
  audit: Pick<Audit, 'record' | 'list'>
  /** Whether the tenant has the app. */
  installed: (locationId: string) => Promise<boolean>
  /** The account's display data. */
  account: (locationId: string) => Promise<Record<string, unknown>>
}

const RECEIVED = 'route.received'

/** Represents an account in a chain, so that later accounts do not learn earlier ones' ids. */
const markOf = (locationId: string): string => derivedId('chain', locationId)

const isRelayed = ({ source, type }: StoredEvent): boolean => source === 'app' && type === RECEIVED

/** Marks of the accounts the event has passed, oldest first. */
const chainOf = (event: StoredEvent): string[] => {
  const { chain } = event.payload
  return isRelayed(event) && Array.isArray(chain) ? chain.map(String) : []
}

const relayedData = (event: StoredEvent, { eventTypes }: RelayRoute): { eventType: string; record: unknown } => {
  const { data } = event.payload as { data?: { eventType?: unknown; record?: unknown } }
  if (isRelayed(event)) return { eventType: String(data?.eventType), record: data?.record }
  return { eventType: eventTypeOf(event, eventTypes), record: recordOf(event) }
}

const entry = (action: string, details: Record<string, unknown>, subject: { type: string; id: string }) => ({
  actor: { type: 'system' as const },
  action,
  subject,
  details,
})

/**
 * Distinguishes a full target from this account's own limit and from a database error, so that the run names the right
 * account.
 */
const asFull = (error: unknown): never => {
  if (!(error instanceof AppError) || error.code !== 'cannot_store_now' || error.cause !== undefined) throw error
  const { retryAfterSeconds } = error
  throw new AppError('route_target_full', {
    cause: error,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

/**
 * Output `{ outcome: 'relayed', eventId }`, or `{ outcome: 'skipped', code }`: `loop_stopped`, `not_installed`, or
 * `ended` when the route was ended meanwhile. Throws `route_target_full` while too many events wait at the target, and
 * `not_found` when the event is no longer stored.
 */
export const createRelayToAccount = (deps: Deps): OwnAction => {
  const { routes, events, admit, audit, installed, account } = deps

  const hand = async (event: StoredEvent, route: RelayRoute, toLocationId: string) => {
    const { locationId } = event
    const [from, mapping] = [await account(locationId), readSources(route.mapping)]
    const { eventType, record } = relayedData(event, route)
    const knowledge = { trigger: event.payload, steps: {}, options: {}, account: from }
    return await admit({
      locationId: toLocationId,
      lane: event.lane === 'bulk' ? 'bulk' : 'live',
      source: 'app',
      type: RECEIVED,
      recordKey: `${route.id}:${event.recordKey}`,
      sourceEventId: `${route.id}:${event.id}`,
      ...(event.occurredAt ? { occurredAt: event.occurredAt } : {}),
      hops: event.hops + 1,
      payload: {
        type: RECEIVED,
        timestamp: (event.occurredAt ?? event.receivedAt).toISOString(),
        data: {
          routeId: route.id,
          routeName: route.name,
          from: from.name ?? null,
          eventType,
          record: Object.keys(mapping).length === 0 ? record : resolveInput(mapping, knowledge),
        },
        chain: [...chainOf(event), markOf(locationId)],
      },
    })
  }

  /** Once, even when the previous attempt ended between storing and recording. */
  const recordArrival = async (
    toLocationId: string,
    route: RelayRoute,
    accepted: { outcome: string; eventId: string },
  ) => {
    const { outcome, eventId } = accepted
    if (outcome === 'duplicate') {
      const known = await audit.list(toLocationId, {
        action: 'route.received',
        subjectType: 'event',
        subjectId: eventId,
        limit: 1,
      })
      if (known.length > 0) return
    }
    const details = { route: route.id, name: route.name }
    await audit.record(toLocationId, {
      ...entry('route.received', details, { type: 'event', id: eventId }),
      eventId,
    })
  }

  const relay = async (locationId: string, routeId: string, context: ActionContext): Promise<ActionResult> => {
    const route = await routes.get(locationId, routeId)
    const toLocationId = route?.toLocationId
    if (!toLocationId || route.status !== 'active' || route.fromLocationId !== locationId) {
      return { output: { outcome: 'skipped', code: 'ended' } }
    }
    const event = await events.get(locationId, context.eventId, context.receivedOn)
    if (!event) throw new AppError('not_found', { detail: 'The event is no longer kept.' })
    const subject = { type: 'route', id: routeId }
    const skip = (code: string): ActionResult => ({
      output: { outcome: 'skipped', code },
      keep: { audit: [{ ...entry('route.skipped', { code, name: route.name }, subject), eventId: event.id }] },
    })
    if (chainOf(event).includes(markOf(toLocationId))) return skip('loop_stopped')
    if (!(await installed(toLocationId))) return skip('not_installed')
    const accepted = await hand(event, route, toLocationId).catch(asFull)
    await recordArrival(toLocationId, route, accepted)
    const details = { name: route.name, arrivedAs: accepted.eventId }
    return {
      output: { outcome: 'relayed', eventId: accepted.eventId },
      keep: { audit: [{ ...entry('route.relayed', details, subject), eventId: event.id }] },
    }
  }

  return async ({ locationId, input, context, onExchange }) => {
    const routeId = String(input.routeId)
    const result = await relay(locationId, routeId, context)
    onExchange?.({ request: { routeId }, response: result.output })
    return result
  }
}
