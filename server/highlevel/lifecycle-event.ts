// INSTALL, UNINSTALL and related events as one shape. Their bodies may lack time, user and company.

import { z } from 'zod'
import { hostIn } from './domain.ts'
import type { Moment } from './evidence.ts'
import { parseCrmEvent } from './webhook.ts'

/** The part of a stored event that is read here. */
export type LifecycleInput = {
  id: string
  locationId: string
  source: string
  type: string
  receivedAt: Date
  payload: Record<string, unknown>
}

export type LifecycleEvent = {
  eventId: string
  kind: 'install' | 'uninstall' | 'update' | 'plan' | 'follow-up' | 'other'
  tenantId: string
  isCompany: boolean
  companyId: string | undefined
  moment: Moment
  userId: string | undefined
  planId: string | undefined
  versionId: string | undefined
  whiteLabelDomain: string | undefined
}

/** Our own event: what is left to do after an exchange. */
export const FOLLOW_UP = 'installation.follow-up'

const KINDS: Record<string, LifecycleEvent['kind']> = {
  INSTALL: 'install',
  UNINSTALL: 'uninstall',
  UPDATE: 'update',
  PLAN_CHANGE: 'plan',
}

const text = z.string().min(1).max(253).optional().catch(undefined)

const bodySchema = z.object({
  userId: text,
  planId: text,
  newPlanId: text,
  versionId: text,
  whitelabelDetails: z.object({ domain: text }).optional().catch(undefined),
})

/** Reads a stored event; fields that are missing stay undefined. */
export const readLifecycleEvent = (event: LifecycleInput): LifecycleEvent => {
  const { locationId, companyId, timestamp } = parseCrmEvent(event.payload)
  const body = bodySchema.parse(event.payload)
  const isOurs = event.source === 'app'
  // A stated time later than the receipt means a wrong clock.
  const stated = timestamp && timestamp < event.receivedAt ? timestamp : undefined
  return {
    eventId: event.id,
    kind: isOurs ? (event.type === FOLLOW_UP ? 'follow-up' : 'other') : (KINDS[event.type] ?? 'other'),
    tenantId: event.locationId,
    isCompany: locationId === undefined && companyId === event.locationId,
    companyId,
    moment: { at: stated ?? event.receivedAt, isStated: timestamp !== undefined },
    userId: body.userId,
    planId: body.newPlanId ?? body.planId,
    versionId: body.versionId,
    whiteLabelDomain: hostIn(body.whitelabelDetails?.domain),
  }
}
