// API changes accepted now and carried out later: events in the mailbox, in order with Rankr's events of the same
// record.

import type { Accept } from '../relay/accept.ts'
import type { ApiCall } from './api-actions.ts'

type Deps = { accept: Accept['accept']; now: () => Date }

export type LaterChange = {
  /** `customer.upsert`: handled by workflows/api-workflow.ts. */
  type: string
  kind: 'customer' | 'invoice' | 'order'
  id: string
  data: Record<string, unknown>
  /** Members beside `data`. */
  more?: Record<string, unknown>
}

export type ApiLater = ReturnType<typeof createApiLater>

/** Returns the event's id. Throws `cannot_store_now`. */
export const createApiLater =
  ({ accept, now }: Deps) =>
  async ({ locationId, run }: Pick<ApiCall, 'locationId' | 'run'>, change: LaterChange): Promise<string> => {
    const { type, kind, id, data, more = {} } = change
    const { eventId } = await accept({
      locationId,
      lane: 'live',
      source: 'api',
      type,
      recordKey: `${kind}:${id}`,
      // A repeated call is the same event.
      sourceEventId: `${run.id}:${id}`,
      hops: 0,
      payload: { type, timestamp: now().toISOString(), data, ...more },
    })
    return eventId
  }
