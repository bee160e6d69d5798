// The editor's whole screen as one answer, whatever led to it: a step that was opened, a change, a conflict, a trial.

import type { FoldedBranches } from '../../../store/folded-branches.ts'
import { callsOf, mayWait } from '../../../workflows/document.ts'
import type { Trial } from '../../../workflows/run-service.ts'
import type { OwnWorkflow, WorkflowService } from '../../../workflows/workflow-service.ts'
import type { Session } from '../../doors/session.ts'
import { type Reply, view } from '../../reply.ts'
import { screenData } from '../screen.ts'
import { drawnText, type OnScreen, printOf } from './drawn.ts'
import type { EditorPanel, Entered } from './panel.ts'
import { editorAddress, type Selection, selectedText } from './selection.ts'
import { summaryText } from './step-words.ts'
import { type DrawnTree, type ListName, problemsOf, type StepName, startView, treeView } from './tree-view.ts'

/** A text of `editor.said` with its values; `step` and `list` are named in the reader's language. */
export type Said = {
  key: string
  values?: Record<string, string | number>
  step?: StepName
  list?: ListName
}

export type Shown = {
  selection: Selection
  /** What was done, spoken by screen readers. */
  said?: Said
  /** Where the reader goes on: into the panel, to the selected step in the tree; where they are when absent. */
  focus?: 'panel' | 'step'
  /** Why a change was not made. */
  refused?: string | undefined
  entered?: Entered
  /** A change that was made to an older state: what was sent, to be sent again. */
  conflict?: { path: string; fields: [name: string, value: string][] }
  trial?: Trial
  /** What the reader has on the screen, where that is known: what is the same need not be sent again. */
  drawn?: OnScreen | undefined
  /** The editor was not open before: its address is a new one to go back from. */
  isOpening?: boolean
}

type Deps = {
  workflowService: Pick<WorkflowService, 'checkEach' | 'list' | 'states'>
  panel: EditorPanel
  folded: Pick<FoldedBranches, 'read'>
}

export type ShowEditor = ReturnType<typeof createShowEditor>

export const createShowEditor = ({ workflowService, panel, folded }: Deps) => {
  const namesOf = async (locationId: string, { draft }: OwnWorkflow): Promise<ReadonlyMap<string, string>> =>
    callsOf(draft).length === 0
      ? new Map()
      : new Map((await workflowService.list(locationId)).map(({ id, name }) => [id, name]))

  return async (caller: Session, workflow: OwnWorkflow, shown: Shown): Promise<Reply> => {
    const { locationId } = caller
    const { selection } = shown
    const seen = shown.trial ? undefined : shown.drawn
    const { id, draft } = workflow
    const checked = workflowService.checkEach(locationId, id, seen ? [draft, seen.document] : [draft])
    const [[problems = [], before = []], workflowNames, states, beside, folds] = await Promise.all([
      checked,
      namesOf(locationId, workflow),
      workflowService.states(locationId, id),
      panel.show({
        caller,
        workflow,
        problems: async () => (await checked)[0] ?? [],
        selection,
        entered: shown.entered,
      }),
      folded.read(locationId, { workflowId: id, userId: caller.userId }),
    ])
    const drawn: DrawnTree | undefined = seen && { ...seen, problems: before }
    return view(
      'editor/screen',
      {
        ...screenData(caller),
        ...shown,
        workflow,
        states,
        mayWait: mayWait([workflow.draft, workflow.published]),
        problems: problemsOf(workflow.draft, problems),
        list: treeView(workflow.draft, { problems, workflowNames, trial: shown.trial, selection, drawn }),
        summaryText,
        start: startView(workflow.draft, problems),
        folded: new Set(folds),
        selected: selectedText(selection),
        // Of what else is on the screen nothing is known afterwards: then all is drawn.
        drawnText: (panel: string) => (shown.trial ? '' : drawnText({ revision: workflow.revision, selection, panel })),
        seen,
        panel: beside,
        printOf,
      },
      {
        status: shown.conflict ? 409 : 'refused' in shown || shown.entered?.faults.length ? 422 : 200,
        // A reload shows what was opened here, and going back leaves the editor.
        headers: shown.isOpening ? {} : { 'HX-Replace-Url': editorAddress(workflow.id, selection) },
      },
    )
  }
}
