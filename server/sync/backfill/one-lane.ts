// During a backfill, two events of one record may be in two mailboxes: one that was read, one that happened live. They
// wait for each other, so that older data never overwrites newer, and nothing is created twice.

import { isBackfillEvent } from '../../relay/is-backfill-event.ts'
import type { HandleEvent } from '../../relay/outcome.ts'
import type { StoredEvent } from '../../store/events.ts'
import type { RecordHolds } from '../../store/record-holds.ts'
import { createHold } from '../hold.ts'

const ASK_AGAIN_SECONDS = 1

type Deps = {
  holds: Pick<RecordHolds, 'take' | 'renew' | 'giveBack'>
  hold?: ReturnType<typeof createHold>
  /** Whether a backfill of the location has events in progress; from memory. */
  isSyncing: (locationId: string) => Promise<boolean>
}

/** Wraps an event handler: during a backfill it holds the record of an event for the length of its run. */
export const createOneLane = ({ holds, hold = createHold({ holds }), isSyncing }: Deps) => {
  const isConcerned = async (event: StoredEvent): Promise<boolean> =>
    isBackfillEvent(event) || (event.source === 'rankr' && (await isSyncing(event.locationId)))

  return (handle: HandleEvent): HandleEvent =>
    async (event, context) => {
      if (!(await isConcerned(event))) return await handle(event, context)
      const { id: holder, locationId } = event
      // Until the run is committed: the actions' own locks end earlier.
      const record = `event:${event.recordKey}`
      const held = await hold(locationId, { record, holder })
      if (!held) {
        return { kind: 'retry', code: 'record_busy', retryAfterSeconds: ASK_AGAIN_SECONDS }
      }
      try {
        const check = async (): Promise<void> => {
          await context.check?.()
          await held.check()
        }
        return await handle(event, { ...context, check })
      } finally {
        await holds.giveBack(locationId, await held.end())
      }
    }
}
