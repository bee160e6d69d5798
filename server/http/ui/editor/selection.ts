// The selection in the editor, as part of its address. Pure.

import { z } from 'zod'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import type { Place } from '../../../workflows/edit.ts'
import { stepsIn } from '../../../workflows/tree.ts'

/** What is selected in the editor. */
export type Selection =
  | { kind: 'none' }
  /** The triggers. */
  | { kind: 'start' }
  | { kind: 'step'; id: string }
  /** A new step is being chosen for that place. */
  | { kind: 'pick'; at: Place }

/** `selected`: a step id or `start`; `pick`: `parent,branch,index`, where the first two are empty at the top level. */
export const selectionQuery = z.object({
  selected: z.string().max(80).optional(),
  pick: z
    .string()
    .regex(/^[a-z0-9-]*,[a-z0-9-]*,\d{1,4}$/)
    .optional()
    .catch(undefined),
})

const START = 'start'
/** Prefix for a step whose id is `start`. */
const STEP = 'step:'

/** A place as text, `parent,branch,index`. */
export const placeText = ({ parent = '', branch = '', index }: Place): string => `${parent},${branch},${index}`

const placeIn = (text: string): Place => {
  const [parent, branch, index] = text.split(',')
  return { ...(parent ? { parent } : {}), ...(branch ? { branch } : {}), index: Number(index) }
}

/** The selection as it appears in the address and in the form field `selected`; empty when nothing is selected. */
export const selectedText = (selection: Selection): string => {
  if (selection.kind === 'start') return START
  if (selection.kind !== 'step') return ''
  return selection.id === START ? STEP + START : selection.id
}

/** Reads the selection from a query. A step that no longer exists is not selected. */
export const selectionIn = (
  document: Pick<WorkflowDocument, 'steps'>,
  { selected, pick }: z.output<typeof selectionQuery>,
): Selection => {
  const all = stepsIn(document.steps)
  const has = (id: string | undefined): boolean => all.some(({ step }) => step.id === id)
  if (pick !== undefined) {
    const at = placeIn(pick)
    return at.parent === undefined || has(at.parent) ? { kind: 'pick', at } : { kind: 'none' }
  }
  if (selected === START) return { kind: 'start' }
  const id = selected?.startsWith(STEP) ? selected.slice(STEP.length) : selected
  return id !== undefined && has(id) ? { kind: 'step', id } : { kind: 'none' }
}

/** The editor's address with a selection. */
export const editorAddress = (workflowId: string, selection: Selection = { kind: 'none' }): string => {
  const here = `/settings/workflows/${workflowId}/edit`
  if (selection.kind === 'pick') return `${here}?pick=${placeText(selection.at)}`
  const selected = selectedText(selection)
  return selected ? `${here}?selected=${selected}` : here
}
