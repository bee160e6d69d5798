// What a slice's outcomes mean for its mailbox: the new cursor, parked events, dead letters, pause. Pure.

import type { ErrorCode } from '../errors.ts'
import { derivedId } from '../ids.ts'
import { AT_WORK_CODE, type Holds, type ParkedChanges, type ParkedRow, type Tries } from '../store/parked.ts'
import type { DeadLetterWrite } from '../store/progress.ts'
import type { Outcome } from './outcome.ts'
import type { NextAttempt } from './schedule.ts'
import type { Done, Work } from './slice.ts'
import { firstDue, mostAttempts, triesAfter } from './tries.ts'

export type Death = { work: Work; code: ErrorCode; detail?: string | undefined; answer?: unknown; attempts: number }

export type Settlement = {
  cursor: number
  changes: ParkedChanges
  deaths: Death[]
  rest: { kind: 'open' } | { kind: 'throttled'; afterMs: number } | { kind: 'paused'; code: ErrorCode }
  /** The last event that the cursor has passed now; undefined when it did not move over any. */
  last: Work | undefined
}

type Options = {
  results: Done[]
  cursor: number
  /** Set when the log was read to its end: where the cursor goes when all of it is behind us. */
  tail: number | undefined
  at: Date
  nextAttempt: (failed: { attempt: number; retryAfterSeconds?: number | undefined }) => NextAttempt
  /** Lifecycle events change the installation itself, so they never wait for a person. */
  mayPause: boolean
}

const PERSON_RETRY_SECONDS = 60
/** In case nobody tells us that the permission was granted. */
const HELD_PROBE_MS = 3_600_000
/** What is still at work is begun by nobody else for so long; whoever works on it renews that (stragglers.ts). */
export const AT_WORK_MS = 60_000

/** Of an event whose handler has not written it. */
export const letterOf = (
  { work: { event }, code, detail, answer, attempts }: Death,
  diedAt: Date,
): DeadLetterWrite => ({
  id: derivedId('dead', event.id, '-'),
  eventId: event.id,
  receivedOn: event.receivedOn,
  lane: event.lane,
  runId: null,
  workflowId: null,
  stepId: null,
  code,
  detail: detail ?? null,
  answer: answer ?? null,
  attempts,
  diedAt,
})

export const settle = ({ results, cursor, tail, at, nextAttempt, mayPause }: Options): Settlement => {
  const log = results.filter(({ work }) => !work.isParked)
  // Everything up to here was begun or has to wait behind something: it leaves the log, finished or parked.
  const lastBegun = log.findLastIndex(({ outcome }) => outcome !== 'untouched')
  const isLogDone = lastBegun === log.length - 1
  const last = log[lastBegun]?.work
  const changes: ParkedChanges = { put: [], finished: [] }
  const deaths: Death[] = []
  let rest: Settlement['rest'] = { kind: 'open' }

  const put = (work: Work, row: Omit<ParkedRow, 'event'>): void => void changes.put.push({ event: work.event, ...row })
  const holdsOf = ({ unfinished }: { unfinished?: readonly string[] | undefined }): Holds => unfinished ?? 'all'
  const finish = ({ event, isParked }: Work): void => {
    if (isParked) changes.finished.push({ seq: event.seq, recordKey: event.recordKey })
  }
  const die = (
    work: Work,
    { code, detail, answer }: { code: ErrorCode; detail?: string | undefined; answer?: unknown },
  ) => {
    deaths.push({ work, code, detail, answer, attempts: work.attempts + 1 })
    finish(work)
  }
  const retry = (work: Work, outcome: Outcome & { kind: 'retry' }, tries: Tries): void => {
    const { code, detail, retryAfterSeconds } = outcome
    const row = { state: 'retry', code, holds: holdsOf(outcome), tries, behind: outcome.behind } as const
    const nextAt = outcome.retries && firstDue(tries)
    const attempt = work.attempts + 1
    const next = nextAttempt({ attempt, retryAfterSeconds })
    // Of an event whose workflows were tried each is counted, else the event as a whole.
    if (nextAt) put(work, { ...row, attempts: mostAttempts(tries), nextAt })
    else if ('giveUp' in next) die(work, { code, detail })
    else put(work, { ...row, attempts: attempt, nextAt: new Date(at.getTime() + next.delayMs) })
  }

  const keep = (work: Work, outcome: Exclude<Outcome, { kind: 'done' | 'skipped' | 'dead' }>, tries: Tries): void => {
    const holds = holdsOf(outcome)
    if (outcome.kind === 'behind') {
      // The workflows that wait have not tried it yet. With a code it counts as begun, as for the version before.
      put(work, { state: 'behind', attempts: 0, nextAt: null, code: 'record_busy', holds, tries })
      return
    }
    const row = { state: 'retry', attempts: work.attempts, holds, tries, behind: outcome.behind } as const
    if (outcome.kind === 'retry') retry(work, outcome, tries)
    else if (outcome.kind !== 'wait' && !mayPause) {
      retry(work, { ...outcome, kind: 'retry', retryAfterSeconds: PERSON_RETRY_SECONDS }, tries)
    } else if (outcome.kind === 'held') {
      const probe = new Date(at.getTime() + HELD_PROBE_MS)
      const due = firstDue(tries)
      put(work, { ...row, nextAt: due && due < probe ? due : probe, code: outcome.code })
    } else {
      // Tried in vain through no fault of its own: first in line once the mailbox goes on.
      put(work, { ...row, nextAt: at, code: outcome.code })
      if (outcome.kind === 'person') rest = { kind: 'paused', code: outcome.code }
      else if (rest.kind !== 'paused') {
        const afterMs = outcome.afterSeconds * 1000
        rest = { kind: 'throttled', afterMs: rest.kind === 'throttled' ? Math.max(rest.afterMs, afterMs) : afterMs }
      }
    }
  }

  const fail = (work: Work, outcome: Exclude<Outcome, { kind: 'done' | 'skipped' }>): void => {
    if (outcome.kind === 'dead') {
      if (outcome.isRecorded) finish(work)
      else die(work, outcome)
    } else {
      const after = triesAfter(work, { outcome, at, nextAttempt })
      if ('tries' in after) keep(work, outcome, after.tries)
      else die(work, { code: outcome.kind === 'behind' ? 'record_busy' : outcome.code })
    }
  }
  // Behind whatever is ahead of it in its record; when that is nothing, it becomes due at once.
  const wait = (work: Work): void =>
    put(work, { state: 'behind', attempts: 0, nextAt: null, code: null, holds: 'all', tries: undefined })

  for (const { work, outcome } of [...results.filter(({ work }) => work.isParked), ...log.slice(0, lastBegun + 1)]) {
    if (outcome === 'blocked' || outcome === 'untouched') {
      // Parked ones have their rows already; but one that is due and may not begin would be due again at once.
      if (!work.isParked) wait(work)
      else if (outcome === 'blocked' && work.isDue) {
        const { attempts, holds = 'all', tries } = work
        put(work, { state: 'behind', attempts, nextAt: null, code: 'record_busy', holds, tries })
      }
    } else if (outcome === 'at-work') {
      const nextAt = new Date(at.getTime() + AT_WORK_MS)
      const { attempts, tries } = work
      put(work, { state: 'retry', attempts, nextAt, code: AT_WORK_CODE, holds: 'all', tries })
    } else if (outcome.kind === 'done' || outcome.kind === 'skipped') finish(work)
    else fail(work, outcome)
  }
  return {
    cursor: isLogDone && tail !== undefined ? tail : (last?.event.seq ?? cursor),
    changes,
    deaths,
    rest,
    last,
  }
}
