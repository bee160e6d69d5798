// The state of the editor on the user's screen. The page sends it back with the next request, so that unchanged steps and an
// unchanged panel need not be rendered and sent again. Pure.

import { createHash } from 'node:crypto'
import type { Request } from 'express'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import { branchesOf, stepsIn } from '../../../workflows/tree.ts'
import { placeText, type Selection, selectedText, selectionIn, selectionQuery } from './selection.ts'

/** A rendered version of the draft, and the selection in it. */
export type Drawn = { document: WorkflowDocument; selection: Selection }

/** `panel`: the fingerprint of the rendered panel; empty when the user has changed it since. */
export type OnScreen = Drawn & { panel: string }

const DRAWN_HEADER = 'editor-drawn'

/** The fingerprint of a panel's HTML: SHA-256, base64url. */
export const printOf = (html: string): string => createHash('sha256').update(html).digest('base64url')

/** The state as the page stores it: revision, selection and the panel's fingerprint, as a query string. */
export const drawnText = ({ revision, selection, panel }: { revision: number; selection: Selection; panel: string }) =>
  new URLSearchParams({
    revision: String(revision),
    ...(selection.kind === 'pick' ? { pick: placeText(selection.at) } : { selected: selectedText(selection) }),
    panel,
  }).toString()

/** The state in the request header; undefined when it is missing or of another revision, and then everything is rendered. */
export const drawnIn = (
  request: Pick<Request, 'get'>,
  { draft: document, revision }: { draft: WorkflowDocument; revision: number },
): OnScreen | undefined => {
  const said = new URLSearchParams(request.get(DRAWN_HEADER) ?? '')
  if (said.get('revision') !== String(revision)) return undefined
  const { data } = selectionQuery.safeParse(Object.fromEntries(said))
  return data && { document, selection: selectionIn(document, data), panel: said.get('panel') ?? '' }
}

/** Ids of steps whose appearance depends on the selection: the selected step, or the parent of a selected place and the step at it. */
export const touchedBy = ({ document, selection }: Drawn): string[] => {
  if (selection.kind === 'step') return [selection.id]
  if (selection.kind !== 'pick') return []
  const { parent, branch, index } = selection.at
  const holder = stepsIn(document.steps).find(({ step }) => step.id === parent)?.step
  const list = holder ? branchesOf(holder).find((one) => one.branch === branch)?.steps : document.steps
  const there = list?.[index]?.id
  return [...(parent === undefined ? [] : [parent]), ...(there === undefined ? [] : [there])]
}
