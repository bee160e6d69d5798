// `app.webhooks.deliver`: sends an event to one of the location's webhook addresses and records the response. An
// address that is gone or fails for days is disabled.

import { triggersForEvent } from '../catalog/index.ts'
import { AppError, asAppError, type ErrorCode } from '../errors.ts'
import { newId } from '../ids.ts'
import type { PostWebhook } from '../outbound/post-webhook.ts'
import type { Breaker } from '../relay/breaker.ts'
import type { Events, StoredEvent } from '../store/events.ts'
import type { WebhookEndpoints } from '../store/webhook-endpoints.ts'
import type { OwnAction } from './action.ts'

/** How long an address may fail before it is disabled. */
const MOST_FAILING_MS = 5 * 86_400_000

/** The address itself is at fault; other failures show that it is up. */
const DOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['target_unreachable', 'target_unavailable'])

type Deps = {
  endpoints: Pick<WebhookEndpoints, 'target' | 'delivered' | 'failed'>
  events: Pick<Events, 'get'>
  post: PostWebhook
  switchOff: (locationId: string, endpointId: string, why: { code: string; eventId: string }) => Promise<void>
  breaker: Breaker
  now: () => Date
}

/** The event's catalog id, since two systems may use the same event name. */
export const eventTypeOf = (event: Pick<StoredEvent, 'source' | 'type'>, chosen: readonly string[]): string => {
  const { source, type } = event
  const triggers = source === 'rankr' || source === 'crm' || source === 'app' ? triggersForEvent(source, type) : []
  return triggers.find(({ id }) => chosen.includes(id))?.id ?? `${source}.${type}`
}

/** The event's record: bodies of the CRM are the record itself; others hold it under `data`. */
export const recordOf = ({ source, payload }: Pick<StoredEvent, 'source' | 'payload'>): unknown =>
  source !== 'crm' && payload.data !== undefined ? payload.data : payload

/**
 * Output `{ outcome: 'delivered', status }`, or `{ outcome: 'skipped' }` when the endpoint was disabled or deleted
 * meanwhile. Throws what post-webhook.ts throws, and `not_found` when the event is no longer stored.
 */
export const createDeliverWebhook =
  ({ endpoints, events, post, switchOff, breaker, now }: Deps): OwnAction =>
  async ({ locationId, input, context: { eventId, receivedOn }, onExchange }) => {
    const endpointId = String(input.endpointId)
    const target = await endpoints.target(locationId, endpointId)
    if (target?.status !== 'active') return { output: { outcome: 'skipped' } }
    const event = await events.get(locationId, eventId, receivedOn)
    if (!event) throw new AppError('not_found', { detail: 'The event is no longer kept.' })

    const circuit = `webhook:${endpointId}`
    const restMs = breaker.restOf(circuit)
    if (restMs > 0) {
      // Not `target_resting`: that would make the account's other events wait for somebody's web server.
      throw new AppError('target_unreachable', {
        detail: 'The address has failed several times in a row; calls are held back for a moment.',
        retryAfterSeconds: Math.ceil(restMs / 1000),
      })
    }
    const message = {
      id: event.id,
      type: eventTypeOf(event, target.eventTypes),
      timestamp: event.occurredAt ?? event.receivedAt,
      data: recordOf(event),
    }
    try {
      const { status } = await post({ url: target.url, secrets: target.secrets, message }, onExchange)
      breaker.succeeded(circuit)
      await endpoints.delivered(locationId, endpointId)
      return { output: { outcome: 'delivered', status } }
    } catch (error) {
      const { code } = asAppError(error)
      if (DOWN.has(code)) breaker.failed(circuit)
      else breaker.succeeded(circuit)
      const since = await endpoints.failed(locationId, endpointId, code)
      const isHopeless = since !== undefined && now().getTime() - since.getTime() >= MOST_FAILING_MS
      if (code === 'target_gone' || isHopeless) await switchOff(locationId, endpointId, { code, eventId })
      throw error
    }
  }

export type WebhookTrial =
  | { isOk: true; status: number; durationMs: number; body: string }
  | { isOk: false; code: ErrorCode; detail: string; status?: number; body?: string }

export type TryWebhook = (locationId: string, endpointId: string) => Promise<WebhookTrial | undefined>

/** Sends an event of type `test` at once and answers what came back; undefined when there is no such endpoint. */
export const createTryWebhook =
  ({ endpoints, post, now }: Pick<Deps, 'endpoints' | 'post' | 'now'>): TryWebhook =>
  async (locationId, endpointId) => {
    const target = await endpoints.target(locationId, endpointId)
    if (!target) return undefined
    const message = { id: newId(), type: 'test', timestamp: now(), data: { webhook: target.name } }
    try {
      const { status, durationMs, body } = await post({ url: target.url, secrets: target.secrets, message })
      return { isOk: true, status, durationMs, body: body.slice(0, 2_000) }
    } catch (error) {
      const { code, detail, extra } = asAppError(error)
      return { isOk: false, code, detail, ...(extra?.answer ?? {}) }
    }
  }
