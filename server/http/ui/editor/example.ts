// Example data of a run at a step: an event, the outputs of earlier steps and an element of the surrounding loop. Used for
// previews and for the list of values to choose from. Pure.

import type { Action } from '../../../catalog/schema.ts'
import { readableAt } from '../../../workflows/check.ts'
import type { ForEachStep, Step, WorkflowDocument } from '../../../workflows/document.ts'
import { type Knowledge, valueAt } from '../../../workflows/mapping.ts'
import { stepsIn } from '../../../workflows/tree.ts'

/** The example event and the workflow that it is for. */
export type ExampleOf = {
  document: Pick<WorkflowDocument, 'steps'>
  /** The event's body. */
  payload: unknown
  options: Record<string, unknown>
  account: Record<string, unknown>
  /** The input from calling workflows. */
  input: Record<string, unknown>
  action(id: string): Action | undefined
}

const ERROR = { error: { code: 'crm_refused', detail: 'The reason in words' } }

const elementsOf = (found: unknown): unknown[] => (Array.isArray(found) ? found : found === undefined ? [] : [found])

const outputOf = (step: Step, known: Knowledge, of: Pick<ExampleOf, 'action' | 'payload'>): unknown => {
  switch (step.type) {
    case 'action':
      return of.action(step.action)?.sample.output
    case 'delay':
      return 'event' in step ? { outcome: 'arrived', event: of.payload } : { outcome: 'elapsed' }
    case 'call':
      return { outcome: 'ended' }
    case 'for-each': {
      const inside = stepsIn(step.steps).map(({ step: one }) => one)
      const results = inside.filter(({ type }) => type === 'action' || type === 'delay')
      const round = Object.fromEntries(results.map((one) => [one.id, outputOf(one, known, of)]))
      return {
        count: elementsOf(valueAt(known, step.items)).length,
        ...(results.length > 0 ? { results: [round] } : {}),
      }
    }
    default:
      return undefined
  }
}

/** The data known at a step. Without `stepId`, at the start, only the event is known. */
export const exampleAt = (of: ExampleOf, stepId: string | undefined): Knowledge => {
  const { document, payload, options, account, input } = of
  const known: Knowledge = { trigger: payload, steps: {}, options, account, input }
  if (stepId === undefined) return known
  const all = stepsIn(document.steps)
  const here = all.find(({ step }) => step.id === stepId)
  if (!here) return known
  const before = new Map(readableAt(document, stepId).map((placed) => [placed.step.id, placed]))
  for (const { step, pointer } of all) {
    const isAround = here.pointer.startsWith(`${pointer}/`)
    if (isAround && step.type === 'for-each') enter(step, known)
    if (isAround && here.pointer.startsWith(`${pointer}/onError/`)) known.steps[step.id] = ERROR
    else if (before.has(step.id) && !isAround) {
      const output = outputOf(step, known, of)
      if (output !== undefined) known.steps[step.id] = output
    }
  }
  return known
}

const enter = ({ items }: ForEachStep, known: Knowledge): void => {
  const elements = elementsOf(valueAt(known, items))
  known.item = elements[0] ?? {}
  known.loop = { index: 0, count: elements.length }
}
