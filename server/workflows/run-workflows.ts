// Handles one event of a mailbox: runs every workflow that wants it, each by itself, and says what is to become of the
// event.

import type { ErrorCode } from '../errors.ts'
import type { HandleContext, HandleEvent, Outcome } from '../relay/outcome.ts'
import type { StoredEvent } from '../store/events.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { Run, Runs } from '../store/runs.ts'
import { createRunOne, type RunDeps, type RunnableWorkflow, runIdOf } from './run.ts'
import { type Continuation, RUN_CONTINUED, subjectOf } from './waker.ts'

type Deps = RunDeps & {
  /** Those whose trigger and filter fit the event. */
  workflowsFor(event: StoredEvent): Promise<RunnableWorkflow[]>
  /** The workflow as it was published then; undefined when that cannot be read any more. */
  versionOf(locationId: string, workflow: RunnableWorkflow, version: number): Promise<RunnableWorkflow | undefined>
  runs: Pick<Runs, 'ofEvent'>
  progress: { write(item: ProgressItem): Promise<void> }
  /** Wakes the runs that wait for the event. */
  arrived?: (event: StoredEvent) => Promise<void>
  /** Whether the event is but the echo of a write of our own. Such events do not leave the account. */
  isEcho(event: StoredEvent): Promise<boolean>
  /** Whether newer data of the record is here already. Asked only while nothing was done for the event. */
  isOutdated?: (event: StoredEvent) => Promise<boolean>
}

const ENDED: readonly Run['status'][] = ['done', 'dead', 'cancelled', 'skipped']

const ORDER: Outcome['kind'][] = ['person', 'wait', 'retry', 'held', 'behind', 'dead', 'done', 'skipped']
const OVER: ReadonlySet<Outcome['kind']> = new Set<Outcome['kind']>(['dead', 'done', 'skipped'])

type Outcomes = ReadonlyMap<string, Outcome>

/** Several workflows of one event: it is over when all are. `open`: those that were not through with it before. */
const together = (open: readonly string[], { outcomes, early }: { outcomes: Outcomes; early: Outcomes }): Outcome => {
  const all = new Map([...outcomes, ...early])
  const worst = [...all.values()].toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))[0]
  if (!worst) return { kind: 'done' }
  if (worst.kind === 'done' || worst.kind === 'skipped' || worst.kind === 'dead') return worst
  const unfinished = open.filter((id) => !OVER.has(all.get(id)?.kind ?? 'behind'))
  if (worst.kind === 'behind') return { ...worst, unfinished }
  const failed = [...outcomes].flatMap(([id, outcome]): [string, number | undefined][] =>
    outcome.kind === 'retry' ? [[id, outcome.retryAfterSeconds]] : [],
  )
  return { ...worst, unfinished, ...(worst.kind === 'retry' || failed.length > 0 ? { retries: new Map(failed) } : {}) }
}

const FIRST = { attempt: 1, isLast: false, isDue: true }

/** Of one workflow: its own tries count, where they were counted. */
const contextOf = (id: string, context: HandleContext) => {
  const { attempt, isLast, isDue } = context.tries ? (context.tries.get(id) ?? FIRST) : { ...context, isDue: true }
  return { isDue, context: { ...context, attempt, isLast } }
}

/** A workflow whose next try is not due yet: what it has failed with stands. */
const tooEarly = (run: Run | undefined): Outcome => ({
  kind: 'retry',
  code: (run?.code ?? 'server_error') as ErrorCode,
})

/** Rejects only on faults of our own (the database). */
export const createRunWorkflows = (deps: Deps): HandleEvent => {
  const { workflowsFor, versionOf, runs, progress, isEcho, now } = deps
  const { arrived = async () => {}, callable = async () => undefined, isOutdated = async () => false } = deps
  const runOne = createRunOne(deps)

  /** Keeps why a workflow did not run, for people. */
  const skip = (
    event: StoredEvent,
    workflow: RunnableWorkflow,
    code: 'own_change' | 'newer_here' = 'own_change',
  ): Promise<void> => {
    const { id: eventId, locationId, receivedOn, recordKey } = event
    const [id, at] = [runIdOf(event, workflow), now()]
    const of = { id, eventId, receivedOn, recordKey, workflowId: workflow.id, workflowVersion: workflow.version }
    return progress.write({
      locationId,
      run: { ...of, status: 'skipped', steps: {}, code, detail: null, startedAt: at, finishedAt: at },
    })
  }

  const wanted = async (event: StoredEvent): Promise<RunnableWorkflow[]> => {
    const workflows = await workflowsFor(event)
    const leaving = workflows.filter(({ leavesAccount }) => leavesAccount)
    if (leaving.length === 0 || !(await isEcho(event))) return workflows
    await Promise.all(leaving.map((workflow) => skip(event, workflow)))
    return workflows.filter(({ leavesAccount }) => !leavesAccount)
  }

  /** Asked after newer data was found: it may be of this very event, from a process that is not as dead as it seemed. */
  const wasBegun = async ({ id: eventId, locationId, receivedOn }: StoredEvent, { isFresh }: HandleContext) =>
    !isFresh && (await runs.ofEvent(locationId, { eventId, receivedOn })).length > 0

  /** A run that waits for a workflow that was switched off meanwhile. */
  const cancel = (event: StoredEvent, run: Run): Promise<void> =>
    progress.write({ locationId: event.locationId, run: { ...run, status: 'cancelled', finishedAt: now() } })

  /** A run that has waited, or that is to be repeated from one of its steps, under the version it began with. */
  const goOn = async (own: StoredEvent, context: HandleContext): Promise<Outcome> => {
    const { workflowId, workflowVersion, steps } = own.payload.data as Continuation
    const { id: eventId, locationId, receivedOn, recordKey } = own
    const event = subjectOf(own)
    const workflow = await callable(locationId, workflowId, workflowVersion)
    const before = context.isFresh ? [] : await runs.ofEvent(locationId, { eventId, receivedOn })
    const earlier = before.find((run) => run.workflowId === workflowId)
    if (earlier && ENDED.includes(earlier.status)) return { kind: 'done' }
    if (context.ahead?.has(workflowId)) return { kind: 'behind', unfinished: [workflowId] }
    const run: Run = earlier ?? {
      ...{ id: runIdOf(own, { id: workflowId }), eventId, receivedOn, recordKey, workflowId, workflowVersion, steps },
      ...{ status: 'running', code: null, detail: null, startedAt: now(), finishedAt: null },
    }
    if (workflow) {
      const outcome = await runOne({ event, workflow, before: run, context: contextOf(workflowId, context).context })
      return together([workflowId], { outcomes: new Map([[workflowId, outcome]]), early: new Map() })
    }
    await cancel(event, run)
    return { kind: 'skipped' }
  }

  return async (event: StoredEvent, context: HandleContext): Promise<Outcome> => {
    if (event.source === 'app' && event.type === RUN_CONTINUED) return goOn(event, context)
    const { locationId, receivedOn } = event
    await arrived(event)
    const workflows = await wanted(event)
    const before = context.isFresh ? [] : await runs.ofEvent(locationId, { eventId: event.id, receivedOn })
    for (const run of before) {
      const isWanted = workflows.some(({ id }) => id === run.workflowId)
      if (!isWanted && !ENDED.includes(run.status)) await cancel(event, run)
    }
    if (workflows.length === 0) return { kind: 'skipped' }
    if (before.length === 0 && (await isOutdated(event)) && !(await wasBegun(event, context))) {
      await Promise.all(workflows.map((workflow) => skip(event, workflow, 'newer_here')))
      return { kind: 'skipped' }
    }
    const isOver = (id: string): boolean => {
      const earlier = before.find(({ workflowId }) => workflowId === id)
      return earlier !== undefined && ENDED.includes(earlier.status)
    }
    const open = workflows.filter(({ id }) => !isOver(id))
    const outcomes = new Map<string, Outcome>()
    const early = new Map<string, Outcome>()
    for (const workflow of open) {
      const { id, version } = workflow
      if (context.ahead?.has(id)) {
        outcomes.set(id, { kind: 'behind', unfinished: [id] })
        continue
      }
      const earlier = before.find(({ workflowId }) => workflowId === id)
      const own = contextOf(id, context)
      if (!own.isDue) {
        early.set(id, tooEarly(earlier))
        continue
      }
      // A run goes on under the version it began with.
      const current =
        earlier && earlier.workflowVersion !== version
          ? ((await versionOf(locationId, workflow, earlier.workflowVersion)) ?? workflow)
          : workflow
      const outcome = await runOne({ event, workflow: current, before: earlier, context: own.context })
      outcomes.set(id, outcome)
      // The others would run into the same.
      if (outcome.kind === 'person' || outcome.kind === 'wait') break
    }
    const ids = open.map(({ id }) => id)
    return together(ids, { outcomes, early })
  }
}
