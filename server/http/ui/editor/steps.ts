// Changes of the tree that need no form: moving a step, copying it, taking it away.

import { z } from 'zod'
import { AppError } from '../../../errors.ts'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import { duplicateStep, moveStep, removeStep } from '../../../workflows/edit.ts'
import { placeBeside, placeTowards } from '../../../workflows/places.ts'
import { stepsIn } from '../../../workflows/tree.ts'
import type { Route } from '../../route.ts'
import type { EditorChanges } from './changes.ts'
import type { Selection } from './selection.ts'

const step = z.string().min(1).max(60)
const TOWARDS = ['up', 'down', 'in', 'out'] as const

/** What is selected when the step is gone: the one before it, else the one that held it, else the one behind it. */
const besides = (document: WorkflowDocument, id: string): Selection => {
  const all = stepsIn(document.steps)
  const gone = all.find(({ step }) => step.id === id)
  const beside = (by: number) =>
    all.find(
      (one) => one.parent === gone?.parent && one.branch === gone?.branch && one.index === (gone?.index ?? 0) + by,
    )
  const next = beside(-1)?.step.id ?? gone?.parent ?? beside(1)?.step.id
  return next === undefined ? { kind: 'start' } : { kind: 'step', id: next }
}

export const stepRoutes = ({ change }: EditorChanges): Route[] => [
  change({
    path: 'step',
    body: z.object({ step, do: z.enum([...TOWARDS, 'duplicate', 'remove']) }),
    audit: 'workflow.changed',
    apply(document, { step: id, do: what }) {
      if (what === 'remove') {
        return {
          document: removeStep(document, id),
          selection: besides(document, id),
          said: { key: 'removed' },
          focus: 'step',
        }
      }
      if (what === 'duplicate') {
        const copied = duplicateStep(document, id)
        const known = new Set(stepsIn(document.steps).map(({ step }) => step.id))
        const copy = stepsIn(copied.steps).find(({ step }) => !known.has(step.id))!.step.id
        return { document: copied, selection: { kind: 'step', id: copy }, said: { key: 'duplicated' }, focus: 'step' }
      }
      const at = placeTowards(document, id, what)
      if (!at) throw new AppError('conflict', { detail: 'It cannot be moved any further that way.' })
      return { document: moveStep(document, id, at), selection: { kind: 'step', id }, said: { key: 'moved' } }
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
      const at = placeBeside(document, id, {
        ...(parent ? { parent } : {}),
        ...(branch ? { branch } : {}),
        index,
      })
      return {
        document: moveStep(document, id, at),
        selection: { kind: 'step', id },
        said: { key: 'moved' },
        focus: 'step',
      }
    },
  }),
]
