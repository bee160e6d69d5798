// Backfill events are ordinary events of the bulk lane with a flag. Their records are old, so actions message nobody.

import type { StoredEvent } from '../store/events.ts'

/** Whether the event comes from a backfill. */
export const isBackfillEvent = ({ lane, source, payload }: Pick<StoredEvent, 'lane' | 'source' | 'payload'>): boolean =>
  lane === 'bulk' && source === 'rankr' && payload.initialSync === true
