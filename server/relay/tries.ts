// Attempts are counted per workflow of an event, each with its own next retry, so that a failing workflow does not use
// up another's attempts. Pure.

import type { Tries } from '../store/parked.ts'
import type { HandleContext, Outcome } from './outcome.ts'
import type { NextAttempt } from './schedule.ts'

type Unfinished = Extract<Outcome, { unfinished?: unknown }>
type Next = (failed: { attempt: number; retryAfterSeconds?: number | undefined }) => NextAttempt

/** What the handler is told of the next try of each workflow that has failed before. */
export const triesNow = (
  tries: Tries,
  { at, isLast }: { at: Date; isLast: (attempt: number) => boolean },
): NonNullable<HandleContext['tries']> =>
  new Map(
    [...tries].map(([workflow, { attempts, nextAt }]) => {
      const attempt = attempts + 1
      return [workflow, { attempt, isLast: isLast(attempt), isDue: nextAt <= at }]
    }),
  )

/**
 * The tries behind an event that is not over. `attempts`: of the event as a whole, which count for workflows that nothing else
 * is known of. `giveUp`: the schedule has ended, and the handler has not heeded that.
 */
export const triesAfter = (
  before: { tries?: Tries | undefined; attempts: number },
  { outcome, at, nextAttempt }: { outcome: Unfinished; at: Date; nextAttempt: Next },
): { tries: Tries } | { giveUp: true } => {
  const after = new Map<string, { attempts: number; nextAt: Date }>()
  const failed = 'retries' in outcome ? outcome.retries : undefined
  for (const workflow of outcome.unfinished ?? before.tries?.keys() ?? []) {
    const known = before.tries?.get(workflow)
    if (!failed?.has(workflow)) {
      if (known) after.set(workflow, known)
      continue
    }
    const attempt = (before.tries ? (known?.attempts ?? 0) : before.attempts) + 1
    const next = nextAttempt({ attempt, retryAfterSeconds: failed.get(workflow) })
    if ('giveUp' in next) return next
    after.set(workflow, { attempts: attempt, nextAt: new Date(at.getTime() + next.delayMs) })
  }
  return { tries: after }
}

/** When the first of them is due; undefined when there are none. */
export const firstDue = (tries: Tries): Date | undefined =>
  [...tries.values()].map(({ nextAt }) => nextAt).toSorted((a, b) => a.getTime() - b.getTime())[0]

/** Of the workflow that was tried most. */
export const mostAttempts = (tries: Tries): number =>
  Math.max(0, ...[...tries.values()].map(({ attempts }) => attempts))
