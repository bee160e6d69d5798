// Runs for screens: list, step details, cancel, repeat from a step, dry run, run on past events. Knows no HTTP.

import type { Trigger } from '../catalog/schema.ts'
import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Accept } from '../relay/accept.ts'
import type { Backpressure } from '../relay/backpressure.ts'
import type { Tx } from '../store/db.ts'
import type { Events, StoredEvent } from '../store/events.ts'
import type { ListedRun, RunPosition, RunSearch } from '../store/run-search.ts'
import type { Attempt, Run, Runs, StepResults } from '../store/runs.ts'
import type { RunStatus } from '../store/schema.ts'
import type { WaitingRuns } from '../store/waiting-runs.ts'
import type { Workflows } from '../store/workflows.ts'
import { type Continuation, continuationOf, repeatId, subjectOf } from './continuation.ts'
import type { Step, WorkflowDocument } from './document.ts'
import { createRecordCalls, masked, type RecordedCall, type RecorderDeps, type Recording } from './record-calls.ts'
import { createRelatedRuns, type RelatedRuns } from './related-runs.ts'
import type { RunnableWorkflow } from './run.ts'
import { stepNameOf } from './step-name.ts'
import { stepsIn } from './tree.ts'

/** One step of a run; `key` is its id with the rounds of loops and the calls it is in. */
export type StepOfRun = {
  key: string
  stepId: string
  result: StepResults[string] | undefined
  /** In their order; each with the call that was made (secrets masked), the answer, and how long it took. */
  attempts: Attempt[]
}

/** `templateId`: of one that people do not edit, because it came with the app or stands behind another setting. */
export type RunWorkflow = { id: string; name: string; templateId: string | null }

export type RunDetail = RelatedRuns & {
  run: Run
  /** Undefined once it is deleted. */
  workflow: RunWorkflow | undefined
  /** In the order in which they were reached first. */
  steps: StepOfRun[]
  /** Undefined when its day was dropped. */
  event: StoredEvent | undefined
  /** The document of the version that ran; undefined when it is not kept. */
  document: unknown
  /** While it waits at a delay. */
  wait: { key: string; wakeAt: Date; awaits: string | null } | undefined
}

export type Trial = Omit<Recording, 'calls'> & { calls: Omit<RecordedCall, 'fields'>[] }

type Deps = RecorderDeps & {
  search: RunSearch
  runs: Pick<Runs, 'attempts'>
  waiting: Pick<WaitingRuns, 'cancel' | 'list'>
  events: Pick<Events, 'get' | 'known'>
  workflows: Pick<Workflows, 'get' | 'version'>
  accept: Accept['accept']
  /** Throws `cannot_store_now` while too much waits. */
  checkRoom: Backpressure['check']
  trigger(id: string): Trigger | undefined
}

const PAGE = 50
const MOST_PAST_EVENTS = 500

const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1)
const rootOf = (key: string): string => key.split(/[[/]/)[0]!

const stepsOfRun = (run: Run, attempts: readonly Attempt[]): StepOfRun[] => {
  const keys = [...new Set([...attempts.map(({ stepId }) => stepId), ...Object.keys(run.steps)])]
  return keys.map((key) => ({
    key,
    stepId: idOf(key),
    result: run.steps[key],
    attempts: attempts.filter(({ stepId }) => stepId === key),
  }))
}

/** Results of what stands before a step; of those around it, the way that leads to it. */
const resultsBefore = (steps: readonly Step[], results: StepResults, stepId: string): StepResults => {
  const placed = stepsIn(steps)
  const target = placed.findIndex(({ step }) => step.id === stepId)
  if (target < 0) throw new AppError('not_found', { detail: 'The workflow does not have this step any more.' })
  const { pointer } = placed[target]!
  const around = placed.filter((one) => pointer.startsWith(`${one.pointer}/`))
  const loop = around.find(({ step }) => step.type === 'for-each')
  if (loop) throw new AppError('conflict', { detail: `Repeat the loop "${stepNameOf(loop.step)}" as a whole.` })
  const before = new Set(placed.slice(0, target).map(({ step }) => step.id))
  return Object.fromEntries(Object.entries(results).filter(([key]) => before.has(rootOf(key))))
}

const shown = ({ calls, ...recording }: Recording): Trial => ({
  ...recording,
  calls: calls.map(({ fields, input, ...call }) => ({ ...call, input: masked(fields, input) })),
})

export type RunService = ReturnType<typeof createRunService>

/** Runs of a location's workflows. Throws `not_found`, `conflict`, `invalid_request`. */
export const createRunService = (deps: Deps) => {
  const { search, runs, waiting, events, workflows, accept, trigger, callable, now } = deps
  const recordCalls = createRecordCalls(deps)
  const kin = createRelatedRuns(deps)

  const runOf = async (locationId: string, id: string): Promise<Run> => {
    const run = await search.get(locationId, id)
    if (!run) throw new AppError('not_found', { detail: 'There is no such run, or it is not kept any more.' })
    return run
  }

  const workflowOf = async (locationId: string, id: string): Promise<RunWorkflow | undefined> => {
    const row = await workflows.get(locationId, id)
    return row && { id, name: row.name, templateId: row.templateId }
  }

  const switchedOn = async (locationId: string, workflowId: string): Promise<RunnableWorkflow> => {
    const workflow = await callable?.(locationId, workflowId)
    if (!workflow) throw new AppError('conflict', { detail: 'Switch the workflow on first.' })
    return workflow
  }

  const goOn = (locationId: string, id: string, continuation: Continuation) =>
    accept(continuationOf(locationId, id, { continuation, at: now() }))

  return {
    /** Newest first, a page at a time; `before` is the last run of the page before. */
    list: (
      locationId: string,
      query: { workflowId: string; statuses?: readonly RunStatus[]; before?: RunPosition; limit?: number },
    ): Promise<ListedRun[]> => search.list(locationId, { limit: PAGE, ...query }),

    /** Whose runs they are, built-in or made by people. Throws `not_found`. */
    async workflow(locationId: string, id: string): Promise<RunWorkflow> {
      const workflow = await workflowOf(locationId, id)
      if (!workflow) throw new AppError('not_found', { detail: 'There is no such workflow.' })
      return workflow
    },

    /** A run with all that its steps did. Throws `not_found`. */
    async detail(locationId: string, id: string): Promise<RunDetail> {
      const run = await runOf(locationId, id)
      const { receivedOn, eventId, workflowId, workflowVersion } = run
      const [workflow, attempts, event, document, waits] = await Promise.all([
        workflowOf(locationId, workflowId),
        runs.attempts(locationId, { runId: id, receivedOn }),
        events.get(locationId, eventId, receivedOn),
        workflows.version(locationId, workflowId, workflowVersion),
        run.status === 'waiting' ? waiting.list(locationId, workflowId) : [],
      ])
      const wait = waits.find(({ runId }) => runId === id)
      return {
        run,
        workflow,
        steps: stepsOfRun(run, attempts),
        event: event && subjectOf(event),
        document,
        wait: wait && { key: wait.key, wakeAt: wait.wakeAt, awaits: wait.awaits },
        ...(await kin.of(locationId, run, event)),
      }
    },

    /** Ends a run that waits, at a delay or for another try. Throws `not_found`, and `conflict` when it has ended. */
    async cancel(locationId: string, id: string, { on }: { on: Tx }): Promise<void> {
      const { receivedOn } = await runOf(locationId, id)
      const at = now()
      const waited = await waiting.cancel(locationId, { runId: id, at, on })
      if (waited > 0 || (await search.cancel(locationId, { id, receivedOn, at, on }))) return
      throw new AppError('conflict', { detail: 'This run has ended already.' })
    },

    /**
     * Runs again from a step, under the workflow as it is now; what stood before the step is taken from the run. It goes
     * on with an event of its own, behind what waits of its record. `number` is the `nextRepeat` that the person saw:
     * false when that one is on its way already, as when a button is pressed twice; the next one when left out. Throws `not_found` when the run, its
     * event or the step are gone, `conflict` when the workflow is off or the step is inside a loop.
     */
    async repeat(
      locationId: string,
      id: string,
      wish: { stepId: string; number?: number | undefined },
    ): Promise<boolean> {
      const { eventId, receivedOn, workflowId, steps } = await runOf(locationId, id)
      const event = await events.get(locationId, eventId, receivedOn)
      if (!event) throw new AppError('not_found', { detail: 'The event of this run is not kept any more.' })
      const workflow = await switchedOn(locationId, workflowId)
      const results = resultsBefore(workflow.document.steps, steps, wish.stepId)
      const there = (await kin.repeatsOf(locationId, id)).length
      if (wish.number !== undefined && wish.number <= there) return false
      const subject = { workflowId, workflowVersion: workflow.version, event: subjectOf(event) }
      const { outcome } = await goOn(locationId, repeatId(id, there + 1), { runId: id, ...subject, steps: results })
      return outcome === 'stored'
    },

    /** A made-up event of a trigger: the example of the catalog. Throws `not_found`. */
    sampleEvent(locationId: string, triggerId: string): StoredEvent {
      const entry = trigger(triggerId)
      if (!entry) throw new AppError('not_found', { detail: `There is no trigger "${triggerId}".` })
      const at = now()
      return {
        id: newId(),
        receivedOn: at.toISOString().slice(0, 10),
        receivedAt: at,
        locationId,
        lane: 'live',
        seq: 0,
        source: entry.system,
        type: entry.event,
        recordKey: 'sample',
        sourceEventId: null,
        connectionId: null,
        occurredAt: at,
        hops: 0,
        payload: entry.sample,
      }
    },

    /**
     * What the document would do with an event (`sampleEvent`, or one that has come): each call that would be made, in
     * order, the way that was taken, and why it ended early. Nothing is called or kept; delays are taken for over.
     */
    async tryOut(
      event: StoredEvent,
      { id, document, options }: { id: string; document: WorkflowDocument; options: Record<string, unknown> },
    ): Promise<Trial> {
      const workflow = { id, name: document.name, version: 0, document, options, leavesAccount: false }
      return shown(await recordCalls(subjectOf(event), workflow))
    },

    /**
     * Runs the workflow on events that have come already, whatever its trigger and filter say; each is a run of its own.
     * Those that are not kept any more are left out, and those that are on their way already under the same `wish`, as when
     * a button is pressed twice. Answers how many it has begun. Throws `conflict` when the
     * workflow is off, `invalid_request` for more than MOST_PAST_EVENTS, `cannot_store_now` while too much waits already.
     */
    async runOnPast(
      locationId: string,
      workflowId: string,
      past: readonly { eventId: string; receivedOn: string }[],
      wish: string = newId(),
    ): Promise<number> {
      if (past.length > MOST_PAST_EVENTS) {
        throw new AppError('invalid_request', { detail: `At most ${MOST_PAST_EVENTS} events at a time.` })
      }
      const workflow = await switchedOn(locationId, workflowId)
      deps.checkRoom({ locationId, lane: 'bulk' })
      let begun = 0
      for (const { eventId, receivedOn } of past) {
        const found = await events.get(locationId, eventId, receivedOn)
        if (!found) continue
        const event: StoredEvent = { ...subjectOf(found), lane: 'bulk' }
        const subject = { runId: eventId, workflowId, workflowVersion: workflow.version, event }
        const { outcome } = await goOn(locationId, `${eventId}:${wish}`, { ...subject, steps: {} })
        if (outcome === 'stored') begun++
      }
      return begun
    },
  }
}
