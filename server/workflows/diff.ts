// The differences between two versions of a document, step by step, for people. Pure.

import type { Step, WorkflowDocument } from './document.ts'
import { type PlacedStep, stepsIn, withBranches } from './tree.ts'

/** One value that differs; `at` is a JSON pointer within the step (or the document). Missing values are undefined. */
export type FieldChange = { at: string; before: unknown; after: unknown }

export type DocumentChange =
  | { kind: 'document'; fields: FieldChange[] }
  | { kind: 'added'; step: Step; pointer: string }
  | { kind: 'removed'; step: Step; pointer: string }
  /** `isMoved`: the step is in another branch, or in another order within its own. `pointer` is its place in the later document. */
  | { kind: 'changed'; step: Step; pointer: string; isMoved: boolean; fields: FieldChange[] }

const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Whether two values of a document are equivalent; a missing member equals undefined. */
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

/** A step without its nested steps, which are compared one by one. */
export const bare = (step: Step): Step => withBranches(step, () => [])

const listOf = ({ parent = '', branch = '' }: PlacedStep): string => `${parent}/${branch}`

/** Positions of a longest increasing subsequence of `ranks`. */
const longestRising = (ranks: readonly number[]): Set<number> => {
  const lengths: number[] = []
  const before: (number | undefined)[] = []
  for (const [at, rank] of ranks.entries()) {
    lengths[at] = 1
    for (let earlier = 0; earlier < at; earlier++) {
      if (ranks[earlier]! < rank && lengths[earlier]! >= lengths[at]!) {
        lengths[at] = lengths[earlier]! + 1
        before[at] = earlier
      }
    }
  }
  const rising = new Set<number>()
  let at: number | undefined = lengths.length === 0 ? undefined : lengths.indexOf(Math.max(...lengths))
  for (; at !== undefined; at = before[at]) rising.add(at)
  return rising
}

/** Ids of steps that moved to another list, and the smallest set of steps that changed order within their list. */
const movedBetween = (earlier: ReadonlyMap<string, PlacedStep>, later: readonly PlacedStep[]): Set<string> => {
  const known = later.flatMap((placed) => {
    const was = earlier.get(placed.step.id)
    return was ? [{ id: placed.step.id, list: listOf(placed), was }] : []
  })
  const moved = new Set(known.filter(({ list, was }) => listOf(was) !== list).map(({ id }) => id))
  const stayed = Map.groupBy(
    known.filter(({ id }) => !moved.has(id)),
    ({ list }) => list,
  )
  for (const steps of stayed.values()) {
    const rising = longestRising(steps.map(({ was }) => was.index))
    for (const [at, { id }] of steps.entries()) if (!rising.has(at)) moved.add(id)
  }
  return moved
}

/** The differences; empty when the documents are equivalent. */
export const diffDocuments = (before: WorkflowDocument, after: WorkflowDocument): DocumentChange[] => {
  const { steps: stepsBefore, ...headBefore } = before
  const { steps: stepsAfter, ...headAfter } = after
  const [placedBefore, placedAfter] = [stepsIn(stepsBefore), stepsIn(stepsAfter)]
  const earlier = new Map(placedBefore.map((one) => [one.step.id, one]))
  const later = new Set(placedAfter.map(({ step }) => step.id))
  const moved = movedBetween(earlier, placedAfter)

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
    const isMoved = moved.has(step.id)
    if (fields.length > 0 || isMoved) changes.push({ kind: 'changed', step, pointer, isMoved, fields })
  }
  return changes
}
