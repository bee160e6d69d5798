// Accept: an event is stored once and acknowledged only after the commit. Does no work on it. Requests that arrive while
// a commit is under way share the next one.

import { AppError } from '../errors.ts'
import { derivedId, newId } from '../ids.ts'
import type { Log } from '../log.ts'
import type { EventRow, Events, StoredEvent } from '../store/events.ts'
import { isDataFault, isMissingPartition } from '../store/failures.ts'
import { toJson } from '../store/json.ts'
import { createBatcher } from './batch.ts'

/** An event before it has a place in a mailbox. Without `sourceEventId` every call stores a new one. */
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
   * Resolves after the commit. Throws AppError `cannot_store_now` (with Retry-After) when too much waits already or
   * the database fails, `invalid_body` when the database can never store this event.
   */
  accept(event: NewEvent): Promise<Accepted>
  /** Resolves when everything handed in so far is settled. */
  close(): Promise<void>
  /** Events handed in and not settled, and their bytes. */
  stats(): { waiting: number; bytes: number }
}

type AcceptLimits = {
  /** Events of one commit, and their bytes. */
  maxBatch: number
  maxBatchBytes: number
  commitsAtOnce: number
  /** Events that may wait in memory, and their bytes; beyond, senders are asked to come again. */
  maxWaiting: number
  maxWaitingBytes: number
}

/** Two commits at once: while PostgreSQL writes one, the next is already on its way. */
const ACCEPT_LIMITS: AcceptLimits = {
  maxBatch: 500,
  maxBatchBytes: 4 * 1024 * 1024,
  commitsAtOnce: 2,
  maxWaiting: 5_000,
  maxWaitingBytes: 64 * 1024 * 1024,
}

const RETRY_AFTER_SECONDS = 10
/** Senders' clocks may be ahead by as much without a repeated delivery after midnight being missed. */
const CLOCK_SLACK_MS = 3_600_000

type Deps = {
  events: Pick<Events, 'store'>
  now: () => Date
  log: Log
  limits?: Partial<AcceptLimits>
}

/** `text` is the row as JSON: what is sent, and what is measured. */
type Item = { id: string; text: string; isLate: boolean }

/** The same event of the same sender has the same id, whenever and wherever it comes in. */
const idOf = ({ source, locationId, sourceEventId }: NewEvent): string =>
  sourceEventId === undefined ? newId() : derivedId('event', source, locationId, sourceEventId)

export const createAccept = ({ events, now, log, limits = {} }: Deps): Accept => {
  const { maxBatch, maxBatchBytes, commitsAtOnce, maxWaiting, maxWaitingBytes } = { ...ACCEPT_LIMITS, ...limits }

  const write = async (items: Item[]): Promise<Accepted['outcome'][]> => {
    const stored = await events.store(
      items.map(({ text }) => text),
      { hasLate: items.some(({ isLate }) => isLate) },
    )
    // Twice in one batch: the first is the one that was stored.
    return items.map(({ id }) => (stored === 'all' || stored.delete(id) ? 'stored' : 'duplicate'))
  }

  const batcher = createBatcher<Item, Accepted['outcome']>({
    write,
    maxItems: maxBatch,
    maxSize: maxBatchBytes,
    sizeOf: ({ text }) => text.length,
    maxInFlight: commitsAtOnce,
    isItemsFault: (error) => isDataFault(error) && !isMissingPartition(error),
  })

  const busy = (cause?: unknown): AppError =>
    new AppError('cannot_store_now', { retryAfterSeconds: RETRY_AFTER_SECONDS, cause })

  const itemOf = (event: NewEvent): Item => {
    const at = now()
    const moment = at.toISOString()
    const day = moment.slice(0, 10)
    const { occurredAt, sourceEventId, connectionId } = event
    const id = idOf(event)
    const row: EventRow = {
      id,
      received_on: day,
      received_at: moment,
      location_id: event.locationId,
      lane: event.lane,
      source: event.source,
      type: event.type,
      record_key: event.recordKey,
      source_event_id: sourceEventId ?? null,
      connection_id: connectionId ?? null,
      occurred_at: occurredAt ?? null,
      hops: event.hops,
      payload: event.payload,
      is_late:
        sourceEventId !== undefined &&
        (occurredAt === undefined || occurredAt.getTime() < Date.parse(day) + CLOCK_SLACK_MS),
    }
    return { id, text: toJson(row), isLate: row.is_late }
  }

  return {
    async accept(event) {
      const pending = batcher.pending()
      if (pending.items >= maxWaiting || pending.size >= maxWaitingBytes) throw busy()
      const item = itemOf(event)
      try {
        return { outcome: await batcher.add(item), eventId: item.id }
      } catch (error) {
        if (isDataFault(error) && !isMissingPartition(error)) throw new AppError('invalid_body', { cause: error })
        log.error(
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
