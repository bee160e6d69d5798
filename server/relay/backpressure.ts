// Backpressure: refuses new events while too many wait in the database, in total or in one account's lane, so that the
// disk does not fill. Refused senders retry; backfills, repairs and relay routes wait at their source. Events of the
// relay itself are accepted, so that work in progress can finish, and so are lifecycle events, or an uninstall would be
// missed.

import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Lane } from '../store/schema.ts'
import type { ReadWaiting } from '../store/waiting-events.ts'
import type { Accept } from './accept.ts'

type Box = { locationId: string; lane: Lane }

export type BacklogBounds = {
  /** Unread events of all accounts and lanes. */
  all: number
  /** Unread events of one account, live and bulk separately. */
  account: number
}

export type Backpressure = {
  /** Throws `cannot_store_now` (with Retry-After) while too much waits, or too many wait for a connection of the database. */
  check(event: Box): void
  /** Accepts what `check` lets in; counts again before refusing on an old count. */
  admitting(accept: Accept['accept']): Accept['accept']
  /** Whether an account's live events are refused; as old as the last count. */
  keepsOut(locationId: string): boolean
  /** For the metrics: whether all are kept out, and how many accounts' live events and bulk work are by themselves. */
  state(): { all: boolean; live: number; bulk: number }
}

type Deps = {
  read: ReadWaiting
  /** Callers that wait for a connection of the pool. */
  poolWaiting: () => number
  bounds: BacklogBounds
  now: () => Date
  log: Log
}

/** Maximum age of a count: at 10,000 events a second a bound is exceeded by 50,000 at most. */
const SAMPLE_LIFE_MS = 5_000
/** Reopens at this share of the bound, not at the first finished event. */
const OPENS_AT = 0.8
/** Each waits for milliseconds; so many are seconds of work. */
const MOST_POOL_WAITING = 1_000
/** So many wait for the count; a flood does not pile up behind it. */
const MOST_COUNTING = 1_000
const RETRY_AFTER_SECONDS = 30
const POOL_RETRY_AFTER_SECONDS = 5

const keyOf = ({ locationId, lane }: Box): string => `${lane} ${locationId}`

/** Backpressure for all senders. `check` throws `cannot_store_now`. */
export const createBackpressure = ({ read, poolWaiting, bounds, now, log }: Deps): Backpressure => {
  let isFull = false
  let full = new Map<string, Box>()
  let sampledAt = Number.NEGATIVE_INFINITY
  let sampling: Promise<void> | undefined
  let counting = 0

  const isOver = (events: number, bound: number, was: boolean): boolean => events >= (was ? bound * OPENS_AT : bound)

  const sample = async (): Promise<void> => {
    const { all, fullest } = await read(Math.ceil(bounds.account * OPENS_AT))
    const wasFull = isFull
    isFull = isOver(all, bounds.all, wasFull)
    if (isFull && !wasFull)
      log.error({ waiting: all, bound: bounds.all }, 'too many events wait; new ones are kept out')
    if (!isFull && wasFull) log.info({ waiting: all }, 'new events are let in again')
    const before = full
    full = new Map()
    for (const { events, ...box } of fullest) {
      const key = keyOf(box)
      if (!isOver(events, bounds.account, before.has(key))) continue
      full.set(key, box)
      if (before.has(key)) continue
      const told = { ...box, waiting: events, bound: bounds.account }
      log.warn(told, 'too many events of an account wait; its new ones are kept out')
    }
    for (const [key, box] of before) if (!full.has(key)) log.info(box, "an account's new events are let in again")
  }

  /** Started by callers but not awaited; idle processes run no query. */
  const keepSampled = (): void => {
    const at = now().getTime()
    if (sampling || at - sampledAt < SAMPLE_LIFE_MS) return
    sampledAt = at
    sampling = sample()
      // Keeps the last count. Accept notices by itself that the database is down.
      .catch((error: unknown) => log.warn({ err: error }, 'the events that wait could not be counted'))
      .finally(() => {
        sampling = undefined
      })
  }

  const isKeptOut = (box: Box): boolean => box.lane !== 'lifecycle' && (isFull || full.has(keyOf(box)))

  const check = (box: Box): void => {
    keepSampled()
    if (box.lane === 'lifecycle') return
    if (poolWaiting() > MOST_POOL_WAITING) {
      throw new AppError('cannot_store_now', { retryAfterSeconds: POOL_RETRY_AFTER_SECONDS })
    }
    if (isKeptOut(box)) throw new AppError('cannot_store_now', { retryAfterSeconds: RETRY_AFTER_SECONDS })
  }

  /** Whoever comes alone would find what was counted when it was last turned away. */
  const countAnew = async (): Promise<void> => {
    keepSampled()
    if (!sampling || poolWaiting() > MOST_POOL_WAITING || counting >= MOST_COUNTING) return
    counting++
    await sampling.finally(() => counting--)
  }

  return {
    check,
    admitting: (accept) => async (event) => {
      if (isKeptOut(event)) await countAnew()
      check(event)
      return await accept(event)
    },
    keepsOut(locationId) {
      keepSampled()
      return isKeptOut({ locationId, lane: 'live' })
    },
    state() {
      keepSampled()
      const live = [...full.values()].filter(({ lane }) => lane === 'live').length
      return { all: isFull, live, bulk: full.size - live }
    },
  }
}
