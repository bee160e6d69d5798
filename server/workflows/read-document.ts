// Parses documents from outside and from the store; faults name their place. Validated documents are cached: 200 steps
// take 20 ms.

import { AppError, type FieldFault } from '../errors.ts'
import { same } from './diff.ts'
import { excessOf, type Step, type WorkflowDocument, workflowDocument } from './document.ts'
import { branchesOf, stepsIn, withBranches } from './tree.ts'

const MOST_LETTERS = 500_000
const MOST_NESTING = 200

/** Nesting depth of brackets, found without parsing, to protect recursive parsers. */
const nestingOf = (json: string): number => {
  let [depth, most] = [0, 0]
  for (const letter of json) {
    if (letter === '{' || letter === '[') most = Math.max(most, ++depth)
    if (letter === '}' || letter === ']') depth--
  }
  return most
}

/** Parses a document from untrusted JSON text. Throws `workflow_invalid` with the location of each fault. */
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

/** Validates a document against its schema. Throws like `readDocument`. */
export const parseDocument = (given: unknown): WorkflowDocument => {
  const { data, error } = workflowDocument.safeParse(given)
  if (data) return data
  const errors: FieldFault[] = error.issues.map(({ path, message }) => ({
    pointer: path.length === 0 ? '' : `/${path.map(String).join('/')}`,
    detail: message,
  }))
  throw new AppError('workflow_invalid', { errors, cause: error })
}

/** The later document, reusing the step objects of the earlier one where they are equivalent. */
const withStepsOf = (earlier: WorkflowDocument, later: WorkflowDocument): WorkflowDocument => {
  const before = new Map(stepsIn(earlier.steps).map(({ step }) => [step.id, step]))
  const shared = (steps: readonly Step[]): Step[] =>
    steps.map((step) => {
      const was = before.get(step.id)
      return was && same(was, step) ? was : withBranches(step, (branch) => shared(branch.steps))
    })
  return { ...later, steps: shared(later.steps) }
}

/** How many documents of stored rows are cached. */
const MOST_KEPT = 40

/** Placeholder for a step that needs no validation. */
const CHECKED: Step = { id: 'checked', type: 'stop' }

export type DocumentReader = ReturnType<typeof createDocumentReader>

/** Reads documents and caches them by identity; one per process. */
export const createDocumentReader = () => {
  const known = new WeakSet<Step>()
  const kept = new Map<string, WorkflowDocument>()

  const remember = (document: WorkflowDocument): WorkflowDocument => {
    for (const { step } of stepsIn(document.steps)) known.add(step)
    return document
  }

  const keep = (key: string, document: WorkflowDocument): void => {
    kept.delete(key)
    kept.set(key, document)
    const [oldest] = kept.keys()
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  }

  const withoutKnown = (steps: readonly Step[]): Step[] =>
    steps.map((step) => (known.has(step) ? CHECKED : withBranches(step, (branch) => withoutKnown(branch.steps))))

  /** `read` has the form that `withoutKnown` gave to `steps`. */
  const withKnown = (steps: readonly Step[], read: readonly Step[]): Step[] =>
    steps.map((step, at) => {
      if (known.has(step)) return step
      const lists = new Map(branchesOf(step).map(({ branch, steps: below }) => [branch, below]))
      return withBranches(read[at]!, ({ branch, steps: below }) => withKnown(lists.get(branch) ?? [], below))
    })

  return {
    /**
     * The document of a row. `key` identifies a version; the cached document is still compared with `given`, because a
     * rolled-back transaction may have used the same key for another document. Unchanged steps are shared.
     */
    stored(key: string, given: unknown): WorkflowDocument {
      const before = kept.get(key)
      if (before && same(before, given)) {
        keep(key, before)
        return before
      }
      const read = parseDocument(given)
      const document = remember(before ? withStepsOf(before, read) : read)
      keep(key, document)
      return document
    },

    /** Validates a changed copy of a document that was read here; only changed steps are checked. Throws like `parseDocument`. */
    edited(document: WorkflowDocument): WorkflowDocument {
      const read = parseDocument({ ...document, steps: withoutKnown(document.steps) })
      const whole = { ...read, steps: withKnown(document.steps, read.steps) }
      const errors = excessOf(whole.steps).map((detail) => ({ pointer: '/steps', detail }))
      if (errors.length > 0) throw new AppError('workflow_invalid', { errors })
      return remember(whole)
    },

    /** Caches the document that will be requested under this key. */
    expect: keep,

    /** Says that the document requested under this key is similar to that of another key. */
    expectLike(key: string, other: string): void {
      const document = kept.get(other)
      if (document) keep(key, document)
    },
  }
}
