// `app.builder.fire`: starts a workflow of the CRM's own builder with an event. The platform has no idempotency key for
// this, so the event's id is included for receivers to deduplicate.

import { AppError, asAppError } from '../../errors.ts'
import type { CrmClient } from '../../highlevel/client.ts'
import type { BuilderSubscriptions } from '../../store/builder-subscriptions.ts'
import type { Events } from '../../store/events.ts'
import type { OwnAction } from '../action.ts'

type Deps = {
  subscriptions: Pick<BuilderSubscriptions, 'get' | 'fired'>
  events: Pick<Events, 'get'>
  client: CrmClient
  stale: (locationId: string, subscriptionId: string, why: { eventId: string }) => Promise<void>
}

/** Found by other apps: without it and the account's token every call is refused. */
const VERSION = '2021-07-28'

const isStale = (error: AppError): boolean =>
  error.code === 'crm_not_found' ||
  (error.code === 'crm_rejected' &&
    /inactive|not active|not found|deleted/i.test(String(error.extra?.crmMessage ?? '')))

/**
 * Output `{ outcome: 'fired' }`; `stale` when the CRM no longer knows the workflow, `skipped` when the subscription
 * ended meanwhile. Throws crm_*, what `tokenFor` throws, and `not_found` when the event is no longer stored.
 */
export const createFireBuilder =
  ({ subscriptions, events, client, stale }: Deps): OwnAction =>
  async ({ locationId, input, context: { eventId, receivedOn }, onExchange }) => {
    const id = String(input.subscriptionId)
    const target = await subscriptions.get(locationId, id)
    if (target?.status !== 'active') return { output: { outcome: 'skipped' } }
    const event = await events.get(locationId, eventId, receivedOn)
    if (!event) throw new AppError('not_found', { detail: 'The event is no longer kept.' })
    const body = { ...event.payload, eventId }
    const request = { method: 'POST', path: target.targetPath, body }
    onExchange?.({ request })
    try {
      const { status } = await client.call({
        locationId,
        method: 'POST',
        path: target.targetPath,
        body,
        version: VERSION,
        priority: 'live',
        eventId,
      })
      onExchange?.({ request, response: { status } })
    } catch (thrown) {
      const error = asAppError(thrown)
      onExchange?.({
        request,
        response: { status: error.extra?.crmStatus ?? null, body: error.extra?.crmMessage ?? null },
      })
      if (!isStale(error)) throw error
      await stale(locationId, id, { eventId })
      return { output: { outcome: 'stale' } }
    }
    await subscriptions.fired(locationId, id)
    return { output: { outcome: 'fired' } }
  }
