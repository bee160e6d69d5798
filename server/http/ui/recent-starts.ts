// The latest events that could start a workflow, whatever the filters of its triggers say.

import { trigger } from '../../catalog/index.ts'
import type { Events, StoredEvent } from '../../store/events.ts'
import { addresseeOf } from '../../workflows/addressee.ts'
import type { WorkflowDocument } from '../../workflows/document.ts'

export type Startable = { id: string; triggers: WorkflowDocument['triggers'] }

export type RecentStarts = ReturnType<typeof createRecentStarts>

/** Newest first; `limit` for each trigger. Each event is there once, also when several triggers take it. */
export const createRecentStarts =
  (recentEvents: Events['recent']) =>
  async (locationId: string, { id, triggers }: Startable, limit: number): Promise<StoredEvent[]> => {
    const pages = await Promise.all(
      triggers.map(async (own) => {
        const entry = trigger(own.trigger)
        if (!entry) return []
        const { system: source, event } = entry
        return recentEvents(locationId, { source, types: [event], keyPart: addresseeOf(own, entry, id), limit })
      }),
    )
    const events = new Map(pages.flat().map((event) => [event.id, event]))
    return [...events.values()].sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())
  }
