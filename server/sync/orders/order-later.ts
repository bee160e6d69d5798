// Order changes carried out later: events in the mailbox with an action's input.

import type { ApiCall } from '../api-actions.ts'
import type { ApiLater } from '../api-later.ts'
import type { OrderService } from './order-service.ts'
import type { OrderWish } from './order-shown.ts'

type Deps = { later: ApiLater; inputs: OrderService['inputs'] }

export type OrderLater = ReturnType<typeof createOrderLater>

/** Each returns the event's id. Throws `cannot_store_now`, and what reading the order throws. */
export const createOrderLater = ({ later, inputs }: Deps) => {
  type Asked = { type: 'order.upsert' | 'order.change'; asked: object; input: object }
  const store = (call: ApiCall, id: string, { type, asked, input }: Asked) =>
    later(call, { type, kind: 'order', id, data: { order_id: id, ...asked }, more: { input } })

  return {
    async upsert(call: ApiCall, wish: OrderWish & { order_id: string }): Promise<string> {
      const { order_id: id, ...asked } = wish
      return await store(call, id, { type: 'order.upsert', asked, input: await inputs.upsert(call, wish) })
    },

    async change(call: ApiCall, id: string, asked: OrderWish): Promise<string> {
      return await store(call, id, { type: 'order.change', asked, input: await inputs.change(call, id, asked) })
    },

    async cancel(call: ApiCall, id: string): Promise<string> {
      const input = await inputs.cancel(call, id)
      return await store(call, id, { type: 'order.change', asked: { status: 'cancelled' }, input })
    },
  }
}
