// What the routes for incoming events share: the shape of an accepted event, the answers, and the rule that a failure to
// store is answered so that the sender tries again.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { json, type Reply } from '../reply.ts'
import type { DropReason } from './drop-counter.ts'

/** 512 KB: twice what HighLevel sends at most. */
export const WEBHOOK_LIMIT_BYTES = 512 * 1024

/** An event as it is handed to accept (server/relay/accept.ts). */
export type IncomingEvent = {
  locationId: string
  lane: 'lifecycle' | 'live'
  source: 'crm' | 'rankr' | 'app'
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

type Sender = 'crm' | 'rankr' | 'support' | 'webhook'

/** An event at the door, for the metrics: `refused` when it could not be taken. */
export type Observe = (entry: { source: Sender; outcome: Receipt['outcome'] | 'refused'; seconds: number }) => void

type Receiving = { source: Sender; observe: Observe /** Of the answer; 200 when left out. */; status?: number }

/** Answers with the receipt of `work`, or throws what `asAskAgain` makes of its failure; measured either way. */
export const receive = async (
  { source, observe, status = 200 }: Receiving,
  work: () => Promise<Receipt>,
): Promise<Reply> => {
  const startedAt = performance.now()
  let outcome: Receipt['outcome'] | 'refused' = 'refused'
  try {
    const given = await work()
    outcome = given.outcome
    return json(given, { status })
  } catch (error) {
    throw asAskAgain(error)
  } finally {
    observe({ source, outcome, seconds: (performance.now() - startedAt) / 1000 })
  }
}

const RETRY_AFTER_SECONDS = 10

/**
 * Whatever stands between a genuine event and the store is answered with 429 and Retry-After: it is the one answer that
 * HighLevel surely repeats after; others may be lost. Faults of the event itself stay what they are.
 */
export const asAskAgain = (error: unknown): AppError =>
  error instanceof AppError && error.status < 500
    ? error
    : new AppError('cannot_store_now', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS })

/** What `work` answers; throws what `asAskAgain` makes of its failure. */
export const storeOrAskAgain = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw asAskAgain(error)
  }
}
