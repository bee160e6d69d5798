// Support desks' webhooks: verifies each kind's proof (over the bytes as received) and reads the ticket change. Knows
// no HTTP framework and no database.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { rowOf, textOf } from './answer.ts'
import type { DeskKind, TicketPriority, TicketStatus } from './desk.ts'
import { freshdeskPriority, freshdeskStatus } from './freshdesk.ts'
import { zendeskPriority, zendeskStatus } from './zendesk.ts'

const TOLERANCE_MS = 5 * 60_000

/** Of Freshdesk, which signs nothing: a header that a person sets in its rule. */
export const SECRET_HEADER = 'x-webhook-secret'

export type DeskVerdict =
  /** `eventId` is the same at every delivery of one event; undefined where the desk names none. */
  | { ok: true; eventId: string | undefined }
  | { ok: false; reason: 'headers_missing' | 'timestamp_outside' | 'no_match' }

type Header = (name: string) => string | undefined

type Signed = { kind: DeskKind; secrets: readonly string[]; rawBody: Buffer; header: Header; now: Date }

/** Checks Standard Webhooks as `verifyRankrWebhook` (server/rankr/webhook.ts) does. */
type VerifyStandard = (signed: {
  rawBody: Buffer
  headers: { id: string | undefined; timestamp: string | undefined; signature: string | undefined }
  secrets: readonly string[]
  now: Date
}) => { ok: true; webhookId: string } | { ok: false; reason: 'headers_missing' | 'timestamp_outside' | 'no_match' }

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** HMAC-SHA-256 over the timestamp followed by the body (developer.zendesk.com/documentation/webhooks/verifying). */
const verifyZendesk = ({ secrets, rawBody, header, now }: Signed): DeskVerdict => {
  const signature = header('x-zendesk-webhook-signature')
  const timestamp = header('x-zendesk-webhook-signature-timestamp')
  if (!signature || !timestamp) return { ok: false, reason: 'headers_missing' }
  const sentAt = Date.parse(timestamp)
  if (!(Math.abs(now.getTime() - sentAt) <= TOLERANCE_MS)) return { ok: false, reason: 'timestamp_outside' }
  const given = Buffer.from(signature, 'base64')
  const isMatch = secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(timestamp).update(rawBody).digest()
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  // The body names the event itself.
  return isMatch ? { ok: true, eventId: undefined } : { ok: false, reason: 'no_match' }
}

const verifyFreshdesk = ({ secrets, header }: Signed): DeskVerdict => {
  const given = header(SECRET_HEADER)
  if (!given) return { ok: false, reason: 'headers_missing' }
  // Of the same length whatever was sent.
  const isMatch = secrets.some((secret) => timingSafeEqual(digest(given), digest(secret)))
  return isMatch ? { ok: true, eventId: undefined } : { ok: false, reason: 'no_match' }
}

export const createVerifyDesk =
  (standard: VerifyStandard) =>
  (signed: Signed): DeskVerdict => {
    if (signed.kind === 'zendesk') return verifyZendesk(signed)
    if (signed.kind === 'freshdesk') return verifyFreshdesk(signed)
    const { header, ...rest } = signed
    const headers = {
      id: header('webhook-id'),
      timestamp: header('webhook-timestamp'),
      signature: header('webhook-signature'),
    }
    const verdict = standard({ ...rest, headers })
    return verdict.ok ? { ok: true, eventId: verdict.webhookId } : verdict
  }

/** A change as the desk tells it; what it leaves open is null. */
export type ToldChange = {
  eventId: string | undefined
  ticketId: string
  externalId: string | null
  status: TicketStatus | null
  subject: string | null
  priority: TicketPriority | null
  url: string | null
  occurredAt: Date | undefined
}

const momentOf = (value: unknown): Date | undefined => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : new Date(at)
}

type Body = Record<string, unknown>

const ofZendesk = (body: Body): ToldChange | undefined => {
  const { detail: told, type, id, time } = body
  const detail = rowOf(told)
  const ticketId = textOf(detail.id)
  if (type !== 'zen:event-type:ticket.status_changed' || !ticketId) return undefined
  const { current } = rowOf(body.event)
  return {
    eventId: textOf(id) ?? undefined,
    ticketId,
    externalId: textOf(detail.external_id),
    status: zendeskStatus(current ?? detail.status) ?? null,
    subject: textOf(detail.subject),
    priority: zendeskPriority(detail.priority),
    url: null,
    occurredAt: momentOf(time),
  }
}

/** Of a rule of its own, `{ freshdesk_webhook: { ticket_id, ticket_status, … } }`. */
const ofFreshdesk = (body: Body): ToldChange | undefined => {
  const told = rowOf(body.freshdesk_webhook ?? body)
  // `#12` or `INC-12` where the account shows its numbers so.
  const ticketId = /(\d+)$/.exec(textOf(told.ticket_id) ?? '')?.[1]
  if (!ticketId) return undefined
  return {
    eventId: undefined,
    ticketId,
    externalId: null,
    status: freshdeskStatus(told.ticket_status) ?? null,
    subject: textOf(told.ticket_subject),
    priority: freshdeskPriority(told.ticket_priority),
    url: textOf(told.ticket_url),
    occurredAt: undefined,
  }
}

const STATUSES: ReadonlySet<unknown> = new Set<TicketStatus>(['open', 'pending', 'solved', 'closed'])

/** `{ type: 'ticket.changed', timestamp, data: { ticket_id, status, … } }` */
const ofGeneric = (body: Body): ToldChange | undefined => {
  const data = rowOf(body.data)
  const ticketId = textOf(data.ticket_id)
  if (body.type !== 'ticket.changed' || !ticketId || !STATUSES.has(data.status)) return undefined
  return {
    eventId: undefined,
    ticketId,
    externalId: textOf(data.external_id),
    status: data.status as TicketStatus,
    subject: textOf(data.subject),
    priority: zendeskPriority(data.priority),
    url: textOf(data.url),
    occurredAt: momentOf(body.timestamp),
  }
}

const READERS = { zendesk: ofZendesk, freshdesk: ofFreshdesk, generic: ofGeneric } satisfies Record<DeskKind, unknown>

/** Undefined for what is no change of a ticket's status. */
export const readDeskEvent = (kind: DeskKind, body: Body): ToldChange | undefined => READERS[kind](body)
