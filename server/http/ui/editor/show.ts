// The editor's whole screen as one answer, whatever led to it: a step that was opened, a change, a conflict.

import type { OwnWorkflow, WorkflowBook } from '../../../workflows/book.ts'
import { callsOf } from '../../../workflows/document.ts'
import type { Session } from '../../doors/session.ts'
import { type Reply, view } from '../../reply.ts'
import { screenData } from '../screen.ts'
import type { EditorPanel, Entered } from './panel.ts'
import { editorAddress, type Selection, selectedText } from './selection.ts'
import { startView, treeView } from './tree-view.ts'

/** A text of `editor.said` with its values, spoken by screen readers. */
export type Said = { key: string; values?: Record<string, string | number> }

export type Shown = {
  selection: Selection
  said?: Said
  /** Where the reader goes on: into the panel, to the selected step in the tree; where they are when absent. */
  focus?: 'panel' | 'step'
  /** Why a change was not made. */
  refused?: string
  entered?: Entered
  /** A change that was made to an older state: what was sent, to be sent again. */
  conflict?: { path: string; fields: [name: string, value: string][] }
}

type Deps = {
  workflowBook: Pick<WorkflowBook, 'check' | 'list'>
  panel: EditorPanel
}

export type ShowEditor = ReturnType<typeof createShowEditor>

export const createShowEditor = ({ workflowBook, panel }: Deps) => {
  const namesOf = async (locationId: string, { draft }: OwnWorkflow): Promise<ReadonlyMap<string, string>> =>
    callsOf(draft).length === 0
      ? new Map()
      : new Map((await workflowBook.list(locationId)).map(({ id, name }) => [id, name]))

  return async (caller: Session, workflow: OwnWorkflow, shown: Shown): Promise<Reply> => {
    const { locationId } = caller
    const { selection } = shown
    const [problems, workflowNames, beside] = await Promise.all([
      workflowBook.check(locationId, workflow.id, workflow.draft),
      namesOf(locationId, workflow),
      panel.show({ caller, workflow, selection, entered: shown.entered }),
    ])
    const address = editorAddress(workflow.id, selection)
    return view(
      'editor/screen',
      {
        ...screenData(caller),
        ...shown,
        workflow,
        problems,
        list: treeView(workflow.draft, { problems, workflowNames }),
        starts: startView(workflow.draft),
        selected: selectedText(selection),
        address,
        panel: beside,
      },
      {
        status: shown.conflict ? 409 : shown.refused || shown.entered?.faults.length ? 422 : 200,
        // A reload shows what the change has selected.
        headers: { 'HX-Replace-Url': address },
      },
    )
  }
}
