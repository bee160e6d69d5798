// Batches look-ups needed by many events into one query. After a pause all tenants of a busy process must be looked up
// again at once.

import { createBatcher } from '../relay/batch.ts'
import { isDataFault } from '../store/failures.ts'

const MAX_KEYS = 200

/**
 * Looks up one key at a time; keys requested during a query share the next one. `askAll` returns one value per key, in order. A key
 * that the database rejects fails alone; when the database fails, all keys of the query fail.
 */
export const shareQueries = <Key, Value>(askAll: (keys: Key[]) => Promise<Value[]>): ((key: Key) => Promise<Value>) =>
  createBatcher<Key, Value>({ write: askAll, maxItems: MAX_KEYS, isItemsFault: isDataFault }).add
