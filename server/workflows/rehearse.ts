// A dry run: what a failed event would do if it were sent again now. The real runner walks the workflow as it is today,
// but its actions only write down what they were asked; nothing is called and nothing is kept.

import type { Action, Field } from '../catalog/schema.ts'
import { AppError, asAppError } from '../errors.ts'
import type { StoredEvent } from '../store/events.ts'
import type { Run, Runs } from '../store/runs.ts'
import { stepsOf, type WorkflowDocument } from './document.ts'
import { pathsOf } from './mapping.ts'
import { createRunOne, type RunDeps, type RunnableWorkflow } from './run.ts'

export type RehearsedCall = {
  stepId: string
  actionId: string
  label: string
  /** Checked, with what is sensitive masked. */
  input: Record<string, unknown>
  /** Values that the mapping of then would have given instead; undefined when that is the mapping of today. */
  changes: { field: string; before: unknown; after: unknown }[]
  /** Uses the result of a step that has not run: the example of the catalog stands in for it. */
  isAssumed: boolean
  /** Why it would fail before anything is sent; null when it would be sent. */
  fault: string | null
}

export type RehearsedWorkflow = { workflowId: string; name: string; calls: RehearsedCall[] }

type Deps = Pick<RunDeps, 'account' | 'now'> & {
  workflowsFor(event: StoredEvent): Promise<RunnableWorkflow[]>
  versionOf(locationId: string, workflow: RunnableWorkflow, version: number): Promise<RunnableWorkflow | undefined>
  runs: Pick<Runs, 'ofEvent'>
  action(id: string): Action | undefined
  /** The input as the action would get it. Throws `action_input_invalid`. */
  check(action: Action, given: { locationId: string; input: Record<string, unknown> }): Record<string, unknown>
}

type Input = Record<string, unknown>

/** As it was recorded: in the open. */
type Recorded = Omit<RehearsedCall, 'changes'> & { fields: readonly Field[] }

const MASK = '••••'

const masked = (fields: readonly Field[], input: Input): Input => {
  const sensitive = new Set(fields.filter((field) => field.sensitive).map(({ key }) => key))
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, sensitive.has(key) ? MASK : value]))
}

/** Ids of steps whose results a step reads. */
const readsOf = (document: WorkflowDocument, stepId: string): string[] => {
  const step = stepsOf(document).find(({ step }) => step.id === stepId)?.step
  if (step?.type !== 'action') return []
  return Object.values(step.input)
    .flatMap(pathsOf)
    .flatMap((path) => (path.startsWith('steps.') ? [path.split('.')[1]!] : []))
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Compared in the open, shown masked. */
const changesOf = (fields: readonly Field[], before: Input, after: Input): RehearsedCall['changes'] => {
  const [shownBefore, shownAfter] = [masked(fields, before), masked(fields, after)]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => !same(before[field], after[field]))
    .map((field) => ({ field, before: shownBefore[field], after: shownAfter[field] }))
}

export type Rehearse = ReturnType<typeof createRehearse>

export const createRehearse = ({ workflowsFor, versionOf, runs, account, now, action, check }: Deps) => {
  const record = async (event: StoredEvent, workflow: RunnableWorkflow, before: Run | undefined) => {
    const calls: Recorded[] = []
    const runOne = createRunOne({
      account,
      now,
      progress: { write: async () => {} },
      runAction: async ({ locationId, actionId, input, context: { stepId } }) => {
        const entry = action(actionId)
        if (!entry) throw new AppError('action_unknown', { detail: `There is no action "${actionId}".` })
        const reads = readsOf(workflow.document, stepId)
        const call: Recorded = {
          stepId,
          actionId,
          label: entry.label,
          fields: entry.input,
          input,
          isAssumed: calls.some((earlier) => reads.includes(earlier.stepId)),
          fault: null,
        }
        calls.push(call)
        try {
          call.input = check(entry, { locationId, input })
        } catch (error) {
          const { detail, errors = [] } = asAppError(error)
          call.fault = errors.map((fault) => `${fault.pointer.slice(1)} ${fault.detail}`).join('; ') || detail
          throw error
        }
        return { output: entry.sample.output as Record<string, unknown> }
      },
    })
    // What had run stays done, as when it is really sent again.
    const resumed = before && { ...before, status: 'waiting' as const }
    await runOne({ event, workflow, before: resumed, context: { attempt: 1, isLast: false, isFresh: false } })
    return calls
  }

  const rehearseOne = async (event: StoredEvent, workflow: RunnableWorkflow, run: Run | undefined) => {
    const calls = await record(event, workflow, run)
    const isOld = run !== undefined && run.workflowVersion !== workflow.version
    const old = isOld ? await versionOf(event.locationId, workflow, run.workflowVersion) : undefined
    const then = old ? await record(event, old, run) : calls
    return calls.map(({ fields, ...call }) => ({
      ...call,
      input: masked(fields, call.input),
      changes: changesOf(fields, then.find(({ stepId }) => stepId === call.stepId)?.input ?? {}, call.input),
    }))
  }

  /**
   * Of each workflow that would go on, the calls it would make, in order; none when nothing wants the event any more.
   * `workflowId`: only that one has failed.
   */
  return async (
    event: StoredEvent,
    { workflowId }: { workflowId?: string | null } = {},
  ): Promise<RehearsedWorkflow[]> => {
    const all = (await workflowsFor(event)).filter(({ id }) => !workflowId || id === workflowId)
    const { id: eventId, locationId, receivedOn } = event
    const before = all.length > 0 ? await runs.ofEvent(locationId, { eventId, receivedOn }) : []
    const rehearsed: RehearsedWorkflow[] = []
    for (const workflow of all) {
      const run = before.find((one) => one.workflowId === workflow.id)
      if (run?.status === 'done') continue
      rehearsed.push({
        workflowId: workflow.id,
        name: workflow.name,
        calls: await rehearseOne(event, workflow, run),
      })
    }
    return rehearsed
  }
}
