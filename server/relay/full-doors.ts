// Keeps webhooks, and API calls that are to be carried out later, out while too much waits in the database, in all or of one
// account: a sender that is asked to come again keeps its event, and the disk does not fill. Only the doors ask here; what the
// relay hands to itself goes on, so that work that is begun can end, and so do lifecycle events, or a departure would go unheard.

import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { ReadWaiting } from '../store/waiting-events.ts'

export type BacklogBounds = {
  /** Unread events of all accounts and lanes. */
  all: number
  /** Unread live events of one account. */
  account: number
}

export type FullDoors = {
  /** Throws `cannot_store_now` (with Retry-After) while too much waits, or too many wait for a connection of the database. */
  check(event: { locationId: string; lane: string }): void
  /** Whether live events of an account are kept out because too many wait; as old as the last count. */
  keepsOut(locationId: string): boolean
  /** For the metrics: whether all are kept out, and how many accounts are by themselves. */
  state(): { all: boolean; accounts: number }
}

type Deps = {
  read: ReadWaiting
  /** Callers that wait for a connection of the pool. */
  poolWaiting: () => number
  bounds: BacklogBounds
  now: () => Date
  log: Log
}

/** A count may be as old: with 10,000 events a second a bound is passed by 50,000 at most. */
const SAMPLE_LIFE_MS = 5_000
/** What was closed opens again at so much of its bound, not at the first event that is done. */
const OPENS_AT = 0.8
/** Each waits for milliseconds; so many are seconds of work. */
const MOST_POOL_WAITING = 1_000
const RETRY_AFTER_SECONDS = 30
const POOL_RETRY_AFTER_SECONDS = 5

export const createFullDoors = ({ read, poolWaiting, bounds, now, log }: Deps): FullDoors => {
  let isFull = false
  let full = new Set<string>()
  let sampledAt = Number.NEGATIVE_INFINITY
  let isSampling = false

  const isOver = (events: number, bound: number, was: boolean): boolean => events >= (was ? bound * OPENS_AT : bound)

  const sample = async (): Promise<void> => {
    const { all, live } = await read(Math.ceil(bounds.account * OPENS_AT))
    const wasFull = isFull
    isFull = isOver(all, bounds.all, wasFull)
    if (isFull && !wasFull)
      log.error({ waiting: all, bound: bounds.all }, 'too many events wait; webhooks are kept out')
    if (!isFull && wasFull) log.info({ waiting: all }, 'webhooks are let in again')
    const before = full
    full = new Set([...live].filter(([id, events]) => isOver(events, bounds.account, before.has(id))).map(([id]) => id))
    for (const locationId of full.difference(before)) {
      const waiting = live.get(locationId)
      log.warn(
        { locationId, waiting, bound: bounds.account },
        'too many events of an account wait; its webhooks are kept out',
      )
    }
    for (const locationId of before.difference(full)) log.info({ locationId }, "an account's webhooks are let in again")
  }

  /** Begun by whoever comes; nobody waits for it, and idle processes ask nothing. */
  const keepSampled = (): void => {
    const at = now().getTime()
    if (isSampling || at - sampledAt < SAMPLE_LIFE_MS) return
    isSampling = true
    sampledAt = at
    void sample()
      // What was known last goes on counting. A database that is away tells accept so itself.
      .catch((error: unknown) => log.warn({ err: error }, 'the events that wait could not be counted'))
      .finally(() => {
        isSampling = false
      })
  }

  const isKeptOut = (locationId: string): boolean => isFull || full.has(locationId)

  return {
    check({ locationId, lane }) {
      keepSampled()
      if (lane === 'lifecycle') return
      if (poolWaiting() > MOST_POOL_WAITING) {
        throw new AppError('cannot_store_now', { retryAfterSeconds: POOL_RETRY_AFTER_SECONDS })
      }
      if (isKeptOut(locationId)) {
        throw new AppError('cannot_store_now', { retryAfterSeconds: RETRY_AFTER_SECONDS })
      }
    },
    keepsOut(locationId) {
      keepSampled()
      return isKeptOut(locationId)
    },
    state() {
      keepSampled()
      return { all: isFull, accounts: full.size }
    },
  }
}
