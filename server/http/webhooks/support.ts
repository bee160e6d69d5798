// Ticket changes sent by support desks, one address per desk. The door has verified the sender. Each becomes an event
// of the account, processed in order with the events of its issue.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { DeskKind } from '../../support/desk.ts'
import type { ToldChange } from '../../support/webhook.ts'
import { defineRoute, type Route } from '../route.ts'
import { type Accept, dropped, type Observe, receipt, receive, WEBHOOK_LIMIT_BYTES } from './receive.ts'

export type SupportWebhookDeps = {
  installed: (tenantId: string) => Promise<boolean>
  /** Whether any workflow of the account starts with ticket changes. */
  isOfInterest: (locationId: string) => Promise<boolean>
  /** Undefined for what is no change of a ticket's state. */
  read: (kind: DeskKind, body: Record<string, unknown>) => ToldChange | undefined
  /** The issue the ticket was opened for. */
  issueOf: (locationId: string, ticket: { deskId: string; ticketId: string }) => Promise<string | undefined>
  nameOf: (locationId: string, deskId: string) => Promise<string | undefined>
  accept: Accept
  /** Called for every event, after the answer. */
  touched: (desk: { locationId: string; connectionId: string }) => void
  observe: Observe
  now: () => Date
}

const TYPE = 'ticket.changed'

/** `POST /webhooks/support/:deskId`. */
export const supportWebhookRoutes = (deps: SupportWebhookDeps): Route[] => [
  defineRoute({
    method: 'POST',
    path: '/webhooks/support/:deskId',
    door: 'desk-signature',
    input: { body: z.record(z.string(), z.unknown(), 'must be a JSON object') },
    output: receipt,
    audit: { none: 'an accepted event is its own record' },
    bodyLimitBytes: WEBHOOK_LIMIT_BYTES,
    handler: ({ body, caller: { locationId, deskId, kind, eventId } }) =>
      receive({ source: 'support', observe: deps.observe }, async () => {
        if (!(await deps.installed(locationId))) throw new AppError('not_installed')
        deps.touched({ locationId, connectionId: deskId })
        const change = deps.read(kind, body)
        if (!change || !(await deps.isOfInterest(locationId))) return dropped('not_of_interest')
        const { ticketId, status, subject, priority, url, occurredAt } = change
        const linked = await deps.issueOf(locationId, { deskId, ticketId })
        const issueId = linked ?? change.externalId
        const unique = eventId ?? change.eventId
        const at = occurredAt ?? deps.now()
        const desk = (await deps.nameOf(locationId, deskId)) ?? null
        const accepted = await deps.accept({
          locationId,
          lane: 'live',
          source: 'app',
          type: TYPE,
          recordKey: issueId ? `issue:${issueId}` : `ticket:${deskId}:${ticketId}`,
          // Without an id every change is new; a known state is ignored later.
          ...(unique ? { sourceEventId: `${TYPE}:${deskId}:${unique}` } : {}),
          occurredAt: at,
          hops: 0,
          payload: {
            type: TYPE,
            timestamp: at.toISOString(),
            data: { ticketId, deskId, desk, issueId, status, subject, priority, url },
          },
        })
        return { received: true, ...accepted }
      }),
  }),
]
