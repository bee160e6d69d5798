// Orders that were kept as notes go on as soon as the account has a place for them: one event each, so that they take their
// turn among the events of their order, and are tried again like any other.

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

export const createMoveOrders = ({ links, home, accept, now }: Deps) => {
  /** Hands in what waits, at most 500 orders; answers how many. None while the account has no place for them. */
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
        // Once an hour at most, however often somebody asks.
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
    /** For the worker: all accounts with orders that wait. */
    async moveAll(): Promise<void> {
      for (const locationId of await links.tenantsWithPending('order')) await move(locationId)
    },
  }
}
