// Actions on the whole workflow in the editor's header: undo and redo, renaming, publishing, switching on and off, testing.

import { z } from 'zod'
import { AppError } from '../../../errors.ts'
import { diffDocuments } from '../../../workflows/diff.ts'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import type { RunService } from '../../../workflows/run-service.ts'
import { stepsIn } from '../../../workflows/tree.ts'
import type { WorkflowService } from '../../../workflows/workflow-service.ts'
import type { Route } from '../../route.ts'
import { defineChange } from '../screen.ts'
import { EDIT, type EditorChanges, editorParams, fromTree } from './changes.ts'
import { orGone } from './gone.ts'
import { type Selection, selectionIn, selectionQuery } from './selection.ts'
import type { ShowEditor } from './show.ts'

type Deps = {
  changes: EditorChanges
  show: ShowEditor
  workflowService: Pick<WorkflowService, 'get' | 'go' | 'publish' | 'setEnabled'>
  runService: Pick<RunService, 'sampleEvent' | 'tryOut'>
}

const nothing = z.object({})

const siblingsOf = ({ steps }: WorkflowDocument, id: string): string[] => {
  const all = stepsIn(steps)
  const own = all.find(({ step }) => step.id === id)
  return all.filter((one) => one.parent === own?.parent && one.branch === own?.branch).map(({ step }) => step.id)
}

/** Whether only this step has moved in its list; for two swapped steps, true for either. */
const hasPassed = (id: string, before: WorkflowDocument, after: WorkflowDocument): boolean => {
  const [from, to] = [siblingsOf(before, id), siblingsOf(after, id)]
  const isSameWithout = (...left: string[]): boolean => {
    const [earlier, later] = [from, to].map((list) => list.filter((one) => !left.includes(one)))
    return String(earlier) === String(later)
  }
  return from.includes(id) && to.includes(id) && !isSameWithout() && isSameWithout(id)
}

/**
 * The selection after undo or redo: the step that changed, preferably the one already selected. If none changed, the current
 * selection, or the step before it if it no longer exists.
 */
const changedIn = (before: WorkflowDocument, after: WorkflowDocument, selection: Selection): Selection => {
  const changes = diffDocuments(before, after)
  const different = changes.flatMap((one) => (one.kind === 'added' || one.kind === 'changed' ? [one.step.id] : []))
  const isSelected = (id: string): boolean => different.includes(id) || hasPassed(id, before, after)
  if (selection.kind === 'step' && isSelected(selection.id)) return selection
  if (different[0] !== undefined) return { kind: 'step', id: different[0] }
  const isStart = changes.some(
    (one) => one.kind === 'document' && one.fields.some(({ at }) => at.startsWith('/triggers')),
  )
  if (isStart) return { kind: 'start' }
  if (selection.kind !== 'step') return selection
  const left = new Set(stepsIn(after.steps).map(({ step }) => step.id))
  const ids = stepsIn(before.steps).map(({ step }) => step.id)
  const id = ids.slice(0, ids.indexOf(selection.id) + 1).findLast((one) => left.has(one))
  return id === undefined ? { kind: 'start' } : { kind: 'step', id }
}

/** The routes of the editor's header. */
export const workflowActionRoutes = ({
  changes: { act, change },
  show,
  workflowService,
  runService,
}: Deps): Route[] => [
  ...(['undo', 'redo'] as const).map((direction) =>
    act({
      path: direction,
      body: z.object({ from: fromTree }),
      audit: 'workflow.changed',
      message: direction === 'undo' ? 'undone' : 'redone',
      async act({ workflow: before, selection, by: { locationId, id, on, edit } }, { from }) {
        await workflowService.go(locationId, id, { direction, revision: before.revision, on, edit })
        const { draft } = await workflowService.get(locationId, id, on)
        const focus = from && { focus: 'step' as const }
        return { selection: changedIn(before.draft, draft, selection), isEdit: true, ...focus }
      },
    }),
  ),

  change({
    path: 'rename',
    isState: true,
    partOf: ({ name, description }) => ({ name, description }),
    body: z.object({ name: z.string().trim().min(1).max(120), description: z.string().trim().max(500).default('') }),
    audit: 'workflow.changed',
    message: 'renamed',
    apply({ description: _before, ...document }, { name, description }, { selection }) {
      return { document: { ...document, name, ...(description ? { description } : {}) }, selection }
    },
  }),

  act({
    path: 'publish',
    body: nothing,
    audit: 'workflow.published',
    async act({ workflow: { revision, isEnabled }, selection, by: { locationId, id, by, on } }) {
      await workflowService.publish(locationId, id, { revision, by, on })
      return { selection, said: { key: isEnabled ? 'published' : 'publishedOff' } }
    },
  }),
  ...([true, false] as const).map((isEnabled) =>
    act({
      path: isEnabled ? 'on' : 'off',
      body: nothing,
      audit: isEnabled ? 'workflow.switched_on' : 'workflow.switched_off',
      message: isEnabled ? 'switchedOn' : 'switchedOff',
      async act({ selection, by: { locationId, id, by, on } }) {
        await workflowService.setEnabled(locationId, id, { isEnabled, by, on })
        return { selection }
      },
    }),
  ),

  orGone(
    defineChange({
      path: `${EDIT}/rehearse`,
      audit: { none: 'makes no call and keeps nothing' },
      input: {
        params: editorParams,
        body: z
          .object({ trigger: z.string().max(120).default(''), selected: selectionQuery.shape.selected })
          .prefault({}),
      },
      async handler({ caller, params: { workflowId: id }, body }) {
        const workflow = await workflowService.get(caller.locationId, id)
        const { draft: document, options } = workflow
        const selection = selectionIn(document, { selected: body.selected, pick: undefined })
        const starts = document.triggers.map(({ trigger }) => trigger)
        const trigger = starts.find((one) => one === body.trigger) ?? starts[0]
        if (!trigger) {
          return await show(caller, workflow, { selection: { kind: 'start' }, refused: 'Choose what starts it first.' })
        }
        try {
          const sample = runService.sampleEvent(caller.locationId, trigger)
          const trial = await runService.tryOut(sample, { id, document, options })
          return await show(caller, workflow, { selection, trial })
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'not_found')) throw error
          return await show(caller, workflow, { selection, refused: error.detail })
        }
      },
    }),
  ),
]
