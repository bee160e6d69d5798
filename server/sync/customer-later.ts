// Changes of customers that our API takes now and carries out later: events of the mailbox, in one line with what Rankr
// tells of the same customer.

import type { Accept } from '../relay/accept.ts'
import { API_EVENTS } from '../workflows/api-workflow.ts'
import type { ApiCall } from './api-actions.ts'
import type { CustomerWish } from './customer-record.ts'

type Deps = {
  accept: Accept['accept']
  deletion(locationId: string): Promise<{ deleteContacts: boolean }>
  now: () => Date
}

type Later = Pick<ApiCall, 'locationId' | 'run'>

export type CustomerLater = ReturnType<typeof createCustomerLater>

/** Each answers the id of the event. Throws `cannot_store_now`. */
export const createCustomerLater = ({ accept, deletion, now }: Deps) => {
  const store = async (
    { locationId, run }: Later,
    type: string,
    { id, ...rest }: CustomerWish & { id: string },
    more = {},
  ) => {
    const { eventId } = await accept({
      locationId,
      lane: 'live',
      source: 'api',
      type,
      recordKey: `customer:${id}`,
      // The same call made again is the same event.
      sourceEventId: `${run.id}:${id}`,
      hops: 0,
      payload: { type, timestamp: now().toISOString(), data: { id, ...rest }, ...more },
    })
    return eventId
  }
  return {
    upsert: (call: Later, wish: CustomerWish & { id: string }): Promise<string> => store(call, API_EVENTS.upsert, wish),

    async remove(call: Later, id: string): Promise<string> {
      const { deleteContacts } = await deletion(call.locationId)
      return await store(call, API_EVENTS.remove, { id }, { deleteContact: deleteContacts })
    },
  }
}
