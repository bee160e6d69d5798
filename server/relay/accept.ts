// Accept: stores an event once and acknowledges it only after the commit. Does not process it. Requests that arrive
// during a commit share the next one.

import { AppError } from '../errors.ts'
import { derivedId, newId } from '../ids.ts'
import type { Log } from '../log.ts'
import type { EventRow, Events, StoredEvent } from '../store/events.ts'
import { isDataFault, isMissingPartition, logLevelOf } from '../store/failures.ts'
import { toJson } from '../store/json.ts'
import { dayOf } from '../store/partitions.ts'
import { createBatcher } from './batch.ts'

/** An event before it has a position in a mailbox. Without `sourceEventId` every call stores a new one. */
export type NewEvent = Pick<
  StoredEvent,
  'locationId' | 'lane' | 'source' | 'type' | 'recordKey' | 'hops' | 'payload'
> & {
  sourceEventId?: string
  connectionId?: string
  occurredAt?: Date
}

type Accepted = { outcome: 'stored' | 'duplicate'; eventId: string }

export type Accept = {
  /**
   * Resolves after the commit. Throws `cannot_store_now` (with Retry-After) when too many events wait in memory or the
   * database fails, `invalid_body` when the database can never store this event.
   */
  accept(event: NewEvent): Promise<Accepted>
  /** Resolves when all events accepted so far are settled. */
  close(): Promise<void>
  /** Events accepted and not settled, and their bytes. */
  stats(): { waiting: number; bytes: number }
}

type AcceptLimits = {
  /** Maximum events and bytes per commit. */
  maxBatch: number
  maxBatchBytes: number
  commitsAtOnce: number
  /** Maximum events and bytes waiting in memory; beyond them senders are told to retry. */
  maxWaiting: number
  maxWaitingBytes: number
}

/** Two commits in parallel: while PostgreSQL writes one, the next is on its way. */
const ACCEPT_LIMITS: AcceptLimits = {
  maxBatch: 500,
  maxBatchBytes: 4 * 1024 * 1024,
  commitsAtOnce: 2,
  maxWaiting: 5_000,
  maxWaitingBytes: 64 * 1024 * 1024,
}

const RETRY_AFTER_SECONDS = 10
/** Tolerance for senders' clocks, so that a repeated delivery after midnight is recognised. */
const CLOCK_SLACK_MS = 3_600_000

type Deps = {
  events: Pick<Events, 'store'>
  now: () => Date
  log: Log
  limits?: Partial<AcceptLimits>
}

/** Derived: the same event of the same sender always has the same id. */
export const eventIdOf = ({
  source,
  locationId,
  sourceEventId,
}: Pick<NewEvent, 'source' | 'locationId' | 'sourceEventId'>): string =>
  sourceEventId === undefined ? newId() : derivedId('event', source, locationId, sourceEventId)

/** The batched accept. `accept` throws `cannot_store_now` and `invalid_body`. */
export const createAccept = ({ events, now, log, limits = {} }: Deps): Accept => {
  const { maxBatch, maxBatchBytes, commitsAtOnce, maxWaiting, maxWaitingBytes } = { ...ACCEPT_LIMITS, ...limits }

  const write = async (rows: EventRow[]): Promise<Accepted['outcome'][]> => {
    const stored = await events.store(rows)
    // Twice in one batch: the first one is stored.
    return rows.map(({ id }) => (stored === 'all' || stored.delete(id) ? 'stored' : 'duplicate'))
  }

  const batcher = createBatcher<EventRow, Accepted['outcome']>({
    write,
    maxItems: maxBatch,
    maxSize: maxBatchBytes,
    sizeOf: ({ payload }) => payload.length,
    maxInFlight: commitsAtOnce,
    isItemsFault: (error) => isDataFault(error) && !isMissingPartition(error),
  })

  const busy = (cause?: unknown): AppError =>
    new AppError('cannot_store_now', { retryAfterSeconds: RETRY_AFTER_SECONDS, cause })

  const rowOf = (event: NewEvent): EventRow => {
    const { occurredAt, sourceEventId, connectionId } = event
    const receivedAt = now()
    const receivedOn = dayOf(receivedAt)
    return {
      id: eventIdOf(event),
      receivedOn,
      receivedAt,
      locationId: event.locationId,
      lane: event.lane,
      source: event.source,
      type: event.type,
      recordKey: event.recordKey,
      sourceEventId: sourceEventId ?? null,
      connectionId: connectionId ?? null,
      occurredAt: occurredAt ?? null,
      hops: event.hops,
      payload: toJson(event.payload),
      isLate:
        sourceEventId !== undefined &&
        (occurredAt === undefined || occurredAt.getTime() < Date.parse(receivedOn) + CLOCK_SLACK_MS),
    }
  }

  return {
    async accept(event) {
      const pending = batcher.pending()
      if (pending.items >= maxWaiting || pending.size >= maxWaitingBytes) throw busy()
      const row = rowOf(event)
      try {
        return { outcome: await batcher.add(row), eventId: row.id }
      } catch (error) {
        if (isDataFault(error) && !isMissingPartition(error)) throw new AppError('invalid_body', { cause: error })
        log[logLevelOf(error)](
          { err: error, locationId: event.locationId },
          'an event could not be stored; its sender was told to repeat it',
        )
        throw busy(error)
      }
    },
    close: batcher.close,
    stats: () => {
      const { items, size } = batcher.pending()
      return { waiting: items, bytes: size }
    },
  }
}
