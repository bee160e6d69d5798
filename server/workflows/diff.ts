// What differs between two versions of a document, step by step, for people. Pure.

import type { Step, WorkflowDocument } from './document.ts'
import { type PlacedStep, stepsIn, withBranches } from './tree.ts'

/** One value that differs; `at` is a JSON pointer from the step (or the document). Undefined where there is none. */
export type FieldChange = { at: string; before: unknown; after: unknown }

export type DocumentChange =
  | { kind: 'document'; fields: FieldChange[] }
  | { kind: 'added'; step: Step; pointer: string }
  | { kind: 'removed'; step: Step; pointer: string }
  /** `isMoved`: it stands behind another step or in another branch. `pointer` is its place in the later document. */
  | { kind: 'changed'; step: Step; pointer: string; isMoved: boolean; fields: FieldChange[] }

const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Whether two values of a document mean the same; what is not there is as good as undefined. */
export const same = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => same(item, b[at]))
  if (isPlain(a) && isPlain(b)) {
    const isSame = Object.keys(a).every((key) => same(a[key], b[key]))
    return isSame && Object.keys(b).every((key) => key in a || b[key] === undefined)
  }
  return a === b
}

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

const changesOf = (before: unknown, after: unknown, at = ''): FieldChange[] => {
  if (same(before, after)) return []
  if (!isPlain(before) || !isPlain(after)) return [{ at, before, after }]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => changesOf(before[key], after[key], `${at}/${escapePointer(key)}`))
}

/** A step by itself: what is below it is compared step by step. */
const bare = (step: Step): Step => withBranches(step, () => [])

/** Where a step stands among those that both documents have: behind whom, in which list. */
const placesOf = (placed: readonly PlacedStep[], common: ReadonlySet<string>): Map<string, string> => {
  const last = new Map<string, string>()
  const places = new Map<string, string>()
  for (const { step, parent = '', branch = '' } of placed) {
    if (!common.has(step.id)) continue
    const list = `${parent}/${branch}`
    places.set(step.id, `${list}/${last.get(list) ?? ''}`)
    last.set(list, step.id)
  }
  return places
}

/** An empty list when the documents mean the same. */
export const diffDocuments = (before: WorkflowDocument, after: WorkflowDocument): DocumentChange[] => {
  const { steps: stepsBefore, ...headBefore } = before
  const { steps: stepsAfter, ...headAfter } = after
  const [placedBefore, placedAfter] = [stepsIn(stepsBefore), stepsIn(stepsAfter)]
  const earlier = new Map(placedBefore.map((one) => [one.step.id, one]))
  const later = new Map(placedAfter.map((one) => [one.step.id, one]))
  const common = new Set([...earlier.keys()].filter((id) => later.has(id)))
  const [from, to] = [placesOf(placedBefore, common), placesOf(placedAfter, common)]

  const head = changesOf(headBefore, headAfter)
  const changes: DocumentChange[] = head.length > 0 ? [{ kind: 'document', fields: head }] : []
  for (const { step, pointer } of placedBefore)
    if (!later.has(step.id)) changes.push({ kind: 'removed', step, pointer })
  for (const { step, pointer } of placedAfter) {
    const was = earlier.get(step.id)
    if (!was) {
      changes.push({ kind: 'added', step, pointer })
      continue
    }
    const fields = was.step === step ? [] : changesOf(bare(was.step), bare(step))
    const isMoved = from.get(step.id) !== to.get(step.id)
    if (fields.length > 0 || isMoved) changes.push({ kind: 'changed', step, pointer, isMoved, fields })
  }
  return changes
}
