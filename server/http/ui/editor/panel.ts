// What stands beside the tree: the step that is selected.

import { action } from '../../../catalog/index.ts'
import type { OwnWorkflow } from '../../../workflows/book.ts'
import { stepsIn } from '../../../workflows/tree.ts'
import type { Session } from '../../doors/session.ts'
import type { Selection } from './selection.ts'

export type EditorPanelDeps = Record<never, never>

type Shown = { caller: Session; workflow: OwnWorkflow; selection: Selection }

export type EditorPanel = ReturnType<typeof createEditorPanel>

export const createEditorPanel = (_deps: EditorPanelDeps) => ({
  /** Its view, below `views/`, and the data of it. The view has one `<h2 id="step-panel-title">`. */
  async show({ workflow, selection }: Shown): Promise<{ view: string; data: Record<string, unknown> }> {
    const step =
      selection.kind === 'step'
        ? stepsIn(workflow.draft.steps).find(({ step }) => step.id === selection.id)?.step
        : undefined
    const label = step?.title ?? (step?.type === 'action' ? action(step.action)?.label : undefined) ?? step?.id
    return { view: 'editor/panel', data: { label } }
  },
})
