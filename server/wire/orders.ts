// Wires our own order actions over the stores and the CRM, an account's place for orders, and orders waiting for it.

import { createBriefCache } from '../brief-cache.ts'
import type { Execute } from '../highlevel/execute.ts'
import type { OrdersDeps } from '../http/ui/orders.ts'
import type { Accept } from '../relay/accept.ts'
import type { WorkerTask } from '../relay/worker.ts'
import { createBackfillHeld } from '../store/backfill-held.ts'
import type { Database } from '../store/db.ts'
import type { Installations } from '../store/installations.ts'
import type { Links } from '../store/links.ts'
import { createRecordHolds } from '../store/record-holds.ts'
import type { OwnAction } from '../sync/action.ts'
import { createFindHeld } from '../sync/backfill/survey.ts'
import type { InWords } from '../sync/note-once.ts'
import type { Once } from '../sync/once.ts'
import { createMoveOrders } from '../sync/orders/move-orders.ts'
import { createPrepareOrders, type OrderHome } from '../sync/orders/order-object.ts'
import { createOrderActions } from '../sync/orders/orders.ts'

type Deps = {
  db: Database
  execute: Execute['execute']
  installations: Pick<Installations, 'find'>
  links: Links
  once: Once
  accept: Accept['accept']
  inWords: InWords
  now: () => Date
}

const HOME_LIFE_MS = 600_000
const NO_HOME_LIFE_MS = 60_000

type Orders = {
  home(locationId: string): Promise<OrderHome | undefined>
  own: Record<string, OwnAction>
  tasks: WorkerTask[]
  settings: OrdersDeps
}

/** `own`: actions by id; `tasks` are for the worker; `settings` for the screen. */
export const wireOrders = ({ db, execute, installations, links, once, accept, inWords, now }: Deps): Orders => {
  const prepare = createPrepareOrders({
    // A cached look-up: an API caller or a user may be waiting for the same one.
    call: async (locationId, actionId, input) =>
      (await execute({ locationId, actionId, input, priority: 'interactive' })).output,
    async hasCompany(locationId) {
      const { companyId } = (await installations.find(locationId)) ?? {}
      return companyId ? (await installations.find(companyId))?.status === 'active' : false
    },
    inWords,
  })
  const home = createBriefCache<OrderHome | undefined>({
    load: prepare,
    lifeMs: (found) => (found ? HOME_LIFE_MS : NO_HOME_LIFE_MS),
    now,
  })
  const mover = createMoveOrders({ links, home: home.get, accept, now })
  const own = createOrderActions({
    links,
    once,
    holds: createRecordHolds({ db }),
    home: home.get,
    forgetHome: home.forget,
    inWords,
    findHeld: createFindHeld({ held: createBackfillHeld({ db }), now }),
    now,
  })
  return {
    home: home.get,
    own,
    tasks: [{ name: 'move_orders', cron: '*/10 * * * *', handler: mover.moveAll }],
    settings: {
      orderPlace: {
        isReady: async (locationId) => (await home.get(locationId)) !== undefined,
        forget: home.forget,
        move: mover.move,
        waiting: (locationId) => links.countPending(locationId, 'order'),
      },
    },
  }
}
