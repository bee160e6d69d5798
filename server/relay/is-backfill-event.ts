// Events of a backfill are ordinary events of the bulk lane that say so. Whoever acts on them writes to nobody: what they
// tell is old.

import type { StoredEvent } from '../store/events.ts'

export const isBackfillEvent = ({ lane, source, payload }: Pick<StoredEvent, 'lane' | 'source' | 'payload'>): boolean =>
  lane === 'bulk' && source === 'rankr' && payload.initialSync === true
