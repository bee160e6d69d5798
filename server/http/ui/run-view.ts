// A run for readers: its steps in workflow order, each with its decision, output and attempts. Pure.

import { action } from '../../catalog/index.ts'
import { type Step, workflowDocument } from '../../workflows/document.ts'
import type { RunDetail, StepOfRun } from '../../workflows/run-service.ts'
import { branchesOf, stepsIn } from '../../workflows/tree.ts'

export type RunStepView = {
  key: string
  stepId: string
  /** Undefined for a step missing from the version that ran, such as one of a called workflow. */
  kind: Step['type'] | undefined
  title: string | undefined
  /** Round numbers of the enclosing loops, from 1, outermost first. */
  rounds: number[]
  state: 'done' | 'failed' | 'retry' | 'waiting' | 'open'
  /** The branch that was taken; `label` is undefined for the lists that every step of the type has. */
  branch: { branch: string; label: string | undefined } | undefined
  until: string | undefined
  output: unknown
  attempts: (StepOfRun['attempts'][number] & { label: string })[]
  /** Steps inside a loop or a called workflow can only be repeated with it. */
  canRepeat: boolean
}

const stateOf = ({ result, attempts }: StepOfRun): RunStepView['state'] => {
  const last = attempts.at(-1)
  if (last?.outcome === 'failed' || result?.hasFailed) return 'failed'
  if (result?.output !== undefined || result?.branch !== undefined) return 'done'
  if (result?.until !== undefined) return 'waiting'
  return last?.outcome === 'retry' ? 'retry' : last ? 'done' : 'open'
}

/** `each[3]/tag` → the positions of `each` and `tag` in the document, with the round between them. */
const rankOf = (key: string, places: ReadonlyMap<string, number>): number[] =>
  key.split('/').flatMap((part) => {
    const [, id = part, round = '0'] = /^([\w-]+)(?:\[(\d+)\])?$/.exec(part) ?? []
    return [places.get(id) ?? places.size, Number(round)]
  })

const compare = (a: number[], b: number[]): number => {
  const at = a.findIndex((rank, index) => rank !== b[index])
  return at < 0 ? a.length - b.length : a[at]! - (b[at] ?? -1)
}

const roundsOf = (key: string): number[] => [...key.matchAll(/\[(\d+)\]\//g)].map(([, round]) => Number(round) + 1)

/** For a step missing from the document, a branch is named by its id. */
const takenOf = (step: Step | undefined, result: StepOfRun['result']): RunStepView['branch'] => {
  const isError = result?.hasFailed === true && step !== undefined && branchesOf(step).length > 0
  const branch = isError ? 'error' : result?.branch === null ? 'otherwise' : result?.branch
  if (branch === undefined) return undefined
  const isOfEvery = branch === 'error' || branch === 'otherwise'
  const label = step && branchesOf(step).find((way) => way.branch === branch)?.label
  return { branch, label: label ?? (isOfEvery ? undefined : branch) }
}

/** The steps that were reached, in document order; steps not in the document come last, in run order. */
export const runSteps = ({ steps, document }: Pick<RunDetail, 'steps' | 'document'>): RunStepView[] => {
  const { data } = workflowDocument.safeParse(document)
  const placed = stepsIn(data?.steps ?? [])
  const byId = new Map(placed.map(({ step }) => [step.id, step]))
  const places = new Map(placed.map(({ step }, at) => [step.id, at]))
  return steps
    .map((one) => ({ one, rank: rankOf(one.key, places) }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ one }): RunStepView => {
      const step = byId.get(one.stepId)
      return {
        key: one.key,
        stepId: one.stepId,
        kind: step?.type,
        title: step?.title ?? (step?.type === 'action' ? action(step.action)?.label : undefined),
        rounds: roundsOf(one.key),
        state: stateOf(one),
        branch: takenOf(step, one.result),
        until: one.result?.output === undefined ? one.result?.until : undefined,
        output: one.result?.output,
        attempts: one.attempts.map((attempt) => ({
          ...attempt,
          label: action(attempt.actionId)?.label ?? attempt.actionId,
        })),
        canRepeat: step !== undefined && !one.key.includes('/'),
      }
    })
}
