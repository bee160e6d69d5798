// Called workflows for the editor's panel: which workflows can be called, and what input they get.

import { handedIn, handedTo } from '../../../workflows/handed-over.ts'
import type { OwnWorkflow, WorkflowService } from '../../../workflows/workflow-service.ts'

type Deps = { workflowService: Pick<WorkflowService, 'list'> }

/** `wants`: the input names that the workflow reads. */
type Callable = { value: string; label: string; isOff: boolean; wants: string[] }

/** Look-ups of called workflows for the panel. */
export const createCalls = ({ workflowService }: Deps) => ({
  /** The account's other workflows (`self` is left out), each with the input names that it reads. */
  async callableIn(locationId: string, self: string): Promise<Callable[]> {
    const all = await workflowService.list(locationId)
    return all
      .filter(({ id }) => id !== self)
      .map(({ id, name, isEnabled, draft }) => ({ value: id, label: name, isOff: !isEnabled, wants: handedIn(draft) }))
  },

  /** The input that callers pass to the workflow, with null for names that it reads and nobody passes. Empty when nothing indicates that it is called. */
  async handedOver(
    locationId: string,
    { id, draft }: Pick<OwnWorkflow, 'id' | 'draft'>,
  ): Promise<Record<string, unknown>> {
    const read = handedIn(draft)
    if (draft.triggers.length > 0 && read.length === 0) return {}
    const drafts = (await workflowService.list(locationId)).map((one) => one.draft)
    return { ...Object.fromEntries(read.map((name) => [name, null])), ...handedTo(id, drafts) }
  },
})
