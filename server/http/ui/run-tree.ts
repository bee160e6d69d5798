// The path of a run, drawn on the step tree of the version that ran: each step's result and the branches taken. Pure.

import { type Step, workflowDocument } from '../../workflows/document.ts'
import type { RunDetail, StepOfRun } from '../../workflows/run-service.ts'
import { branchesOf } from '../../workflows/tree.ts'
import { iconOf, type Summary, summaryOf, titleOf } from './editor/step-words.ts'
import type { RunStepView } from './run-view.ts'

type RanStep = {
  id: string
  type: Step['type']
  /** Undefined for a step named only by its type. */
  title: string | undefined
  icon: string
  summary: Summary
  /** The worst result of several rounds. */
  state: RunStepView['state'] | 'none'
  /** Attempts of all rounds, and their total duration. */
  tries: number
  milliseconds: number
  /** Number of rounds in a loop. */
  rounds: number
  lists: RanList[]
}

/** `label` is undefined for the lists that every step of the type has; `isTaken` is for the whole run. */
export type RanList = { branch: string; label: string | undefined; isTaken: boolean; steps: RanStep[] }

const WORST: RunStepView['state'][] = ['failed', 'retry', 'waiting', 'open', 'done']

const isTaken = (step: Step, branch: string, reached: readonly StepOfRun[]): boolean => {
  if (reached.length === 0) return false
  if (step.type === 'condition' || step.type === 'switch') {
    return reached.some(({ result }) => result?.branch !== undefined && (result.branch ?? 'otherwise') === branch)
  }
  if (step.type === 'action') return reached.some(({ result }) => result?.hasFailed === true)
  return true
}

/** Undefined when the version that ran is no longer stored. `views` come from `runSteps`. */
export const runTree = (
  { document, steps: ran }: Pick<RunDetail, 'document' | 'steps'>,
  views: readonly RunStepView[],
): RanList | undefined => {
  const { data } = workflowDocument.safeParse(document)
  if (!data) return undefined
  const reachedBy = Map.groupBy(ran, ({ stepId }) => stepId)
  const viewsBy = Map.groupBy(views, ({ stepId }) => stepId)

  const stepView = (step: Step): RanStep => {
    const own = viewsBy.get(step.id) ?? []
    const attempts = own.flatMap((one) => one.attempts)
    return {
      id: step.id,
      type: step.type,
      title: titleOf(step),
      icon: iconOf(step),
      // What it calls may have been renamed.
      summary: step.type === 'call' ? undefined : summaryOf(step, new Map()),
      state: WORST.find((state) => own.some((one) => one.state === state)) ?? 'none',
      tries: attempts.length,
      milliseconds: attempts.reduce((sum, { durationMs }) => sum + durationMs, 0),
      rounds: own.length,
      lists: branchesOf(step).map(({ branch, label, steps }) => ({
        branch,
        label,
        isTaken: isTaken(step, branch, reachedBy.get(step.id) ?? []),
        steps: steps.map(stepView),
      })),
    }
  }
  return { branch: '', label: undefined, isTaken: true, steps: data.steps.map(stepView) }
}
