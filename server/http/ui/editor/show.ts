// Renders the whole editor after any request: opening a step, a change, a conflict, or a test run.

import type { FoldedBranches } from '../../../store/folded-branches.ts'
import { callsOf, mayWait } from '../../../workflows/document.ts'
import type { Trial } from '../../../workflows/run-service.ts'
import type { OwnWorkflow, WorkflowService } from '../../../workflows/workflow-service.ts'
import type { Session } from '../../doors/session.ts'
import { type Reply, view } from '../../reply.ts'
import { screenData } from '../screen.ts'
import { drawnText, type OnScreen, printOf } from './on-screen.ts'
import type { EditorPanel, Entered } from './panel.ts'
import { editorAddress, type Selection, selectedText } from './selection.ts'
import { summaryText } from './step-words.ts'
import { type DrawnTree, type ListName, problemsOf, type StepName, startView, treeView } from './tree-view.ts'

/** A text of `editor.said` with its values; the names of `step` and `list` are translated when rendered. */
export type Said = {
  key: string
  values?: Record<string, string | number>
  step?: StepName
  list?: ListName
}

/** What the editor shows besides the workflow. */
export type Shown = {
  selection: Selection
  /** The change that was made, announced by screen readers. */
  said?: Said
  /** Where the focus moves: into the panel, or to the selected step in the tree. Unchanged when absent. */
  focus?: 'panel' | 'step'
  /** Why a change was rejected. */
  refused?: string | undefined
  entered?: Entered
  /** A change based on an older version: its fields, so that it can be sent again. */
  conflict?: { path: string; fields: [name: string, value: string][] }
  trial?: Trial
  /** What is on the user's screen, if known; unchanged parts are not sent again. */
  drawn?: OnScreen | undefined
  /** The editor was not open before, so its address becomes a new history entry. */
  isOpening?: boolean
}

type Deps = {
  workflowService: Pick<WorkflowService, 'checkEach' | 'list' | 'states'>
  panel: EditorPanel
  folded: Pick<FoldedBranches, 'read'>
}

/** See `createShowEditor`. */
export type ShowEditor = ReturnType<typeof createShowEditor>

/** Renders the editor. The status is 409 for a conflict, 422 for a rejected change or faulty input, otherwise 200. */
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
        // After a test run the state of the screen is unknown, so the next request renders everything.
        drawnText: (panel: string) => (shown.trial ? '' : drawnText({ revision: workflow.revision, selection, panel })),
        seen,
        panel: beside,
        printOf,
      },
      {
        status: shown.conflict ? 409 : 'refused' in shown || shown.entered?.faults.length ? 422 : 200,
        // A reload shows the current selection, and going back leaves the editor.
        headers: shown.isOpening ? {} : { 'HX-Replace-Url': editorAddress(workflow.id, selection) },
      },
    )
  }
}
