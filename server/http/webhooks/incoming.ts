// What the routes for incoming events share: the shape of an accepted event, the answers, and the rule that a failure to
// store is answered so that the sender tries again.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { DropReason } from './drop-counter.ts'

/** 512 KB: twice what HighLevel sends at most. */
export const WEBHOOK_LIMIT_BYTES = 512 * 1024

/** An event as it is handed to accept (server/relay/accept.ts). */
export type IncomingEvent = {
  locationId: string
  lane: 'lifecycle' | 'live'
  source: 'crm' | 'rankr'
  type: string
  recordKey: string
  /** The sender's id of the event; the same id for the same tenant is stored once. Without it each one is new. */
  sourceEventId?: string
  connectionId?: string
  occurredAt?: Date
  hops: number
  payload: Record<string, unknown>
}

export type Accept = (event: IncomingEvent) => Promise<{ outcome: 'stored' | 'duplicate'; eventId: string }>

export const receipt = z.object({
  received: z.literal(true),
  outcome: z.enum(['stored', 'duplicate', 'dropped']),
  eventId: z.string().optional(),
  reason: z.string().optional(),
})

export type Receipt = z.infer<typeof receipt>

export const dropped = (reason: DropReason): Receipt => ({ received: true, outcome: 'dropped', reason })

const RETRY_AFTER_SECONDS = 10

/**
 * Whatever stands between a genuine event and the store is answered with 429 and Retry-After: it is the one answer that
 * HighLevel surely repeats after; others may be lost. Faults of the event itself stay what they are.
 */
export const storeOrAskAgain = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.status < 500) throw error
    throw new AppError('cannot_store_now', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS })
  }
}
