// What many events ask of the database one by one, asked together: keys that come while a query is under way share the next
// one. After a pause all tenants of a busy process must be looked up anew, in the middle of the rush.

import { createInstalledCache } from '../http/installed-cache.ts'
import { createBatcher } from '../relay/batch.ts'
import type { Installations } from '../store/installations.ts'

const MAX_KEYS = 200

/** `all` answers one value per key, in their order; a key that it fails over does not harm the others. */
export const together = <Key, Value>(all: (keys: Key[]) => Promise<Value[]>): ((key: Key) => Promise<Value>) =>
  createBatcher<Key, Value>({ write: all, maxItems: MAX_KEYS, isItemsFault: () => true }).add

type Deps = { installations: Pick<Installations, 'statuses'>; now: () => Date }

export const wireInstalledCache = ({ installations, now }: Deps) =>
  createInstalledCache({ find: together(installations.statuses), now })
