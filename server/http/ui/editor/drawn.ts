// What of a workflow is on a reader's screen: printed into the editor, and sent back by it with the next request, so that steps
// which are the same need not be drawn, sent and compared again, and a panel that is the same need not be sent. Pure.

import { createHash } from 'node:crypto'
import type { Request } from 'express'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import { branchesOf, stepsIn } from '../../../workflows/tree.ts'
import { placeText, type Selection, selectedText, selectionIn, selectionQuery } from './selection.ts'

/** A state of the draft as it was drawn, and what was selected in it. */
export type Drawn = { document: WorkflowDocument; selection: Selection }

/** `panel`: the print of what stands beside the tree; empty when it was changed by hand since. */
export type OnScreen = Drawn & { panel: string }

const DRAWN_HEADER = 'editor-drawn'

/** By which a panel is known again. */
export const printOf = (html: string): string => createHash('sha256').update(html).digest('base64url')

/** As the editor has it: the revision, the selection, the print of the panel. */
export const drawnText = ({ revision, selection, panel }: { revision: number; selection: Selection; panel: string }) =>
  new URLSearchParams({
    revision: String(revision),
    ...(selection.kind === 'pick' ? { pick: placeText(selection.at) } : { selected: selectedText(selection) }),
    panel,
  }).toString()

/** Undefined when nothing is said, or the draft is another one by now: then all is drawn. */
export const drawnIn = (
  request: Pick<Request, 'get'>,
  { draft: document, revision }: { draft: WorkflowDocument; revision: number },
): OnScreen | undefined => {
  const said = new URLSearchParams(request.get(DRAWN_HEADER) ?? '')
  if (said.get('revision') !== String(revision)) return undefined
  const { data } = selectionQuery.safeParse(Object.fromEntries(said))
  return data && { document, selection: selectionIn(document, data), panel: said.get('panel') ?? '' }
}

/** Ids of steps that look different because of a selection: the step itself; of a place, the list's holder and the step there. */
export const touchedBy = ({ document, selection }: Drawn): string[] => {
  if (selection.kind === 'step') return [selection.id]
  if (selection.kind !== 'pick') return []
  const { parent, branch, index } = selection.at
  const holder = stepsIn(document.steps).find(({ step }) => step.id === parent)?.step
  const list = holder ? branchesOf(holder).find((one) => one.branch === branch)?.steps : document.steps
  const there = list?.[index]?.id
  return [...(parent === undefined ? [] : [parent]), ...(there === undefined ? [] : [there])]
}
