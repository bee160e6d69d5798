// Events from Rankr, one address per connection. The door has checked the signature; the contract validates the record.

import { AppError } from '../../errors.ts'
import { type RankrEvent, rankrEvent, recordKeyOf } from '../../rankr/contract.ts'
import { defineRoute, type Route } from '../route.ts'
import { type Accept, type Observe, receipt, receive, WEBHOOK_LIMIT_BYTES } from './receive.ts'

export type RankrWebhookDeps = {
  installed: (tenantId: string) => Promise<boolean>
  accept: Accept
  /** Called for every event, after the answer. */
  touched: (connection: { locationId: string; connectionId: string }) => void
  observe: Observe
}

/** `POST /webhooks/rankr/:connectionId`. */
export const rankrWebhookRoutes = ({ installed, accept, touched, observe }: RankrWebhookDeps): Route[] => [
  defineRoute({
    method: 'POST',
    path: '/webhooks/rankr/:connectionId',
    door: 'rankr-signature',
    input: { body: rankrEvent },
    output: receipt,
    audit: { none: 'an accepted event is its own record' },
    bodyLimitBytes: WEBHOOK_LIMIT_BYTES,
    handler: ({ body, caller }) =>
      receive({ source: 'rankr', observe }, async () => {
        const { locationId, connectionId, webhookId } = caller
        if (!(await installed(locationId))) throw new AppError('not_installed')
        const event: RankrEvent = body
        const accepted = await accept({
          locationId,
          lane: 'live',
          source: 'rankr',
          type: event.type,
          recordKey: recordKeyOf(event),
          // Ids come from the sender: two workspaces may use the same.
          sourceEventId: `${connectionId}:${webhookId}`,
          connectionId,
          occurredAt: new Date(event.timestamp),
          hops: 0,
          payload: event,
        })
        touched({ locationId, connectionId })
        return { received: true, ...accepted }
      }),
  }),
]
