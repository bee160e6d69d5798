// The tags of a location. The platform keeps tags in lower case and adds unknown ones to the list by itself.

import { newCrmId } from './crm-ids.ts'
import type { State } from './state.ts'

/** The tag list of a location; adds unknown tags. */
export const createTagList = ({ state }: { state: State }) => ({
  /** Trimmed, in lower case, each once. */
  normal: (names: readonly string[]): string[] => [
    ...new Set(names.map((name) => name.trim().toLowerCase()).filter(Boolean)),
  ],
  /** Adds those that the location does not have yet. */
  learn(locationId: string, names: readonly string[]): void {
    for (const name of names) {
      if (!state.tags.first('name', `${locationId} ${name}`)) state.tags.put({ id: newCrmId(), locationId, name })
    }
  },
})

export type TagList = ReturnType<typeof createTagList>
