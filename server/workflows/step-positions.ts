// Positions in the step tree: where a step goes when moved by one, and how a position shifts when a step is removed.
// Pure.

import { AppError } from '../errors.ts'
import type { WorkflowDocument } from './document.ts'
import type { Place } from './edit.ts'
import { branchesOf, type PlacedStep, stepsIn } from './tree.ts'

export type Towards = 'up' | 'down' | 'in' | 'out'

const find = (document: Pick<WorkflowDocument, 'steps'>, id: string | undefined): PlacedStep | undefined =>
  stepsIn(document.steps).find(({ step }) => step.id === id)

const listAround = (
  document: Pick<WorkflowDocument, 'steps'>,
  { parent, branch }: PlacedStep,
): readonly { id: string }[] => {
  const holder = find(document, parent)
  return holder ? (branchesOf(holder.step).find((one) => one.branch === branch)?.steps ?? []) : document.steps
}

const besideOf = ({ parent, branch, index }: PlacedStep, by: number): Place => ({ parent, branch, index: index + by })

/**
 * Up and down walk every place of the tree in reading order, but do not enter the branches of a neighbour: past the end of
 * a branch comes the next branch, then the place behind the step that holds them. `in` is the end of the first branch of
 * the step before (else the start of that behind), `out` the place behind the step that holds it. Undefined where there is
 * no such place. Throws `not_found`. The index counts without the step itself, as `moveStep` wants it.
 */
export const placeTowards = (
  document: Pick<WorkflowDocument, 'steps'>,
  id: string,
  towards: Towards,
): Place | undefined => {
  const placed = find(document, id)
  if (!placed) throw new AppError('not_found', { detail: 'This step is not there any more.' })
  const siblings = listAround(document, placed)
  const holder = find(document, placed.parent)
  const branches = holder ? branchesOf(holder.step) : []
  const at = branches.findIndex(({ branch }) => branch === placed.branch)
  switch (towards) {
    case 'up': {
      if (placed.index > 0) return besideOf(placed, -1)
      const before = branches[at - 1]
      if (before) return { parent: placed.parent, branch: before.branch, index: before.steps.length }
      return holder ? besideOf(holder, 0) : undefined
    }
    case 'down': {
      if (placed.index < siblings.length - 1) return besideOf(placed, 1)
      const next = branches[at + 1]
      if (next) return { parent: placed.parent, branch: next.branch, index: 0 }
      return holder ? besideOf(holder, 1) : undefined
    }
    case 'in': {
      for (const [by, isBefore] of [
        [-1, true],
        [1, false],
      ] as const) {
        const neighbour = find(document, siblings[placed.index + by]?.id)
        const first = neighbour ? branchesOf(neighbour.step)[0] : undefined
        if (neighbour && first) {
          return { parent: neighbour.step.id, branch: first.branch, index: isBefore ? first.steps.length : 0 }
        }
      }
      return undefined
    }
    case 'out':
      return holder ? besideOf(holder, 1) : undefined
  }
}

/** A place as it is drawn, with the step still there, as `moveStep` counts it. */
export const placeBeside = (document: Pick<WorkflowDocument, 'steps'>, id: string, at: Place): Place => {
  const placed = find(document, id)
  const isOwnList = placed !== undefined && placed.parent === at.parent && placed.branch === at.branch
  return isOwnList && at.index > placed.index ? { ...at, index: at.index - 1 } : at
}
