// Batches look-ups needed by many events into one query. After a pause all tenants of a busy process must be looked up
// again at once.

import { createBatcher } from '../relay/batch.ts'
import { isDataFault } from '../store/failures.ts'

const MAX_KEYS = 200

/**
 * Asks for one key at a time; keys that come while a query is under way share the next one. `askAll` answers one value per key, in
 * their order. A key that the database does not take fails by itself; when the database fails, all of a query fail at once.
 */
export const shareQueries = <Key, Value>(askAll: (keys: Key[]) => Promise<Value[]>): ((key: Key) => Promise<Value>) =>
  createBatcher<Key, Value>({ write: askAll, maxItems: MAX_KEYS, isItemsFault: isDataFault }).add
