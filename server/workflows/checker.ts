// Validates a workflow against what its account may use; cached until either changes.

import type { Action, Trigger } from '../catalog/schema.ts'
import type { Workflows } from '../store/workflows.ts'
import { checkWorkflow, type Problem } from './check.ts'
import type { WorkflowDocument } from './document.ts'

export type CheckerDeps = {
  workflows: Pick<Workflows, 'enabledIds'>
  grantedScopes(locationId: string): Promise<readonly string[]>
  action(id: string): Action | undefined
  trigger(id: string): Trigger | undefined
}

/** Returns the problems of each of several versions of the workflow `id`. */
export const createChecker = ({ workflows, grantedScopes, action, trigger }: CheckerDeps) => {
  const checked = new WeakMap<WorkflowDocument, { of: string; problems: Problem[] }>()

  return async (locationId: string, id: string, documents: readonly WorkflowDocument[]): Promise<Problem[][]> => {
    const [granted, callable] = await Promise.all([grantedScopes(locationId), workflows.enabledIds(locationId)])
    const of = JSON.stringify([id, granted, callable])
    return documents.map((document) => {
      const known = checked.get(document)
      if (known?.of === of) return known.problems
      const problems = checkWorkflow(
        document,
        { action, trigger },
        { grantedScopes: granted, callable, workflowId: id },
      )
      checked.set(document, { of, problems })
      return problems
    })
  }
}
