// Handles one event of a mailbox: runs every workflow that wants it, independently, and returns the event's outcome.

import type { ErrorCode } from '../errors.ts'
import type { HandleContext, HandleEvent, Outcome } from '../relay/outcome.ts'
import type { StoredEvent } from '../store/events.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { Run, Runs } from '../store/runs.ts'
import { type Continuation, continuationIn, subjectOf } from './continuation.ts'
import { createRunOne, type RunDeps, type RunnableWorkflow, runIdOf } from './run.ts'

type Deps = RunDeps & {
  /** Those whose trigger and filter fit the event. */
  workflowsFor(event: StoredEvent): Promise<RunnableWorkflow[]>
  /** The workflow as it was published then; undefined when that cannot be read any more. */
  versionOf(locationId: string, workflow: RunnableWorkflow, version: number): Promise<RunnableWorkflow | undefined>
  runs: Pick<Runs, 'ofEvent' | 'attempts'>
  progress: { write(item: ProgressItem): Promise<void> }
  /** Wakes the runs that wait for the event. */
  arrived?: (event: StoredEvent) => Promise<void>
  /** Whether the event is only the echo of our own write. Such events do not leave the account. */
  isEcho(event: StoredEvent): Promise<boolean>
  /** Whether newer data of the record has arrived after `triedAt`, the last attempt of the event. */
  isOutdated?: (event: StoredEvent, triedAt?: Date) => Promise<boolean>
}

const ENDED: readonly Run['status'][] = ['done', 'dead', 'cancelled', 'skipped']

/** Outcomes by precedence. `held` comes before `retry`, or granting a permission would not wake the event. */
const ORDER: Outcome['kind'][] = ['person', 'wait', 'held', 'retry', 'behind', 'dead', 'done', 'skipped']
const OVER: ReadonlySet<Outcome['kind']> = new Set<Outcome['kind']>(['dead', 'done', 'skipped'])

type Outcomes = ReadonlyMap<string, Outcome>

/** Combines the outcomes of an event's workflows: it is finished when all are. `open`: those not finished before. */
const together = (open: readonly string[], { outcomes, early }: { outcomes: Outcomes; early: Outcomes }): Outcome => {
  const all = new Map([...outcomes, ...early])
  const worst = [...all.values()].toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))[0]
  if (!worst) return { kind: 'done' }
  if (worst.kind === 'done' || worst.kind === 'skipped' || worst.kind === 'dead') return worst
  const unfinished = open.filter((id) => !OVER.has(all.get(id)?.kind ?? 'behind'))
  if (worst.kind === 'behind') return { ...worst, unfinished }
  const is = (kind: Outcome['kind']) => (id: string) => all.get(id)?.kind === kind
  const failed = [...outcomes].flatMap(([id, outcome]): [string, number | undefined][] =>
    outcome.kind === 'retry' ? [[id, outcome.retryAfterSeconds]] : [],
  )
  const behind = unfinished.filter(is('behind'))
  return {
    ...worst,
    unfinished,
    ...(unfinished.some(is('retry')) ? { retries: new Map(failed) } : {}),
    ...(behind.length > 0 ? { behind } : {}),
  }
}

const FIRST = { attempt: 1, isLast: false, isDue: true }

/** The attempt count of one workflow, where it was counted separately. */
const contextOf = (id: string, context: HandleContext) => {
  const { attempt, isLast, isDue } = context.tries ? (context.tries.get(id) ?? FIRST) : { ...context, isDue: true }
  return { isDue, context: { ...context, attempt, isLast } }
}

/** The outcome of a workflow whose retry is not due yet: its last failure. */
const tooEarly = (run: Run | undefined): Outcome => ({
  kind: 'retry',
  code: (run?.code ?? 'server_error') as ErrorCode,
})

/** Rejects only on internal errors (the database). */
export const createRunWorkflows = (deps: Deps): HandleEvent => {
  const { workflowsFor, versionOf, runs, progress, isEcho, now } = deps
  const { arrived = async () => {}, callable = async () => undefined, isOutdated = async () => false } = deps
  const runOne = createRunOne(deps)

  /** Stores why a workflow did not run or continue, for users. */
  const skip = (
    event: StoredEvent,
    workflow: RunnableWorkflow,
    { code, earlier }: { code: 'own_change' | 'newer_here'; earlier?: Run | undefined },
  ): Promise<void> => {
    const { id: eventId, locationId, receivedOn, recordKey } = event
    const [id, at] = [runIdOf(event, workflow), now()]
    const of = { id, eventId, receivedOn, recordKey, workflowId: workflow.id, workflowVersion: workflow.version }
    const run = earlier ?? { ...of, steps: {}, startedAt: at }
    return progress.write({ locationId, run: { ...run, status: 'skipped', code, detail: null, finishedAt: at } })
  }

  const wanted = async (event: StoredEvent): Promise<RunnableWorkflow[]> => {
    const workflows = await workflowsFor(event)
    const leaving = workflows.filter(({ leavesAccount }) => leavesAccount)
    if (leaving.length === 0 || !(await isEcho(event))) return workflows
    await Promise.all(leaving.map((workflow) => skip(event, workflow, { code: 'own_change' })))
    return workflows.filter(({ leavesAccount }) => !leavesAccount)
  }

  const runsOf = async ({ id: eventId, locationId, receivedOn }: StoredEvent, { isFresh }: HandleContext) =>
    isFresh ? [] : await runs.ofEvent(locationId, { eventId, receivedOn })

  /** When the last try of these runs has ended. */
  const triedUntil = async (locationId: string, of: readonly Run[]): Promise<Date> => {
    const attempts = await Promise.all(
      of.map(({ id: runId, receivedOn }) => runs.attempts(locationId, { runId, receivedOn })),
    )
    return new Date(Math.max(0, ...attempts.flat().map((one) => one.startedAt.getTime() + one.durationMs)))
  }

  /** Newer data may also be that of the event itself, from a try before or from a process that is not as dead as it seemed. */
  const isOvertaken = async (event: StoredEvent, context: HandleContext): Promise<boolean> => {
    if (!(await isOutdated(event))) return false
    const begun = await runsOf(event, context)
    return begun.length === 0 || (await isOutdated(event, await triedUntil(event.locationId, begun)))
  }

  /** A run that waits for a workflow that was switched off meanwhile. */
  const cancel = (event: StoredEvent, run: Run): Promise<void> =>
    progress.write({ locationId: event.locationId, run: { ...run, status: 'cancelled', finishedAt: now() } })

  /** A run that has waited, or that is to be repeated from one of its steps, under the version it began with. */
  const goOn = async (
    own: StoredEvent,
    { workflowId, workflowVersion, steps }: Continuation,
    context: HandleContext,
  ): Promise<Outcome> => {
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
    const continuation = continuationIn(event)
    if (continuation) return goOn(event, continuation, context)
    const { locationId } = event
    await arrived(event)
    const workflows = await wanted(event)
    const before = await runsOf(event, context)
    for (const run of before) {
      const isWanted = workflows.some(({ id }) => id === run.workflowId)
      if (!isWanted && !ENDED.includes(run.status)) await cancel(event, run)
    }
    if (workflows.length === 0) return { kind: 'skipped' }
    const earlierOf = (id: string): Run | undefined => before.find(({ workflowId }) => workflowId === id)
    const open = workflows.filter(({ id }) => !ENDED.includes(earlierOf(id)?.status ?? 'running'))
    if (open.length > 0 && (await isOvertaken(event, context))) {
      const skipped = open.map((workflow) =>
        skip(event, workflow, { code: 'newer_here', earlier: earlierOf(workflow.id) }),
      )
      await Promise.all(skipped)
      return { kind: 'skipped' }
    }
    const outcomes = new Map<string, Outcome>()
    const early = new Map<string, Outcome>()
    for (const workflow of open) {
      const { id, version } = workflow
      if (context.ahead?.has(id)) {
        outcomes.set(id, { kind: 'behind', unfinished: [id] })
        continue
      }
      const earlier = earlierOf(id)
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
      // The others would fail in the same way.
      if (outcome.kind === 'person' || outcome.kind === 'wait') break
    }
    const ids = open.map(({ id }) => id)
    return together(ids, { outcomes, early })
  }
}
