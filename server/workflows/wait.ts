// Delays: until when, and for which event, a run waits. Pure.

import { AppError } from '../errors.ts'
import type { StepResults } from '../store/runs.ts'
import { readMoment, spanMs } from './date-times.ts'
import type { Condition, DelayStep } from './document.ts'
import { fillTemplate, type Knowledge, resolveValue } from './mapping.ts'
import { stepNameOf } from './step-name.ts'

/** The event that a run waits for; templates in the filter are resolved, so that it depends only on the event. */
export type Awaited = { trigger: string; filter: Condition | null }

/** Thrown by a delay that has not ended: the run is stored and resumed later. */
export class Suspended extends Error {
  readonly key: string
  readonly wakeAt: Date
  readonly awaits: Awaited | null

  constructor(key: string, { wakeAt, awaits }: { wakeAt: Date; awaits: Awaited | null }) {
    super(`waits at ${key}`)
    this.key = key
    this.wakeAt = wakeAt
    this.awaits = awaits
  }
}

/** Resolves `{{steps.contact.contactId}}` in comparison values with the run's data when it starts to wait. */
const filled = (condition: Condition, known: Knowledge): Condition => {
  if ('all' in condition) return { all: condition.all.map((part) => filled(part, known)) }
  if ('any' in condition) return { any: condition.any.map((part) => filled(part, known)) }
  if ('not' in condition) return { not: filled(condition.not, known) }
  const { value } = condition
  return typeof value === 'string' && value.includes('{{')
    ? { ...condition, value: fillTemplate(value, known) }
    : condition
}

const endOf = (step: DelayStep, known: Knowledge, now: Date): Date => {
  if ('for' in step) return new Date(now.getTime() + spanMs(step.for))
  if ('event' in step) return new Date(now.getTime() + spanMs(step.timeout))
  const { timeZone } = known.account
  const value = resolveValue(step.until, known)
  const until = readMoment(value, typeof timeZone === 'string' && timeZone !== '' ? timeZone : 'UTC')
  if (!until)
    throw new AppError('value_invalid', { detail: `${stepNameOf(step)}: The moment to wait for is not a date.` })
  return until
}

type Waiting = { step: DelayStep; key: string; known: Knowledge; results: StepResults; now: Date }

/**
 * Throws `Suspended`, with the end that was decided when the run first came here, or `value_invalid`. A moment that has
 * passed already holds nobody: then it answers the delay's output.
 */
export const waitAt = ({ step, key, known, results, now }: Waiting): DelayOutput => {
  const decided = results[key]?.until
  const wakeAt = decided === undefined ? endOf(step, known, now) : new Date(decided)
  if (decided === undefined && wakeAt <= now) return { outcome: 'elapsed' }
  results[key] = { until: wakeAt.toISOString() }
  const awaits =
    'event' in step
      ? { trigger: step.event.trigger, filter: step.event.filter ? filled(step.event.filter, known) : null }
      : null
  throw new Suspended(key, { wakeAt, awaits })
}

/** The output of a delay for later steps. */
export type DelayOutput = { outcome: 'elapsed' | 'timed-out' } | { outcome: 'arrived'; event: Record<string, unknown> }
