// What many events ask of the database one by one, asked together: keys that come while a query is under way share the next
// one. After a pause all tenants of a busy process must be looked up anew, in the middle of the rush.

import { createInstalledCache } from '../http/installed-cache.ts'
import { createBatcher } from '../relay/batch.ts'
import type { Connections } from '../store/connections.ts'
import { isDataFault } from '../store/failures.ts'
import type { Installations } from '../store/installations.ts'

const MAX_KEYS = 200

/**
 * `all` answers one value per key, in their order. A key that the database does not take fails by itself; when the database fails,
 * all fail at once.
 */
export const together = <Key, Value>(all: (keys: Key[]) => Promise<Value[]>): ((key: Key) => Promise<Value>) =>
  createBatcher<Key, Value>({ write: all, maxItems: MAX_KEYS, isItemsFault: isDataFault }).add

export const wireFindConnection = ({ findForWebhooks }: Pick<Connections, 'findForWebhooks'>) => {
  const find = together(findForWebhooks)
  return async (connectionId: string) => (await find(connectionId))?.()
}

type Deps = { installations: Pick<Installations, 'statuses'>; now: () => Date }

export const wireInstalledCache = ({ installations, now }: Deps) =>
  createInstalledCache({ find: together(installations.statuses), now })
