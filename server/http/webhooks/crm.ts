// Events from HighLevel. A genuine signature does not make an event ours: events for another app, for an account
// without the app, or that nobody uses are answered with 200, counted and dropped, because HighLevel pauses addresses
// that refuse too many.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { triggers } from '../../catalog/index.ts'
import type { CrmEvent } from '../../highlevel/webhook.ts'
import { type Call, defineRoute, type Route } from '../route.ts'
import type { DropCounter, DropReason } from './drop-counter.ts'
import {
  type Accept,
  dropped,
  type IncomingEvent,
  type Observe,
  type Receipt,
  receipt,
  receive,
  WEBHOOK_LIMIT_BYTES,
} from './receive.ts'

export type CrmWebhookDeps = {
  /** The part of our client id before the dash. */
  appId: string
  /** `eventInPath` names the event for bodies without a type. */
  parse: (body: Record<string, unknown>, eventInPath?: string) => CrmEvent
  /** Whether the tenant has the app; answered from a cache. */
  installed: (tenantId: string) => Promise<boolean>
  isOfInterest: (event: { locationId: string; type: string }) => boolean | Promise<boolean>
  accept: Accept
  drops: DropCounter
  observe: Observe
}

/** They change the installation itself, so they are accepted in any state and go first. */
const LIFECYCLE = new Set(['INSTALL', 'UNINSTALL', 'UPDATE', 'PLAN_CHANGE', 'EXTERNAL_AUTH_CONNECTED'])

/** Events about a company's accounts and plans, for its own installation, under every name they have. */
const OF_COMPANY = new Set(
  triggers
    .filter(({ system, token }) => system === 'crm' && token === 'company')
    .flatMap(({ event, literal }) => [event, literal ?? event]),
)

/** One documented event may come as a list, which nothing uses. */
const body = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())], {
  error: 'The body must be a JSON object',
})

const params = z.object({ event: z.string().regex(/^[A-Za-z]{3,60}$/) })

/** Counter name where the tenant is not ours: an outsider must not choose the names of our counters. */
const NOBODY = '-'

/** Undefined for a lifecycle event without an id: two installs with an uninstall between them have the same bytes. */
const sourceEventIdOf = (
  { webhookId }: CrmEvent,
  { isLifecycle, rawBody }: { isLifecycle: boolean; rawBody: Buffer },
): string | undefined => {
  if (webhookId || isLifecycle) return webhookId
  return `sha256:${createHash('sha256').update(rawBody).digest('hex')}`
}

type Received = Pick<Call<'crm-signature'>, 'caller'> & { body: z.output<typeof body>; eventInPath?: string }

const createDecide = (deps: CrmWebhookDeps) => {
  const { appId, parse, installed, isOfInterest, accept, drops } = deps

  const drop = (reason: DropReason, { type, locationId = NOBODY }: { type: string; locationId?: string }): Receipt => {
    drops.count({ locationId, source: 'crm', type, reason })
    return dropped(reason)
  }

  return async ({ body, caller: { rawBody }, eventInPath }: Received): Promise<Receipt> => {
    if (Array.isArray(body)) return drop('not_of_interest', { type: NOBODY })
    const event = parse(body, eventInPath)
    const { type } = event
    // The path is not signed: it must not turn one event into an uninstall.
    const isLifecycle = eventInPath === undefined && LIFECYCLE.has(type)
    const ofCompany = isLifecycle || OF_COMPANY.has(type) ? event.companyId : undefined
    const tenantId = OF_COMPANY.has(type) ? ofCompany : (event.locationId ?? ofCompany)

    if (isLifecycle ? event.appId !== appId : event.appId !== undefined && event.appId !== appId) {
      return drop('other_app', { type: NOBODY })
    }
    if (!tenantId) return drop('no_account', { type: NOBODY })
    if (!isLifecycle) {
      if (!(await installed(tenantId))) return drop('not_installed', { type: NOBODY })
      if (LIFECYCLE.has(type) || !(await isOfInterest({ locationId: tenantId, type }))) {
        return drop('not_of_interest', { type, locationId: tenantId })
      }
    }
    const sourceEventId = sourceEventIdOf(event, { isLifecycle, rawBody })
    const accepted: IncomingEvent = {
      locationId: tenantId,
      lane: isLifecycle ? 'lifecycle' : 'live',
      source: 'crm',
      type,
      recordKey: event.recordKey,
      ...(sourceEventId ? { sourceEventId } : {}),
      ...(event.timestamp ? { occurredAt: event.timestamp } : {}),
      hops: 0,
      payload: body,
    }
    return { received: true, ...(await accept(accepted)) }
  }
}

/** `POST /webhooks/crm` for events with a type, `POST /webhooks/crm/:event` for those without. */
export const crmWebhookRoutes = (deps: CrmWebhookDeps): Route[] => {
  const decide = createDecide(deps)
  const receiving = { source: 'crm', observe: deps.observe } as const
  const shared = {
    method: 'POST',
    door: 'crm-signature',
    output: receipt,
    audit: { none: 'an accepted event is its own record' },
    bodyLimitBytes: WEBHOOK_LIMIT_BYTES,
  } as const
  return [
    defineRoute({
      ...shared,
      path: '/webhooks/crm',
      input: { body },
      handler: ({ body, caller }) => receive(receiving, () => decide({ body, caller })),
    }),
    defineRoute({
      ...shared,
      path: '/webhooks/crm/:event',
      input: { params, body },
      handler: ({ body, caller, params }) =>
        receive(receiving, () => decide({ body, caller, eventInPath: params.event })),
    }),
  ]
}
