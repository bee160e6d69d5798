// Parses documents from outside and from the store; faults name their place. Validated documents are cached: 200 steps
// take 20 ms.

import { AppError, type FieldFault } from '../errors.ts'
import { same } from './diff.ts'
import { excessOf, type Step, type WorkflowDocument, workflowDocument } from './document.ts'
import { branchesOf, stepsIn, withBranches } from './tree.ts'

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

/** The later document, with the steps of the earlier one, as objects, wherever they mean the same. */
const withStepsOf = (earlier: WorkflowDocument, later: WorkflowDocument): WorkflowDocument => {
  const before = new Map(stepsIn(earlier.steps).map(({ step }) => [step.id, step]))
  const shared = (steps: readonly Step[]): Step[] =>
    steps.map((step) => {
      const was = before.get(step.id)
      return was && same(was, step) ? was : withBranches(step, (branch) => shared(branch.steps))
    })
  return { ...later, steps: shared(later.steps) }
}

/** Documents of stored rows that are kept in memory. */
const MOST_KEPT = 40

/** Stands in for a step that needs no check. */
const CHECKED: Step = { id: 'checked', type: 'stop' }

export type DocumentReader = ReturnType<typeof createDocumentReader>

/** Reads documents of one process; remembers what it has read, by identity. */
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
     * A document of a row. `key` names what is thought to be the same each time; it is held against `given` all the same, for
     * a transaction that was undone may have given another one that name. Of one that differs the steps that do not are shared.
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

    /** A document that was read here and then changed: only its changed steps are checked. Throws as `parseDocument`. */
    edited(document: WorkflowDocument): WorkflowDocument {
      const read = parseDocument({ ...document, steps: withoutKnown(document.steps) })
      const whole = { ...read, steps: withKnown(document.steps, read.steps) }
      const errors = excessOf(whole.steps).map((detail) => ({ pointer: '/steps', detail }))
      if (errors.length > 0) throw new AppError('workflow_invalid', { errors })
      return remember(whole)
    },

    /** What will be asked for under this key. */
    expect: keep,

    /** What will be asked for under this key is much like what another one has. */
    expectLike(key: string, other: string): void {
      const document = kept.get(other)
      if (document) keep(key, document)
    },
  }
}
