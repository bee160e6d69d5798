// Link look-ups, batched: those requested while a query is running share the next one.

import { createBatcher } from '../relay/batch.ts'
import type { Link, LinkKey, Links } from '../store/links.ts'

const MAX_KEYS = 200

export type FindLink = Links['find']

/** A batched look-up of links. */
export const createFindLink = (links: Pick<Links, 'findAll'>): FindLink => {
  const batcher = createBatcher<LinkKey, Link | undefined>({ write: links.findAll, maxItems: MAX_KEYS })
  return (locationId, kind, rankrId) => batcher.add({ locationId, kind, rankrId })
}
