// A workflow's steps as an indented list. Pure.

import type { Step } from '../../workflows/document.ts'
import { branchesOf } from '../../workflows/tree.ts'
import { titleOf } from './editor/step-words.ts'

/** `kind` is a key of `workflows.kinds`; `label` may be empty. */
type Line = { depth: number; kind: string; label: string }

/** Steps, and branches that contain any, with their depth. */
export const outlineOf = (steps: readonly Step[], depth = 0): Line[] =>
  steps.flatMap((step): Line[] => {
    const own: Line = { depth, kind: step.type, label: titleOf(step) ?? '' }
    const ways = branchesOf(step).filter(({ steps: inner }) => inner.length > 0)
    // A loop has one list, which needs no line of its own.
    if (step.type === 'for-each') return [own, ...ways.flatMap(({ steps: inner }) => outlineOf(inner, depth + 1))]
    const below = ways.flatMap(({ branch, label, steps: inner }) => [
      { depth: depth + 1, kind: label === undefined ? branch : 'branch', label: label ?? '' },
      ...outlineOf(inner, depth + 2),
    ])
    return [own, ...below]
  })
