// Shared by the webhook routes: the shape of an accepted event, the answers, and the rule that a storage failure is
// answered so that the sender retries.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { json, type Reply } from '../reply.ts'
import type { DropReason } from './drop-counter.ts'

/** 512 KB: twice what HighLevel sends at most. */
export const WEBHOOK_LIMIT_BYTES = 512 * 1024

/** An event as passed to accept (server/relay/accept.ts). */
export type IncomingEvent = {
  locationId: string
  lane: 'lifecycle' | 'live'
  source: 'crm' | 'rankr' | 'app'
  type: string
  recordKey: string
  /** The sender's event id; stored once per tenant. Without an id every event is new. */
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

/** The receipt of an event that is deliberately not stored. */
export const dropped = (reason: DropReason): Receipt => ({ received: true, outcome: 'dropped', reason })

type Sender = 'crm' | 'rankr' | 'support' | 'webhook'

/** For the metrics; `refused`: could not be stored. */
export type Observe = (entry: { source: Sender; outcome: Receipt['outcome'] | 'refused'; seconds: number }) => void

type Receiving = { source: Sender; observe: Observe /** Of the answer; 200 when left out. */; status?: number }

/** Answers with the receipt of `work`, or throws what `asAskAgain` makes of its error; measured in both cases. */
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
 * Turns any error between a genuine event and the store into a 429 with Retry-After: the one answer after which
 * HighLevel reliably retries. Faults of the event itself stay as they are.
 */
export const asAskAgain = (error: unknown): AppError =>
  error instanceof AppError && error.status < 500
    ? error
    : new AppError('cannot_store_now', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS })

/** Returns what `work` returns; throws what `asAskAgain` makes of its error. */
export const storeOrAskAgain = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw asAskAgain(error)
  }
}
