// Input of a called workflow: what it reads and what its callers pass. Pure.

import { pathsRead } from './check.ts'
import type { WorkflowDocument } from './document.ts'
import { stepsIn } from './tree.ts'

type Steps = Pick<WorkflowDocument, 'steps'>

/** The names that the workflow reads below `input`, in order of first use. */
export const handedIn = ({ steps }: Steps): string[] => {
  const paths = stepsIn(steps).flatMap(({ step }) => pathsRead(step))
  return [...new Set(paths.flatMap((path) => /^input\.([\w-]+)/.exec(path)?.[1] ?? []))]
}

/** The input that calling steps pass to the workflow: literals as they are, everything else as null. */
export const handedTo = (workflowId: string, callers: readonly Steps[]): Record<string, unknown> => {
  const calls = callers.flatMap(({ steps }) => stepsIn(steps)).map(({ step }) => step)
  const given = calls.flatMap((step) =>
    step.type === 'call' && step.workflow === workflowId ? Object.entries(step.input) : [],
  )
  return Object.fromEntries(given.map(([name, source]) => [name, 'value' in source ? source.value : null]))
}
