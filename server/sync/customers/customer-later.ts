// Customer changes accepted by our API now and carried out later.

import { API_EVENTS } from '../../workflows/api-workflow.ts'
import type { ApiCall } from '../api-actions.ts'
import type { ApiLater } from '../api-later.ts'
import { type CustomerWish, clearedBy } from './customer-record.ts'

type Deps = {
  later: ApiLater
  deletion(locationId: string): Promise<{ deleteContacts: boolean }>
}

type Later = Pick<ApiCall, 'locationId' | 'run'>

export type CustomerLater = ReturnType<typeof createCustomerLater>

/** Each returns the event's id. Throws `cannot_store_now`. */
export const createCustomerLater = ({ later, deletion }: Deps) => ({
  upsert(call: Later, { id, ...rest }: CustomerWish & { id: string }): Promise<string> {
    const clear = clearedBy(rest)
    const more = clear.length > 0 ? { more: { clear } } : {}
    return later(call, { type: API_EVENTS.upsert, kind: 'customer', id, data: { id, ...rest }, ...more })
  },

  async remove(call: Later, id: string): Promise<string> {
    const { deleteContacts: deleteContact } = await deletion(call.locationId)
    return await later(call, { type: API_EVENTS.remove, kind: 'customer', id, data: { id }, more: { deleteContact } })
  },
})
