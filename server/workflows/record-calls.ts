// Records the calls a workflow would make: the real runner walks it with actions that only record their input. Nothing
// is called or stored; delays are skipped.

import { labelOfField } from '../catalog/input.ts'
import type { Action, Field } from '../catalog/schema.ts'
import { AppError, asAppError, type FieldFault } from '../errors.ts'
import type { StoredEvent } from '../store/events.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { Run, StepResults } from '../store/runs.ts'
import { stepsOf, type WorkflowDocument } from './document.ts'
import { pathsOf } from './mapping.ts'
import { createRunOne, type RunDeps, type RunnableWorkflow } from './run.ts'

export type RecordedCall = {
  /** Key of the step: its id, with the loops and calls it is in. */
  stepId: string
  actionId: string
  label: string
  fields: readonly Field[]
  /** Validated, not masked: mask sensitive values before showing it. */
  input: Record<string, unknown>
  /** It uses the result of a step that did not run, so the catalog's sample was used instead. */
  isAssumed: boolean
  /** Why the call would fail before anything is sent, with field keys, for programs. Null when it would be sent. */
  fault: string | null
  /** The same for people: one sentence per reason, with field labels. */
  faultSentences: string[]
}

export type Recording = {
  calls: RecordedCall[]
  /** The branch that was taken, by step key. */
  steps: StepResults
  /** The step that ended the walk early, and why. */
  failure: { stepId: string | null; code: string; detail: string | null } | null
}

export type RecorderDeps = Pick<RunDeps, 'account' | 'now' | 'callable'> & {
  action(id: string): Action | undefined
  /** The input as the action would get it. Throws `action_input_invalid`. */
  check(action: Action, given: { locationId: string; input: Record<string, unknown> }): Record<string, unknown>
}

const MASK = '••••'

/** As it may be shown. */
export const masked = (fields: readonly Field[], input: Record<string, unknown>): Record<string, unknown> => {
  const sensitive = new Set(fields.filter((field) => field.sensitive).map(({ key }) => key))
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, sensitive.has(key) ? MASK : value]))
}

/** How many delays in loops are skipped at most. */
const MOST_WAITS = 200

const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

/** Ids of steps whose results a step reads. */
const readsOf = (document: WorkflowDocument, stepId: string): string[] => {
  const step = stepsOf(document).find(({ step }) => step.id === stepId)?.step
  if (step?.type !== 'action') return []
  return Object.values(step.input)
    .flatMap(pathsOf)
    .flatMap((path) => (path.startsWith('steps.') ? [path.split('.')[1]!] : []))
}

/** A fault below a field of an object or list is reported for the field. */
const sentenceOf = ({ pointer, detail }: FieldFault, action: Action): string => {
  const key = pointer.split('/')[1] ?? ''
  return `"${labelOfField(action, key) ?? key}" ${detail}.`
}

/** `before`: an earlier run of the event; its finished steps are not repeated. */
export const createRecordCalls =
  ({ action, check, ...deps }: RecorderDeps) =>
  async (event: StoredEvent, workflow: RunnableWorkflow, before?: Run): Promise<Recording> => {
    const calls: RecordedCall[] = []
    let last: ProgressItem | undefined
    const runOne = createRunOne({
      ...deps,
      fieldLabel: (actionId, key) => labelOfField(action(actionId), key),
      progress: {
        write: async (item) => {
          last = item
        },
      },
      runAction: async ({ locationId, actionId, input, context: { stepId } }) => {
        const entry = action(actionId)
        if (!entry) throw new AppError('action_unknown', { detail: `There is no action "${actionId}".` })
        const reads = readsOf(workflow.document, idOf(stepId))
        const call: RecordedCall = {
          stepId,
          actionId,
          label: entry.label,
          fields: entry.input,
          input,
          isAssumed: calls.some((earlier) => reads.includes(idOf(earlier.stepId))),
          fault: null,
          faultSentences: [],
        }
        calls.push(call)
        try {
          call.input = check(entry, { locationId, input })
        } catch (error) {
          const { detail, errors = [] } = asAppError(error)
          call.fault = errors.map((fault) => `${fault.pointer.slice(1)} ${fault.detail}`).join('; ') || detail
          call.faultSentences = errors.length > 0 ? errors.map((fault) => sentenceOf(fault, entry)) : [detail]
          throw error
        }
        return { output: entry.sample.output as Record<string, unknown> }
      },
    })
    // Finished steps stay finished, as in a real resend.
    let run: Run | undefined = before && { ...before, status: 'waiting' }
    for (let waits = 0; waits <= MOST_WAITS; waits++) {
      await runOne({ event, workflow, before: run, context: { attempt: 1, isLast: true, isFresh: false } })
      const [wait] = last?.waits ?? []
      if (!wait || !last?.run) break
      run = { ...last.run, steps: { ...wait.steps, [wait.key]: { output: { outcome: 'elapsed' } } } }
    }
    const { run: ended, deadLetters: [letter] = [] } = last ?? {}
    const failure = letter ? { stepId: letter.stepId, code: letter.code, detail: letter.detail } : null
    return { calls, steps: ended?.steps ?? {}, failure }
  }
