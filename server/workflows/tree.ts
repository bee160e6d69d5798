// The step tree: a step's child lists, and each step's position. Pure.

import type { Step } from './document.ts'

/** A list of steps inside a step. */
export type Branch = {
  /** Unique in its step: the id of a branch or case, `otherwise`, `steps` (of a for-each), `error` (of an action). */
  branch: string
  /** Of a branch or case. */
  label?: string
  /** JSON pointer of the list, from its step. */
  pointer: string
  steps: Step[]
}

/** The lists of steps that a step holds, in the order in which they are shown. */
export const branchesOf = (step: Step): Branch[] => {
  switch (step.type) {
    case 'condition':
      return [
        ...step.branches.map(({ id, label, steps }, at) => ({
          branch: id,
          label,
          pointer: `/branches/${at}/steps`,
          steps,
        })),
        { branch: 'otherwise', pointer: '/otherwise', steps: step.otherwise },
      ]
    case 'switch':
      return [
        ...step.cases.map(({ id, label, steps }, at) => ({ branch: id, label, pointer: `/cases/${at}/steps`, steps })),
        { branch: 'otherwise', pointer: '/otherwise', steps: step.otherwise },
      ]
    case 'for-each':
      return [{ branch: 'steps', pointer: '/steps', steps: step.steps }]
    case 'action':
      return step.onError && 'steps' in step.onError
        ? [{ branch: 'error', pointer: '/onError/steps', steps: step.onError.steps }]
        : []
    default:
      return []
  }
}

/** The same step with other lists: `change` gets each list and answers what is to stand there. */
export const withBranches = (step: Step, change: (branch: Branch) => Step[]): Step => {
  const steps = new Map(branchesOf(step).map((branch) => [branch.branch, change(branch)]))
  const of = (branch: string): Step[] => steps.get(branch) ?? []
  switch (step.type) {
    case 'condition':
      return {
        ...step,
        branches: step.branches.map((branch) => ({ ...branch, steps: of(branch.id) })),
        otherwise: of('otherwise'),
      }
    case 'switch':
      return {
        ...step,
        cases: step.cases.map((one) => ({ ...one, steps: of(one.id) })),
        otherwise: of('otherwise'),
      }
    case 'for-each':
      return { ...step, steps: of('steps') }
    case 'action':
      return step.onError && 'steps' in step.onError ? { ...step, onError: { steps: of('error') } } : step
    default:
      return step
  }
}

export type PlacedStep = {
  step: Step
  /** JSON pointer of its place in the document. */
  pointer: string
  /** Id of the step that holds it and the name of the list there; undefined at the top. */
  parent?: string
  branch?: string
  index: number
  /** 1 at the top. */
  depth: number
}

/** Every step of a list and below it, parents first. */
export const stepsIn = (steps: readonly Step[]): PlacedStep[] => {
  const found: PlacedStep[] = []
  type Where = { pointer: string; depth: number; parent?: string; branch?: string }
  const walk = (list: readonly Step[], { pointer, depth, ...where }: Where): void => {
    for (const [index, step] of list.entries()) {
      const here = `${pointer}/${index}`
      found.push({ step, pointer: here, ...where, index, depth })
      for (const { branch, pointer: below, steps } of branchesOf(step)) {
        walk(steps, { pointer: here + below, depth: depth + 1, parent: step.id, branch })
      }
    }
  }
  walk(steps, { pointer: '/steps', depth: 1 })
  return found
}
