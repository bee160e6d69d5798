// Runs the workflows that want an event: walks each tree, calls its actions, and keeps every step's result before the
// next begins, so that a second try goes on where the first one stopped. Effects come in as parameters.

import { AppError, asAppError } from '../errors.ts'
import { derivedId } from '../ids.ts'
import type { HandleContext, Outcome } from '../relay/outcome.ts'
import { outcomeOf } from '../relay/outcome.ts'
import type { StoredEvent } from '../store/events.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { Attempt, Run, Runs, StepResults } from '../store/runs.ts'
import { holds } from './conditions.ts'
import type { ActionStep, Step, WorkflowDocument } from './document.ts'
import { type Knowledge, resolveInput } from './mapping.ts'

/** A published workflow with its document checked. */
export type RunnableWorkflow = {
  id: string
  name: string
  version: number
  document: WorkflowDocument
  options: Record<string, unknown>
}

type ActionResult = {
  output: Record<string, unknown>
  request?: unknown
  response?: unknown
  /** Kept in the same commit as the step's result. */
  keep?: Pick<ProgressItem, 'links' | 'effects' | 'audit'>
}

type Deps = {
  /** Those whose trigger and filter fit the event. */
  workflowsFor(event: StoredEvent): Promise<RunnableWorkflow[]>
  runs: Pick<Runs, 'ofEvent'>
  runAction(call: {
    locationId: string
    actionId: string
    input: Record<string, unknown>
    priority: 'live' | 'bulk'
    context: { eventId: string; receivedOn: string; receivedAt: Date; runId: string; stepId: string }
  }): Promise<ActionResult>
  progress: { write(item: ProgressItem): Promise<void> }
  /** What documents may read of the location. */
  account(locationId: string): Promise<Record<string, unknown>>
  now: () => Date
  /** Told of every try. */
  onAttempt?: (attempt: { actionId: string; outcome: Attempt['outcome']; seconds: number }) => void
  /** Called at every step of a run, for tests that end the process there. */
  fault?: (point: string) => void | Promise<void>
}

/** Carries a failed step out of the tree. */
class StepFailed extends Error {
  readonly step: ActionStep
  readonly attempt: Attempt
  constructor(step: ActionStep, attempt: Attempt, cause: unknown) {
    super(`Step ${step.id} failed`, { cause })
    this.step = step
    this.attempt = attempt
  }
}

const STOP = Symbol('stop')

/** Handles one event of a mailbox. Rejects only on faults of our own (the database). */
export const createRunWorkflows = (deps: Deps) => {
  const { workflowsFor, runs, runAction, progress, account, now, onAttempt = () => {}, fault = () => {} } = deps

  const runOne = async (
    event: StoredEvent,
    { workflow, before, context }: { workflow: RunnableWorkflow; before: Run | undefined; context: HandleContext },
  ): Promise<Outcome> => {
    const { locationId, receivedOn } = event
    const steps: StepResults = { ...before?.steps }
    const run: Run = {
      id: before?.id ?? derivedId('run', event.id, workflow.id),
      receivedOn,
      eventId: event.id,
      workflowId: workflow.id,
      workflowVersion: workflow.version,
      status: 'running',
      recordKey: event.recordKey,
      steps,
      code: null,
      detail: null,
      startedAt: before?.startedAt ?? now(),
      finishedAt: null,
    }
    const options = workflow.options
    const knowledge = async (): Promise<Knowledge> => ({
      trigger: event.payload,
      steps: Object.fromEntries(Object.entries(steps).map(([id, { output }]) => [id, output])),
      options,
      account: await account(locationId),
    })
    // The last step's result waits here: it is committed with the run's end instead of before it.
    let unwritten: ProgressItem = { locationId }

    const write = async (change: Partial<Run>, more: ProgressItem = { locationId }): Promise<void> => {
      Object.assign(run, change)
      const item = {
        ...unwritten,
        ...more,
        run: { ...run, steps: { ...steps } },
        attempts: [...(unwritten.attempts ?? []), ...(more.attempts ?? [])],
      }
      await fault('before commit')
      await progress.write(item)
      unwritten = { locationId }
      await fault('after commit')
    }

    const act = async (step: ActionStep): Promise<void> => {
      if (steps[step.id]) return
      if (unwritten.attempts) await write({})
      const input = resolveInput(step.input, await knowledge())
      const startedAt = now()
      const attemptOf = (outcome: Attempt['outcome'], more: Partial<Attempt>): Attempt => ({
        id: derivedId('attempt', run.id, step.id, context.attempt),
        receivedOn,
        eventId: event.id,
        runId: run.id,
        stepId: step.id,
        actionId: step.action,
        number: context.attempt,
        outcome,
        code: null,
        detail: null,
        request: null,
        response: null,
        startedAt,
        durationMs: now().getTime() - startedAt.getTime(),
        ...more,
      })
      const tell = ({ actionId, outcome, durationMs }: Attempt) =>
        onAttempt({ actionId, outcome, seconds: durationMs / 1000 })
      try {
        await fault('before action')
        const { output, request, response, keep } = await runAction({
          locationId,
          actionId: step.action,
          input,
          priority: event.lane === 'bulk' ? 'bulk' : 'live',
          context: { eventId: event.id, receivedOn, receivedAt: event.receivedAt, runId: run.id, stepId: step.id },
        })
        await fault('after action')
        steps[step.id] = { output }
        const attempt = attemptOf('ok', { request, response })
        unwritten = { locationId, attempts: [attempt], ...keep }
        tell(attempt)
      } catch (error) {
        const { code, detail, extra } = asAppError(error)
        const isEnd = outcomeOf(error).kind === 'dead' || (outcomeOf(error).kind === 'retry' && context.isLast)
        const attempt = attemptOf(isEnd ? 'failed' : 'retry', { code, detail, response: extra ?? null })
        tell(attempt)
        throw new StepFailed(step, attempt, error)
      }
    }

    const walk = async (list: Step[]): Promise<typeof STOP | undefined> => {
      for (const step of list) {
        if (step.type === 'stop') return STOP
        if (step.type === 'action') await act(step)
        else {
          const known = await knowledge()
          const branch = step.branches.find(({ when }) => holds(when, known))
          if ((await walk(branch ? branch.steps : step.otherwise)) === STOP) return STOP
        }
      }
      return undefined
    }

    try {
      await walk(workflow.document.steps)
      await write({ status: 'done', finishedAt: now() })
      return { kind: 'done' }
    } catch (failure) {
      if (!(failure instanceof StepFailed)) throw failure
      return fail({ failure, write, event, run, context })
    }
  }

  type Failed = {
    failure: StepFailed
    write: (change: Partial<Run>, more: ProgressItem) => Promise<void>
    event: StoredEvent
    run: Run
    context: HandleContext
  }

  const fail = async ({ failure, write, event, run, context }: Failed): Promise<Outcome> => {
    const { locationId } = event
    const error = failure.cause
    const outcome = outcomeOf(error)
    const { code, detail } = asAppError(error)
    const attempts = [failure.attempt]
    if (outcome.kind !== 'dead' && !(outcome.kind === 'retry' && context.isLast)) {
      // A wait is no try: nothing was sent, so there is nothing to record.
      if (outcome.kind !== 'wait') await write({ status: 'waiting', code, detail }, { locationId, attempts })
      return outcome
    }
    await write(
      { status: 'dead', code, detail, finishedAt: now() },
      {
        locationId,
        attempts,
        deadLetters: [
          {
            id: derivedId('dead letter', event.id, run.workflowId),
            eventId: event.id,
            receivedOn: event.receivedOn,
            lane: event.lane,
            runId: run.id,
            workflowId: run.workflowId,
            stepId: failure.step.id,
            code,
            detail,
            answer: error instanceof AppError ? (error.extra ?? null) : null,
            attempts: context.attempt,
            diedAt: now(),
          },
        ],
      },
    )
    return { kind: 'dead', code, detail, isRecorded: true }
  }

  return async (event: StoredEvent, context: HandleContext): Promise<Outcome> => {
    const workflows = await workflowsFor(event)
    if (workflows.length === 0) return { kind: 'skipped' }
    const before = context.isFresh
      ? []
      : await runs.ofEvent(event.locationId, { eventId: event.id, receivedOn: event.receivedOn })
    const outcomes: Outcome[] = []
    for (const workflow of workflows) {
      const earlier = before.find(({ workflowId }) => workflowId === workflow.id)
      if (earlier?.status === 'done' || earlier?.status === 'dead') continue
      outcomes.push(await runOne(event, { workflow, before: earlier, context }))
    }
    return worst(outcomes)
  }
}

const ORDER: Outcome['kind'][] = ['person', 'wait', 'retry', 'dead', 'done', 'skipped']

/** Several workflows of one event: it is over when all are. */
const worst = (outcomes: Outcome[]): Outcome => {
  const [first] = outcomes.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  return first ?? { kind: 'done' }
}
