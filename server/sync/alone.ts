// Works on a record while nobody else does. Events of one record wait for each other by themselves; a call of our API
// comes from beside them.

import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { RecordHold, RecordHolds } from '../store/record-holds.ts'
import type { ActionResult } from './action.ts'
import { isCertain } from './once.ts'

/** Longer than any action takes: its few calls end within the time-out of the client. */
const HOLD_SECONDS = 120
const ASK_AGAIN_SECONDS = 2
const PAUSE_MS = 150
/** Who waits for an answer gets one within three seconds; an event is tried again on the schedule. */
const PAUSES = 20

type Work<Result> = {
  locationId: string
  record: string
  holder: string
  /** Somebody waits for the answer: asked again a few times before giving up. */
  isPatient: boolean
  /** `isNew`: nobody has worked on the record without saying how that ended. */
  work: (hold: { isNew: boolean }) => Promise<Result>
  /** What becomes of the hold after the work; given back at once where it is left out. */
  after?: (result: Result, hold: RecordHold) => Result
}

/** Given back in the commit of what the action has done: nobody begins with the record before that is known. */
export const untilKept = (result: ActionResult, hold: RecordHold): ActionResult => ({
  ...result,
  keep: { ...result.keep, holds: [...(result.keep?.holds ?? []), hold] },
})

export type Alone = ReturnType<typeof createAlone>

/** Throws `record_busy` when somebody else works on the record, and what the work throws. */
export const createAlone =
  ({
    holds,
    wait = delay,
  }: {
    holds: Pick<RecordHolds, 'take' | 'giveBack'>
    wait?: (ms: number) => Promise<unknown>
  }) =>
  async <Result>({ locationId, record, holder, isPatient, work, after }: Work<Result>): Promise<Result> => {
    const take = () => holds.take(locationId, { record, holder, seconds: HOLD_SECONDS })
    let taken = await take()
    for (let pauses = isPatient ? PAUSES : 0; !taken && pauses > 0; pauses--) {
      await wait(PAUSE_MS)
      taken = await take()
    }
    if (!taken) {
      throw new AppError('record_busy', { retryAfterSeconds: ASK_AGAIN_SECONDS })
    }
    try {
      const result = await work({ isNew: taken === 'new' })
      if (after) return after(result, { record, holder })
      await holds.giveBack(locationId, { record, holder })
      return result
    } catch (error) {
      // A call whose answer was lost may still be at work: then the hold ends by itself.
      if (isCertain(error)) await holds.giveBack(locationId, { record, holder })
      throw error
    }
  }
