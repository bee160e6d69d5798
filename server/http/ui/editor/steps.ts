// Changes to the tree that need no form: moving, duplicating and removing a step.

import { z } from 'zod'
import { AppError } from '../../../errors.ts'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import { duplicateStep, moveStep, removeStep } from '../../../workflows/edit.ts'
import { placeBeside, placeTowards } from '../../../workflows/step-positions.ts'
import { branchesOf, type PlacedStep, stepsIn } from '../../../workflows/tree.ts'
import type { Route } from '../../route.ts'
import { type EditorChanges, fromTree } from './changes.ts'
import type { Selection } from './selection.ts'
import type { Said } from './show.ts'
import { stepName } from './tree-view.ts'

const step = z.string().min(1).max(60)

const find = (document: WorkflowDocument, id: string | undefined): PlacedStep | undefined =>
  stepsIn(document.steps).find(({ step }) => step.id === id)

/** The new position of a step: its number in its list, and the list unless it is the top one. */
const movedTo = (document: WorkflowDocument, id: string): Said => {
  const placed = find(document, id)!
  const holder = find(document, placed.parent)
  const list = holder && branchesOf(holder.step).find(({ branch }) => branch === placed.branch)
  return {
    key: list ? 'movedIn' : 'moved',
    values: { place: placed.index + 1, of: (list?.steps ?? document.steps).length },
    step: stepName(placed.step),
    ...(list ? { list: { branch: list.branch, label: list.label } } : {}),
  }
}

/** The selection after removing a step: the previous step, else the parent, else the next step. */
const besides = (document: WorkflowDocument, id: string): Selection => {
  const gone = find(document, id)
  const beside = (by: number) =>
    stepsIn(document.steps).find(
      (one) => one.parent === gone?.parent && one.branch === gone?.branch && one.index === (gone?.index ?? 0) + by,
    )
  const next = beside(-1)?.step.id ?? gone?.parent ?? beside(1)?.step.id
  return next === undefined ? { kind: 'start' } : { kind: 'step', id: next }
}

const remove = (document: WorkflowDocument, id: string) => {
  const gone = find(document, id)
  return {
    document: removeStep(document, id),
    selection: besides(document, id),
    said: { key: 'removed', ...(gone ? { step: stepName(gone.step) } : {}) },
    focus: 'step' as const,
  }
}

const duplicate = (document: WorkflowDocument, id: string) => {
  const copied = duplicateStep(document, id)
  const known = new Set(stepsIn(document.steps).map(({ step }) => step.id))
  const copy = stepsIn(copied.steps).find(({ step }) => !known.has(step.id))!.step
  return {
    document: copied,
    selection: { kind: 'step' as const, id: copy.id },
    said: { key: 'duplicated', step: stepName(copy) },
    focus: 'step' as const,
  }
}

/** The routes `step` (up, down, in, out, duplicate, remove) and `move`. */
export const stepRoutes = ({ change }: EditorChanges): Route[] => [
  change({
    path: 'step',
    body: z.object({
      step,
      do: z.enum(['up', 'down', 'in', 'out', 'duplicate', 'remove']),
      from: fromTree,
    }),
    audit: 'workflow.changed',
    apply(document, { step: id, do: what, from }) {
      if (what === 'remove') return remove(document, id)
      if (what === 'duplicate') return duplicate(document, id)
      const at = placeTowards(document, id, what)
      if (!at) throw new AppError('conflict', { detail: 'It cannot be moved any further that way.' })
      const moved = moveStep(document, id, at)
      return {
        document: moved,
        selection: { kind: 'step', id },
        said: movedTo(moved, id),
        ...(from ? { focus: 'step' as const } : {}),
      }
    },
  }),
  change({
    path: 'move',
    body: z.object({
      step,
      parent: z.string().max(60).default(''),
      branch: z.string().max(60).default(''),
      index: z.coerce.number().int().min(0).max(1000),
    }),
    audit: 'workflow.changed',
    apply(document, { step: id, parent, branch, index }) {
      const at = placeBeside(document, id, { ...(parent ? { parent } : {}), ...(branch ? { branch } : {}), index })
      const moved = moveStep(document, id, at)
      return { document: moved, selection: { kind: 'step', id }, said: movedTo(moved, id), focus: 'step' }
    },
  }),
]
