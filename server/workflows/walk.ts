// Walks the tree of a document in order. What was done before is not done again, and a condition that was decided stays
// decided, so that a resumed run takes the way it took before.

import type { StepResults } from '../store/runs.ts'
import { holds } from './conditions.ts'
import type { ActionStep, ConditionStep, Step } from './document.ts'
import type { Knowledge } from './mapping.ts'

type Walk = {
  /** Filled in as steps end. */
  results: StepResults
  knowledge: () => Promise<Knowledge>
  /** Carries out a step; what it answers is the step's output. Its failure ends the walk. */
  act: (step: ActionStep) => Promise<unknown>
}

/** Outputs of finished steps, as documents read them. */
export const outputsOf = (results: StepResults): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(results).flatMap(([id, { output }]) => (output === undefined ? [] : [[id, output]])),
  )

const choose = async (step: ConditionStep, { results, knowledge }: Walk): Promise<Step[]> => {
  let chosen = results[step.id]?.branch
  if (chosen === undefined) {
    const known = await knowledge()
    chosen = step.branches.find(({ when }) => holds(when, known))?.id ?? null
    results[step.id] = { branch: chosen }
  }
  return chosen === null ? step.otherwise : (step.branches.find(({ id }) => id === chosen)?.steps ?? [])
}

/** Answers `stopped` when a step said so. */
export const walk = async (steps: Step[], way: Walk): Promise<'stopped' | 'ended'> => {
  for (const step of steps) {
    if (step.type === 'stop') return 'stopped'
    if (step.type === 'action') {
      if (!way.results[step.id]) way.results[step.id] = { output: (await way.act(step)) ?? null }
    } else if ((await walk(await choose(step, way), way)) === 'stopped') return 'stopped'
  }
  return 'ended'
}
