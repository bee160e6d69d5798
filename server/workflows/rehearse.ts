// Dry run of a failed event: what it would do if resent now. The real runner walks the current workflow with actions
// that only record their input; nothing is called or stored.

import type { Field } from '../catalog/schema.ts'
import type { StoredEvent } from '../store/events.ts'
import type { Run, Runs } from '../store/runs.ts'
import { continuationIn, subjectOf } from './continuation.ts'
import { createRecordCalls, masked, type RecordedCall, type RecorderDeps } from './record-calls.ts'
import type { RunnableWorkflow } from './run.ts'

export type RehearsedCall = Omit<RecordedCall, 'fields'> & {
  /** Values that the mapping at the time would have given; undefined when the mapping has not changed. */
  changes: { field: string; before: unknown; after: unknown }[]
}

export type RehearsedWorkflow = { workflowId: string; name: string; calls: RehearsedCall[] }

type Deps = RecorderDeps & {
  workflowsFor(event: StoredEvent): Promise<RunnableWorkflow[]>
  versionOf(locationId: string, workflow: RunnableWorkflow, version: number): Promise<RunnableWorkflow | undefined>
  runs: Pick<Runs, 'ofEvent'>
}

type Input = Record<string, unknown>

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Compared unmasked, shown masked. */
const changesOf = (fields: readonly Field[], before: Input, after: Input): RehearsedCall['changes'] => {
  const [shownBefore, shownAfter] = [masked(fields, before), masked(fields, after)]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => !same(before[field], after[field]))
    .map((field) => ({ field, before: shownBefore[field], after: shownAfter[field] }))
}

export type Rehearse = ReturnType<typeof createRehearse>

/** Returns the dry run for a dead letter's event. */
export const createRehearse = ({ workflowsFor, versionOf, runs, ...recorder }: Deps) => {
  const { callable } = recorder
  const recordCalls = createRecordCalls(recorder)

  const record = async (event: StoredEvent, workflow: RunnableWorkflow, before: Run | undefined) =>
    (await recordCalls(event, workflow, before)).calls

  /** A continued run concerns only its own workflow. */
  const wantedBy = async (event: StoredEvent): Promise<RunnableWorkflow[]> => {
    const continuation = continuationIn(event)
    if (!continuation) return workflowsFor(event)
    const { workflowId, workflowVersion } = continuation
    return [await callable?.(event.locationId, workflowId, workflowVersion)].flatMap((one) => one ?? [])
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
   * The calls that each continuing workflow would make, in order; empty when no workflow wants the event any more.
   * `workflowId`: only that workflow has failed.
   */
  return async (
    event: StoredEvent,
    { workflowId }: { workflowId?: string | null } = {},
  ): Promise<RehearsedWorkflow[]> => {
    const all = (await wantedBy(event)).filter(({ id }) => !workflowId || id === workflowId)
    const { id: eventId, locationId, receivedOn } = event
    const before = all.length > 0 ? await runs.ofEvent(locationId, { eventId, receivedOn }) : []
    const rehearsed: RehearsedWorkflow[] = []
    for (const workflow of all) {
      const run = before.find((one) => one.workflowId === workflow.id)
      if (run?.status === 'done') continue
      rehearsed.push({
        workflowId: workflow.id,
        name: workflow.name,
        calls: await rehearseOne(subjectOf(event), workflow, run),
      })
    }
    return rehearsed
  }
}
