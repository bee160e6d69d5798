// Workflows that call each other, as the panel shows it: which can be called, and what is handed over.

import type { OwnWorkflow, WorkflowBook } from '../../../workflows/book.ts'
import { handedIn, handedTo } from '../../../workflows/handed-over.ts'

type Deps = { workflowBook: Pick<WorkflowBook, 'list'> }

/** `wants`: the names under which it reads what is handed over. */
type Callable = { value: string; label: string; isOff: boolean; wants: string[] }

export const createCalls = ({ workflowBook }: Deps) => ({
  async callableIn(locationId: string, self: string): Promise<Callable[]> {
    const all = await workflowBook.list(locationId)
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
    const drafts = (await workflowBook.list(locationId)).map((one) => one.draft)
    return { ...Object.fromEntries(read.map((name) => [name, null])), ...handedTo(id, drafts) }
  },
})
