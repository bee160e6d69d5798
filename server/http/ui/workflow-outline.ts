// The steps of a workflow as a list to read, each with how deep it stands. Pure.

import { action } from '../../catalog/index.ts'
import type { Step } from '../../workflows/document.ts'

type Line = { depth: number; id: string; kind: string; label: string }

/** Steps with how deep they stand; branches by their labels. */
export const outlineOf = (steps: readonly Step[], depth = 0): Line[] =>
  steps.flatMap((step): Line[] => {
    const label = step.title ?? (step.type === 'action' ? (action(step.action)?.label ?? step.action) : '')
    const own: Line = { depth, id: step.id, kind: step.type, label }
    const ways: { id: string; label: string; steps: readonly Step[] }[] =
      step.type === 'condition'
        ? [...step.branches, { id: `${step.id}-otherwise`, label: '', steps: step.otherwise }]
        : step.type === 'switch'
          ? [...step.cases, { id: `${step.id}-otherwise`, label: '', steps: step.otherwise }]
          : []
    const below = ways
      .filter(({ steps: inner }) => inner.length > 0)
      .flatMap((way) => [
        { depth: depth + 1, id: way.id, kind: way.label === '' ? 'otherwise' : 'branch', label: way.label },
        ...outlineOf(way.steps, depth + 2),
      ])
    const looped = step.type === 'for-each' ? outlineOf(step.steps, depth + 1) : []
    return [own, ...below, ...looped]
  })
