// Documents from outside and from the store: their shape is checked, and what does not fit is named by its place. Pure.

import { AppError, type FieldFault } from '../errors.ts'
import { type WorkflowDocument, workflowDocument } from './document.ts'

const MOST_LETTERS = 500_000
const MOST_NESTING = 200

/** How deep brackets nest, without parsing: a parser that recurses must not be handed more than it bears. */
const nestingOf = (json: string): number => {
  let [depth, most] = [0, 0]
  for (const letter of json) {
    if (letter === '{' || letter === '[') most = Math.max(most, ++depth)
    if (letter === '}' || letter === ']') depth--
  }
  return most
}

/** A document from JSON text of any origin. Throws `workflow_invalid`, with the place of each fault. */
export const readDocument = (json: string): WorkflowDocument => {
  const refuse = (detail: string) => new AppError('workflow_invalid', { detail })
  if (json.length > MOST_LETTERS) throw refuse(`It has more than ${MOST_LETTERS} letters.`)
  if (nestingOf(json) > MOST_NESTING) throw refuse('It is nested too deeply.')
  let given: unknown
  try {
    given = JSON.parse(json)
  } catch (cause) {
    throw new AppError('workflow_invalid', { detail: 'It is not JSON.', cause })
  }
  return parseDocument(given)
}

/** The document, checked against its schema. Throws as `readDocument`. */
export const parseDocument = (given: unknown): WorkflowDocument => {
  const { data, error } = workflowDocument.safeParse(given)
  if (data) return data
  const errors: FieldFault[] = error.issues.map(({ path, message }) => ({
    pointer: path.length === 0 ? '' : `/${path.map(String).join('/')}`,
    detail: message,
  }))
  throw new AppError('workflow_invalid', { errors, cause: error })
}
