// Moves orders that were kept as notes once the account has a place for them: one event each, so that they are
// processed in order with their order's events and retried like any other.

import type { NewEvent } from '../../relay/accept.ts'
import type { Links } from '../../store/links.ts'
import type { OrderHome } from './order-object.ts'

type Deps = {
  links: Pick<Links, 'pending' | 'tenantsWithPending'>
  home(locationId: string): Promise<OrderHome | undefined>
  accept(event: NewEvent): Promise<unknown>
  now: () => Date
}

const AT_ONCE = 500
const HOUR_MS = 3_600_000

/** Moves waiting orders of one location, or of all. */
export const createMoveOrders = ({ links, home, accept, now }: Deps) => {
  /** Queues up to 500 waiting orders; returns how many. None while the account has no place for them. */
  const move = async (locationId: string): Promise<number> => {
    if (!(await home(locationId))) return 0
    const waiting = await links.pending(locationId, 'order', AT_ONCE)
    const at = now()
    for (const { rankrId } of waiting) {
      await accept({
        locationId,
        lane: 'bulk',
        source: 'api',
        type: 'order.move',
        recordKey: `order:${rankrId}`,
        // At most once an hour, however often it is requested.
        sourceEventId: `moved:${rankrId}:${Math.floor(at.getTime() / HOUR_MS)}`,
        hops: 0,
        payload: {
          type: 'order.move',
          timestamp: at.toISOString(),
          data: { order_id: rankrId },
          input: { rankrId },
        },
      })
    }
    return waiting.length
  }

  return {
    move,
    /** For the worker: all accounts with waiting orders. */
    async moveAll(): Promise<void> {
      for (const locationId of await links.tenantsWithPending('order')) await move(locationId)
    },
  }
}
