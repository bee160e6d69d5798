// Whether the account has a place for orders, what to do otherwise, and how many orders wait for it. Loaded after the
// screen around it, because the account's CRM may be slow or silent.

import { asAppError } from '../../errors.ts'
import type { Session } from '../doors/session.ts'
import { view } from '../reply.ts'
import type { Route } from '../route.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

export type OrdersDeps = {
  orderPlace: {
    /** Checks, and creates what can be created. Throws when the account cannot be asked. */
    isReady(locationId: string): Promise<boolean>
    forget(locationId: string): void
    /** Queues what waits; returns how many. */
    move(locationId: string): Promise<number>
    waiting(locationId: string): Promise<number>
  }
}

/** Routes below `/settings/syncs/orders`. */
export const orderRoutes = (screen: Screen, { orderPlace }: OrdersDeps): Route[] => {
  const look = async (locationId: string) => {
    const [place, waiting] = await Promise.all([
      orderPlace.isReady(locationId).then(
        (isReady) => ({ state: isReady ? 'ready' : 'missing', code: undefined }),
        (error: unknown) => ({ state: 'failed', code: asAppError(error).code }),
      ),
      orderPlace.waiting(locationId),
    ])
    return { ...place, waiting }
  }

  const show = async (caller: Session, { isMoving = false } = {}) =>
    view('screens/orders', { ...screenData(caller), ...(await look(caller.locationId)), isMoving })

  return [
    screen({ path: '/settings/syncs/orders', handler: ({ caller }) => show(caller) }),

    screen({
      path: '/settings/syncs/orders/place',
      async handler({ caller }) {
        return view('screens/orders-place', { ...screenData(caller), place: await look(caller.locationId) })
      },
    }),

    defineChange({
      path: '/settings/syncs/orders/check',
      audit: { none: 'looks at the account; what it adds there is recorded by the CRM, what it moves by the orders' },
      async handler({ caller }) {
        orderPlace.forget(caller.locationId)
        const moved = await orderPlace.move(caller.locationId).catch(() => 0)
        return await show(caller, { isMoving: moved > 0 })
      },
    }),
  ]
}
