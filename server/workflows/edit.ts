// The editor's changes to a document: each returns a new document. Ids stay unique, so that step results can always be
// told apart; references inside a copied step follow the copy. Pure.

import { AppError } from '../errors.ts'
import { MOST_STEPS, MOST_STEPS_DEEP, type Step, type WorkflowDocument } from './document.ts'
import { branchesOf, stepsIn, withBranches } from './tree.ts'

/**
 * A place in the tree. `parent`: id of the step that contains the list, absent at the top; `branch`: name of its list
 * (`branchesOf`), the first when absent. An `index` beyond the end means the end.
 */
export type Place = { parent?: string | undefined; branch?: string | undefined; index: number }

const unknownStep = (): AppError => new AppError('not_found', { detail: 'This step is not there any more.' })

type ListPlace = { parent?: string; branch?: string }
type ChangeList = (list: Step[], where: ListPlace) => Step[]

/**
 * Applies `change` to every list of steps, nested lists first. Unchanged steps and lists stay the same objects, so that they need
 * not be checked or rendered again.
 */
const everyList = (steps: readonly Step[], change: ChangeList, where: ListPlace = {}): Step[] => {
  const below = steps.map((step) => {
    let isSame = true
    const changed = withBranches(step, ({ branch, steps: inner }) => {
      const list = everyList(inner, change, { parent: step.id, branch })
      isSame &&= list === inner
      return list
    })
    return isSame ? step : changed
  })
  const list = change(below, where)
  const isSame = list.length === steps.length && list.every((step, at) => step === steps[at])
  return isSame ? (steps as Step[]) : list
}

const find = (document: WorkflowDocument, id: string): Step => {
  const found = stepsIn(document.steps).find(({ step }) => step.id === id)
  if (!found) throw unknownStep()
  return found.step
}

/** The first of `contact`, `contact-2`, `contact-3` … that is not taken. */
const freeId = (wanted: string, taken: ReadonlySet<string>): string => {
  if (!taken.has(wanted)) return wanted
  const base = wanted.replace(/-\d+$/, '').slice(0, 54)
  let number = 2
  while (taken.has(`${base}-${number}`)) number++
  return `${base}-${number}`
}

/** Members whose keys are names chosen by others: a field called `value` is not a literal. */
const HOLD_NAMES = ['input', 'fields']

/** Rewrites every path and every text with paths; literal data is unchanged. */
const withPaths = <T>(value: T, rename: (path: string) => string, key = ''): T => {
  if (typeof value === 'string') {
    if (key === 'path' || key === 'items') return rename(value) as T
    return (key === 'template' ? value.replace(/\bsteps\.[\w-]+/g, rename) : value) as T
  }
  if (Array.isArray(value)) return value.map((item) => withPaths(item, rename, key === 'paths' ? 'path' : '')) as T
  if (value === null || typeof value !== 'object' || key === 'value' || key === 'fallback') return value
  const roleOf = (name: string): string => (HOLD_NAMES.includes(key) ? '' : name)
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withPaths(inner, rename, roleOf(name))]),
  ) as T
}

/** A copy of the step and its nested steps with unused ids; references among them follow the new ids. */
const withFreshIds = (step: Step, taken: ReadonlySet<string>): Step => {
  const used = new Set(taken)
  const renamed = new Map<string, string>()
  for (const { step: one } of stepsIn([step])) {
    const id = freeId(one.id, used)
    used.add(id)
    // If an id occurs twice in the inserted steps, references mean the first.
    if (!renamed.has(one.id)) renamed.set(one.id, id)
  }
  const seen = new Set(taken)
  const rename = (path: string): string =>
    path.replace(/^steps\.([\w-]+)/, (whole, id: string) => (renamed.has(id) ? `steps.${renamed.get(id)}` : whole))
  const renew = (one: Step): Step => {
    const id = freeId(one.id, seen)
    seen.add(id)
    return withBranches({ ...one, id }, ({ steps }) => steps.map(renew))
  }
  const fresh = renew(step)
  return [...renamed].every(([before, after]) => before === after) ? fresh : withPaths(fresh, rename)
}

const idsIn = (steps: readonly Step[]): Set<string> => new Set(stepsIn(steps).map(({ step }) => step.id))

const place = (steps: readonly Step[], step: Step, { parent, branch, index }: Place): Step[] => {
  const holder = parent === undefined ? undefined : stepsIn(steps).find(({ step: one }) => one.id === parent)?.step
  if (parent !== undefined && !holder) throw unknownStep()
  const lists = holder ? branchesOf(holder) : []
  const name = holder ? (branch ?? lists[0]?.branch) : undefined
  if (holder && !lists.some((list) => list.branch === name)) {
    throw new AppError('not_found', { detail: 'This branch is not there any more.' })
  }
  return everyList(steps, (list, where) =>
    where.parent === parent && where.branch === name ? list.toSpliced(Math.max(0, index), 0, step) : list,
  )
}

const without = (steps: readonly Step[], id: string): Step[] =>
  everyList(steps, (list) => list.filter((step) => step.id !== id))

/** Throws `conflict` when the document exceeds its limits. */
const bounded = (document: WorkflowDocument): WorkflowDocument => {
  const all = stepsIn(document.steps)
  if (all.length > MOST_STEPS || all.some(({ depth }) => depth > MOST_STEPS_DEEP)) {
    throw new AppError('conflict', {
      detail: `A workflow has at most ${MOST_STEPS} steps on ${MOST_STEPS_DEEP} levels.`,
    })
  }
  return document
}

/** Inserts a step, with new ids where its own are taken. Throws `not_found` when there is no such place. */
export const insertStep = (document: WorkflowDocument, step: Step, at: Place): WorkflowDocument =>
  bounded({ ...document, steps: place(document.steps, withFreshIds(step, idsIn(document.steps)), at) })

/**
 * Moves a step with its nested steps; the index does not count the step itself. Throws `not_found`, and `conflict` when the
 * place is inside the step.
 */
export const moveStep = (document: WorkflowDocument, id: string, at: Place): WorkflowDocument => {
  const step = find(document, id)
  if (at.parent !== undefined && idsIn([step]).has(at.parent)) {
    throw new AppError('conflict', { detail: 'A step cannot be moved into itself.' })
  }
  return bounded({ ...document, steps: place(without(document.steps, id), step, at) })
}

/** Removes a step with its nested steps. Steps that read its result are reported by `checkWorkflow`. Throws `not_found`. */
export const removeStep = (document: WorkflowDocument, id: string): WorkflowDocument => {
  find(document, id)
  return { ...document, steps: without(document.steps, id) }
}

/** Inserts a copy with new ids after the step. Throws `not_found`. */
export const duplicateStep = (document: WorkflowDocument, id: string): WorkflowDocument => {
  const copy = withFreshIds(find(document, id), idsIn(document.steps))
  return bounded({
    ...document,
    steps: everyList(document.steps, (list) => list.flatMap((step) => (step.id === id ? [step, copy] : [step]))),
  })
}

/**
 * Changes a step in place. It keeps its id, and ids of new nested steps are made unique. `change` may return a step of another
 * type. Throws `not_found`.
 */
export const changeStep = (document: WorkflowDocument, id: string, change: (step: Step) => Step): WorkflowDocument => {
  const before = find(document, id)
  const changed: Step = { ...change(before), id }
  const others = idsIn(without(document.steps, id))
  const after = withBranches(changed, ({ steps }) => {
    const list: Step[] = []
    for (const step of steps) {
      const own = withFreshIds(step, new Set([...others, id]))
      for (const used of idsIn([own])) others.add(used)
      list.push(own)
    }
    return list
  })
  return bounded({
    ...document,
    steps: everyList(document.steps, (list) => list.map((step) => (step.id === id ? after : step))),
  })
}

/** Renames a step's id and all references to it. Throws `not_found`, and `conflict` when the id is taken. */
export const renameStep = (document: WorkflowDocument, id: string, wanted: string): WorkflowDocument => {
  find(document, id)
  if (id === wanted) return document
  if (idsIn(document.steps).has(wanted)) {
    throw new AppError('conflict', { detail: `Another step is called "${wanted}" already.` })
  }
  const rename = (path: string): string =>
    path.replace(/^steps\.([\w-]+)/, (whole, read: string) => (read === id ? `steps.${wanted}` : whole))
  const steps = everyList(document.steps, (list) =>
    list.map((step) => (step.id === id ? { ...step, id: wanted } : step)),
  )
  return { ...document, steps: withPaths(steps, rename) }
}
