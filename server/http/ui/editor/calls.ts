// Workflows that call each other, as the panel shows it: which can be called, and what is handed over.

import { handedIn, handedTo } from '../../../workflows/handed-over.ts'
import type { OwnWorkflow, WorkflowService } from '../../../workflows/workflow-service.ts'

type Deps = { workflowService: Pick<WorkflowService, 'list'> }

/** `wants`: the names under which it reads what is handed over. */
type Callable = { value: string; label: string; isOff: boolean; wants: string[] }

export const createCalls = ({ workflowService }: Deps) => ({
  async callableIn(locationId: string, self: string): Promise<Callable[]> {
    const all = await workflowService.list(locationId)
    return all
      .filter(({ id }) => id !== self)
      .map(({ id, name, isEnabled, draft }) => ({ value: id, label: name, isOff: !isEnabled, wants: handedIn(draft) }))
  },

  /** What others hand over when they call the workflow, and what it reads of that; nothing while nothing says that it is called. */
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
