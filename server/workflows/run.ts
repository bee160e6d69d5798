// Runs one workflow for one event: walks the document, runs its actions and stores each result, so that a retry
// continues where the last attempt stopped. Effects are passed in.

import { AppError, asAppError } from '../errors.ts'
import { derivedId, newId } from '../ids.ts'
import { isBackfillEvent } from '../relay/is-backfill-event.ts'
import type { HandleContext, Outcome } from '../relay/outcome.ts'
import { outcomeOf } from '../relay/outcome.ts'
import type { StoredEvent } from '../store/events.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { Attempt, Run } from '../store/runs.ts'
import type { ActionStep, CallStep, WorkflowDocument } from './document.ts'
import { type AppliedMapping, mapInput } from './field-mapping.ts'
import { type Knowledge, resolveInput } from './mapping.ts'
import { Suspended, waitAt } from './wait.ts'
import { type Called, failureOutput, walk } from './walk.ts'

/** A published workflow with its document checked. */
export type RunnableWorkflow = {
  id: string
  name: string
  version: number
  document: WorkflowDocument
  options: Record<string, unknown>
  /** An action of the workflow sends the event to Rankr or to another account. */
  leavesAccount: boolean
  /** The location's field mapping for one of its actions. */
  mapping?: AppliedMapping | undefined
}

/** One call to another system: request and response, masked so that they can be stored. */
export type Exchange = { request: unknown; response?: unknown }

/** The event and step that an action runs for. The ids are the same on every attempt. */
export type ActionContext = {
  eventId: string
  /** The event's partition day. */
  receivedOn: string
  receivedAt: Date
  runId: string
  stepId: string
  /** Certainly the first attempt, so there is nothing to look up. */
  isFresh: boolean
  /** The change was requested explicitly, so it is made even if the same data was synced before. */
  isDemanded?: boolean
  /** The record is old, so nobody is to be messaged because of it (sync/backfill/quiet.ts). */
  isBackfill?: boolean
}

export type RunAction = (call: {
  locationId: string
  actionId: string
  input: Record<string, unknown>
  priority: 'live' | 'bulk'
  context: ActionContext
  check?: (() => Promise<void>) | undefined
  onExchange: (exchange: Exchange) => void
}) => Promise<{
  output: Record<string, unknown>
  /** Kept in the same commit as the step's result. */
  keep?: Pick<ProgressItem, 'links' | 'effects' | 'audit' | 'holds'>
}>

export type RunDeps = {
  runAction: RunAction
  progress: { write(item: ProgressItem): Promise<void> }
  /** The location data that documents can read. */
  account(locationId: string): Promise<Record<string, unknown>>
  /**
   * A called workflow, in a given version or as published; undefined when it does not exist or is switched off. When absent, no
   * workflow can be called.
   */
  callable?: (locationId: string, id: string, version?: number) => Promise<RunnableWorkflow | undefined>
  now: () => Date
  /** Labels of action fields in failure messages; their keys when absent. */
  fieldLabel?: (actionId: string, key: string) => string | undefined
  /** Called for every attempt. */
  onAttempt?: (attempt: { actionId: string; outcome: Attempt['outcome']; seconds: number }) => void
  /** Called at every step of a run, for tests that end the process there. */
  fault?: (point: string) => void | Promise<void>
}

type Task = {
  event: StoredEvent
  workflow: RunnableWorkflow
  /** The run of an earlier try. */
  before: Run | undefined
  context: HandleContext
}

type At = { step: ActionStep; key: string; known: Knowledge; workflowId: string }

/** The results of this attempt to store. */
type Kept = Required<Pick<ProgressItem, 'attempts' | 'links' | 'effects' | 'audit' | 'holds'>>

/** The same at every try. */
export const runIdOf = (event: Pick<StoredEvent, 'id'>, { id }: Pick<RunnableWorkflow, 'id'>): string =>
  derivedId('run', event.id, id)

/** Rejects only on internal errors (the database); failures of actions are in the outcome. */
export const createRunOne = (deps: RunDeps) => {
  const { runAction, progress, account, now, onAttempt = () => {}, fault = () => {}, fieldLabel } = deps
  const { callable = async () => undefined } = deps

  return async ({ event, workflow, before, context }: Task): Promise<Outcome> => {
    const { locationId, receivedOn } = event
    const run: Run = {
      id: before?.id ?? runIdOf(event, workflow),
      receivedOn,
      eventId: event.id,
      workflowId: workflow.id,
      workflowVersion: workflow.version,
      status: 'running',
      recordKey: event.recordKey,
      steps: { ...before?.steps },
      code: null,
      detail: null,
      startedAt: before?.startedAt ?? now(),
      finishedAt: null,
    }
    const kept: Kept = { attempts: [], links: [], effects: [], audit: [], holds: [] }
    let known: Promise<Record<string, unknown>> | undefined

    const knowledge = async (): Promise<Omit<Knowledge, 'steps'>> => {
      known ??= account(locationId)
      return { trigger: event.payload, options: workflow.options, account: await known, input: {} }
    }

    const called = async ({ workflow: id }: CallStep, version: number | undefined): Promise<Called | undefined> => {
      const found = await callable(locationId, id, version)
      return found && { id, version: found.version, steps: found.document.steps, options: found.options }
    }

    /** Commits all results of this attempt. A crash before that repeats the attempt, which actions tolerate. */
    const commit = async (
      change: Partial<Run>,
      more: Pick<ProgressItem, 'deadLetters' | 'waits'> = {},
    ): Promise<void> => {
      await fault('before commit')
      await progress.write({ ...kept, ...more, locationId, run: { ...run, ...change } })
      await fault('after commit')
    }

    let failed: { key: string; exchange: Exchange | undefined } | undefined
    const onFault = (key: string): void => {
      failed ??= { key, exchange: undefined }
    }

    const act = async ({ step, key, known, workflowId }: At) => {
      const startedAt = now()
      let exchange: Exchange | undefined
      const attemptOf = (
        outcome: Attempt['outcome'],
        code: string | null = null,
        detail: string | null = null,
      ): Attempt => ({
        id: newId(),
        receivedOn,
        eventId: event.id,
        runId: run.id,
        stepId: key,
        actionId: step.action,
        number: context.attempt,
        outcome,
        code,
        detail,
        request: exchange?.request ?? null,
        response: exchange?.response ?? null,
        startedAt,
        durationMs: now().getTime() - startedAt.getTime(),
      })
      const note = (attempt: Attempt): void => {
        kept.attempts.push(attempt)
        onAttempt({ actionId: step.action, outcome: attempt.outcome, seconds: attempt.durationMs / 1000 })
      }
      await fault('before action')
      try {
        // Made for this workflow's own steps, not for those of one that it calls.
        const isMapped = workflowId === workflow.id && workflow.mapping?.actionId === step.action
        const mapped = isMapped ? workflow.mapping : undefined
        const labelOf = (key: string) => fieldLabel?.(step.action, key)
        const filled = resolveInput(step.input, known, labelOf)
        const input = mapped ? mapInput(mapped, { input: filled, known, labelOf }) : filled
        const { output, keep } = await runAction({
          locationId,
          actionId: step.action,
          input,
          priority: event.lane === 'bulk' ? 'bulk' : 'live',
          context: {
            eventId: event.id,
            receivedOn,
            receivedAt: event.receivedAt,
            runId: run.id,
            stepId: key,
            isFresh: context.isFresh,
            // A call of our API that was taken to be done later.
            isDemanded: event.source === 'api',
            isBackfill: isBackfillEvent(event),
          },
          check: context.check,
          onExchange: (latest) => {
            exchange = latest
          },
        })
        await fault('after action')
        note(attemptOf('ok'))
        kept.links.push(...(keep?.links ?? []))
        kept.effects.push(...(keep?.effects ?? []))
        kept.holds.push(...(keep?.holds ?? []))
        const told = mapped ? { mapping: mapped.templateId, mappingVersion: mapped.version } : {}
        const entries = (keep?.audit ?? []).map((entry) => ({ ...entry, details: { ...entry.details, ...told } }))
        kept.audit.push(...entries.map((entry) => ({ ...entry, actor: actorOf(workflow) })))
        return { output: output ?? null }
      } catch (error) {
        const outcome = outcomeOf(error)
        const { code, detail } = asAppError(error)
        // Waiting is not an attempt: nothing was sent.
        if (outcome.kind !== 'wait') note(attemptOf(isOver(outcome, context) ? 'failed' : 'retry', code, detail))
        if (step.onError && isOver(outcome, context)) {
          return { output: failureOutput(error), hasFailed: true as const }
        }
        failed = { key, exchange }
        throw error
      }
    }

    try {
      await walk(workflow.document.steps, {
        results: run.steps,
        knowledge,
        act,
        wait: ({ step, key, known }) => waitAt({ step, key, known, results: run.steps, now: now() }),
        called,
        onFault,
        workflowId: workflow.id,
      })
    } catch (error) {
      if (error instanceof Suspended) return await suspend(error)
      if (!failed) throw error
      return await fail(error, failed)
    }
    await commit({ status: 'done', finishedAt: now() })
    return { kind: 'done' }

    /** The run is kept by itself until it is woken; the event is over, so that later ones of its record can go on. */
    async function suspend({ key, wakeAt, awaits }: Suspended): Promise<Outcome> {
      const { id: runId, workflowId, workflowVersion, steps } = run
      const wait = { runId, workflowId, workflowVersion, receivedOn, key, event, steps, wakeAt, awaits, at: now() }
      await commit({ status: 'waiting' }, { waits: [wait] })
      return { kind: 'done' }
    }

    async function fail(error: unknown, { key, exchange }: NonNullable<typeof failed>): Promise<Outcome> {
      const outcome = outcomeOf(error)
      const { code, detail } = asAppError(error)
      if (!isOver(outcome, context)) {
        // Steps that ended before must not be done again when there is little budget for each try.
        if (kept.attempts.length > 0) await commit({ status: 'waiting', code, detail })
        return outcome
      }
      const letter = {
        id: derivedId('dead', event.id, workflow.id),
        eventId: event.id,
        receivedOn,
        lane: event.lane,
        runId: run.id,
        workflowId: workflow.id,
        stepId: key,
        code,
        detail,
        answer: exchange?.response ?? (error instanceof AppError ? (error.extra ?? error.errors ?? null) : null),
        attempts: context.attempt,
        diedAt: now(),
      }
      await commit({ status: 'dead', code, detail, finishedAt: now() }, { deadLetters: [letter] })
      return { kind: 'dead', code, detail, isRecorded: true }
    }
  }
}

/** Whether this failure ends the run. */
const isOver = (outcome: Outcome, { isLast }: HandleContext): boolean =>
  outcome.kind === 'dead' || (outcome.kind === 'retry' && isLast)

const actorOf = ({ id, name }: RunnableWorkflow) => ({ type: 'system' as const, id, name })
