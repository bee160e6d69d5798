// Calls of other systems at addresses an account has created: each becomes an event that workflows can start with. The
// door has checked token and signature; the body may be any text.

import { createHash } from 'node:crypto'
import { AppError } from '../../errors.ts'
import { parseBody } from '../body.ts'
import { defineRoute, type Route } from '../route.ts'
import { type Accept, type Observe, receipt, receive, WEBHOOK_LIMIT_BYTES } from './receive.ts'

export type HookDeps = {
  installed: (tenantId: string) => Promise<boolean>
  accept: Accept
  /** Called for every call, after the answer. */
  received: (call: { locationId: string; id: string; sample: Record<string, unknown> }) => void
  observe: Observe
  now: () => Date
}

const TYPE = 'webhook.received'
/** Headers by which senders mark repeated calls. */
const ID_HEADERS = ['webhook-id', 'idempotency-key', 'x-github-delivery', 'x-event-id']
const ID = /^[\x21-\x7e]{1,256}$/
/** Without an id, the same content within this time counts as the same call: senders repeat unanswered calls. */
const SAME_CONTENT_MS = 10 * 60_000

const deliveryIdOf = (header: (name: string) => string | undefined, rawBody: Buffer, at: Date): string => {
  const said = ID_HEADERS.map(header).find((value) => value !== undefined && ID.test(value))
  if (said !== undefined) return `id:${said}`
  const hash = createHash('sha256').update(rawBody).digest('hex')
  return `body:${hash}:${Math.floor(at.getTime() / SAME_CONTENT_MS)}`
}

const TEXT = /^(?:text\/|application\/(?:xml|[\w.+-]+\+xml)\b)/i

/**
 * JSON and forms as values, other text as text, empty as null. Throws `malformed_json` and `unsupported_media_type`.
 */
const contentOf = (rawBody: Buffer, contentType: string | undefined): unknown => {
  if (rawBody.length === 0) return null
  if (contentType !== undefined && TEXT.test(contentType)) return rawBody.toString('utf8')
  return parseBody(rawBody, contentType)
}

/** `POST /webhooks/in/:token`. */
export const hookRoutes = ({ installed, accept, received, observe, now }: HookDeps): Route[] => [
  defineRoute({
    method: 'POST',
    path: '/webhooks/in/:token',
    door: 'hook-token',
    output: receipt,
    audit: { none: 'an accepted event is its own record' },
    bodyLimitBytes: WEBHOOK_LIMIT_BYTES,
    handler: ({ caller: { hookId, name, locationId, rawBody }, request }) =>
      receive({ source: 'webhook', observe, status: 202 }, async () => {
        if (!(await installed(locationId))) throw new AppError('not_installed')
        const at = now()
        const contentType = request.get('content-type') ?? null
        const body = contentOf(rawBody, contentType ?? undefined)
        const unique = `${hookId}:${deliveryIdOf((one) => request.get(one), rawBody, at)}`
        const query = { ...request.query }
        const payload = {
          type: TYPE,
          timestamp: at.toISOString(),
          data: { hookId, name, method: 'POST', contentType, query, body },
        }
        const accepted = await accept({
          locationId,
          lane: 'live',
          source: 'app',
          type: TYPE,
          // Calls to one address are processed in parallel: nothing says which belong together.
          recordKey: `hook:${unique}`,
          sourceEventId: unique,
          hops: 0,
          payload,
        })
        received({ locationId, id: hookId, sample: payload })
        return { received: true, ...accepted }
      }),
  }),
]
