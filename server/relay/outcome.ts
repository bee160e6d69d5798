// The possible outcomes of an event. Expected outcomes are values; a handler that throws has met a bug or fault.

import { AppError, asAppError, type ErrorCode } from '../errors.ts'
import type { StoredEvent } from '../store/events.ts'
import { hasBrokenOff, isDatabaseAway } from '../store/failures.ts'

/**
 * `unfinished`: ids of the workflows that are not through with the event; all when it is left out. `retries`: those of them whose
 * try has failed for a passing reason just now, with the seconds they were asked to wait; when it is left out, the event as a
 * whole was tried. `behind`: those of them that wait for an earlier event of the record.
 */
type Unfinished = {
  unfinished?: readonly string[] | undefined
  retries?: ReadonlyMap<string, number | undefined> | undefined
  behind?: readonly string[] | undefined
}

export type Outcome =
  | { kind: 'done' }
  /** Nothing was wanted of it. */
  | { kind: 'skipped' }
  /** Failed for a passing reason: tried again on the schedule. */
  | ({ kind: 'retry'; code: ErrorCode; detail?: string; retryAfterSeconds?: number } & Unfinished)
  /**
   * Not even tried (no budget, a resting target): the whole mailbox waits; no try is counted. `hasBrokenOff`: the database has, while
   * the event was at work.
   */
  | ({ kind: 'wait'; code: ErrorCode; afterSeconds: number; hasBrokenOff?: boolean } & Unfinished)
  /** A person must act first: the mailbox pauses; no try is counted. */
  | ({ kind: 'person'; code: ErrorCode } & Unfinished)
  /** A permission is missing that only such work needs: its record waits until it is granted, others go on; no try is counted. */
  | ({ kind: 'held'; code: ErrorCode } & Unfinished)
  /** Some workflows are not through with an earlier event of the record (`HandleContext.ahead`); for all others it is over. */
  | { kind: 'behind'; unfinished: readonly string[] }
  /** Given up. `isRecorded`: the handler has written its dead letter. */
  | { kind: 'dead'; code: ErrorCode; detail?: string; answer?: unknown; isRecorded?: boolean }

type Try = {
  /** 1 for the first try. */
  attempt: number
  /** After this try the schedule gives up: a passing failure is the end. */
  isLast: boolean
}

/** The try is that of the event as a whole. */
export type HandleContext = Try & {
  /**
   * The tries of workflows that have failed before, by id; all others begin with their first. Left out where nobody has counted
   * for each: then the event's own counts.
   */
  tries?: ReadonlyMap<string, Try & { isDue: boolean }> | undefined
  /** Surely never worked on before, so there is nothing to look up. */
  isFresh: boolean
  /** Workflows that are not through with an earlier event of the record: they must not begin this one. */
  ahead?: ReadonlySet<string>
  /** To be awaited before each call to another system: throws when somebody else may have begun with the event or its record. */
  check?: () => Promise<void>
}

export type HandleEvent = (event: StoredEvent, context: HandleContext) => Promise<Outcome>

const DEFAULT_WAIT_SECONDS = 10
const DATABASE_WAIT_SECONDS = 5

/** The outcome that a thrown failure stands for. */
export const outcomeOf = (thrown: unknown): Exclude<Outcome, { kind: 'done' | 'skipped' | 'behind' }> => {
  const { code, retry, detail, retryAfterSeconds } = asAppError(thrown)
  // No try of anything outside: the last one would end in a dead letter for a restart of our own database.
  const cause = code === 'cannot_store_now' ? (thrown as Error).cause : thrown
  if (isDatabaseAway(cause)) {
    return { kind: 'wait', code, afterSeconds: DATABASE_WAIT_SECONDS, hasBrokenOff: hasBrokenOff(cause) }
  }
  if (code === 'crm_rate_limited' || code === 'target_resting') {
    return { kind: 'wait', code, afterSeconds: retryAfterSeconds ?? DEFAULT_WAIT_SECONDS }
  }
  // The account may come back, and its events are kept as long as any.
  if (code === 'not_installed') return { kind: 'person', code }
  if (code === 'crm_scope_missing') return { kind: 'held', code }
  switch (retry) {
    case 'person':
      return { kind: 'person', code }
    case 'passing':
      return { kind: 'retry', code, detail, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
    case 'permanent':
      return { kind: 'dead', code, detail, answer: thrown instanceof AppError ? thrown.extra : undefined }
  }
}
