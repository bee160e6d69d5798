// What of a workflow is open beside its tree, as the address of the editor says it. Pure.

import { z } from 'zod'
import type { WorkflowDocument } from '../../../workflows/document.ts'
import type { Place } from '../../../workflows/edit.ts'
import { stepsIn } from '../../../workflows/tree.ts'

export type Selection =
  | { kind: 'none' }
  /** What starts the workflow. */
  | { kind: 'start' }
  | { kind: 'step'; id: string }
  /** A step is being chosen for that place. */
  | { kind: 'pick'; at: Place }

/** `selected`: id of a step, or `start`; `pick`: `parent,branch,index`, the first two empty at the top. */
export const selectionQuery = z.object({
  selected: z.string().max(80).optional(),
  pick: z
    .string()
    .regex(/^[a-z0-9-]*,[a-z0-9-]*,\d{1,4}$/)
    .optional()
    .catch(undefined),
})

const START = 'start'
/** Before the id of a step that is called as the trigger is. */
const STEP = 'step:'

export const placeText = ({ parent = '', branch = '', index }: Place): string => `${parent},${branch},${index}`

const placeIn = (text: string): Place => {
  const [parent, branch, index] = text.split(',')
  return { ...(parent ? { parent } : {}), ...(branch ? { branch } : {}), index: Number(index) }
}

/** As the address, and the field `selected` of forms, have it; empty for nothing. */
export const selectedText = (selection: Selection): string => {
  if (selection.kind === 'start') return START
  if (selection.kind !== 'step') return ''
  return selection.id === START ? STEP + START : selection.id
}

/** What is gone meanwhile is not selected. */
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

export const editorAddress = (workflowId: string, selection: Selection = { kind: 'none' }): string => {
  const here = `/settings/workflows/${workflowId}/edit`
  if (selection.kind === 'pick') return `${here}?pick=${placeText(selection.at)}`
  const selected = selectedText(selection)
  return selected ? `${here}?selected=${selected}` : here
}
