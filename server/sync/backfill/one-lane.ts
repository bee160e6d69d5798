// While an account's backfill runs, two events of one record may be in two mailboxes: what was read, and what happens live.
// Each waits for the other, so that older data never lands on newer, and nothing is made by both.

import { isBackfillEvent } from '../../relay/is-backfill-event.ts'
import type { HandleEvent } from '../../relay/outcome.ts'
import type { StoredEvent } from '../../store/events.ts'
import type { RecordHolds } from '../../store/record-holds.ts'
import { createHold } from '../hold.ts'

const ASK_AGAIN_SECONDS = 1

type Deps = {
  holds: Pick<RecordHolds, 'take' | 'renew' | 'giveBack'>
  hold?: ReturnType<typeof createHold>
  /** Whether a backfill of the location has events under way; from memory. */
  isSyncing: (locationId: string) => Promise<boolean>
}

export const createOneLane = ({ holds, hold = createHold({ holds }), isSyncing }: Deps) => {
  const isConcerned = async (event: StoredEvent): Promise<boolean> =>
    isBackfillEvent(event) || (event.source === 'rankr' && (await isSyncing(event.locationId)))

  return (handle: HandleEvent): HandleEvent =>
    async (event, context) => {
      if (!(await isConcerned(event))) return await handle(event, context)
      const { id: holder, locationId } = event
      // Until the run is committed: holds of actions end before.
      const record = `event:${event.recordKey}`
      const held = await hold(locationId, { record, holder })
      if (!held) {
        return { kind: 'retry', code: 'record_busy', retryAfterSeconds: ASK_AGAIN_SECONDS }
      }
      try {
        return await handle(event, { ...context, check: held.check })
      } finally {
        await holds.giveBack(locationId, await held.end())
      }
    }
}
