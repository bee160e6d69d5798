// Works on a record while nobody else does. Events of one record wait for each other by themselves; a call of our API
// comes from beside them.

import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { RecordHold, RecordHolds } from '../store/record-holds.ts'
import type { ActionCall, ActionResult, CallCrm } from './action.ts'
import { createHold, type Hold } from './hold.ts'
import { isCertain } from './once.ts'

const ASK_AGAIN_SECONDS = 2
const PAUSE_MS = 150
/** Who waits for an answer gets one within three seconds; an event is tried again on the schedule. */
const PAUSES = 20

type Work<Result> = {
  record: string
  /** Asked again a few times before giving up; as somebody waits for the answer where it is left out. */
  isPatient?: boolean
  /**
   * Calls through what it is given are made only while the hold lasts. `isNew`: nobody has worked on the record without
   * saying how that ended.
   */
  work: (call: ActionCall, hold: { isNew: boolean }) => Promise<Result>
  /** What becomes of the hold after the work; given back at once where it is left out. */
  after?: (result: Result, hold: RecordHold) => Result
}

/** Given back in the commit of what the action has done: nobody begins with the record before that is known. */
export const untilKept = (result: ActionResult, hold: RecordHold): ActionResult => ({
  ...result,
  keep: { ...result.keep, holds: [...(result.keep?.holds ?? []), hold] },
})

/** Every call asks first whether the record is still held. */
const guardedBy = ({ check }: Hold, call: ActionCall): ActionCall => {
  const guarded =
    (send: CallCrm): CallCrm =>
    async (id, input) => {
      await check()
      return await send(id, input)
    }
  return { ...call, crm: guarded(call.crm), rankr: guarded(call.rankr), support: guarded(call.support) }
}

export type Alone = ReturnType<typeof createAlone>

/** Throws `record_busy` when somebody else works on the record, or has begun to while this process stood still; and what the work throws. */
export const createAlone =
  ({
    holds,
    hold = createHold({ holds }),
    wait = delay,
  }: {
    holds: Pick<RecordHolds, 'take' | 'renew' | 'giveBack'>
    hold?: ReturnType<typeof createHold>
    wait?: (ms: number) => Promise<unknown>
  }) =>
  async <Result>(
    call: ActionCall,
    { record, isPatient = call.context.isDemanded === true, work, after }: Work<Result>,
  ): Promise<Result> => {
    const { locationId } = call
    const take = () => hold(locationId, { record, holder: call.context.runId })
    let taken = await take()
    for (let pauses = isPatient ? PAUSES : 0; !taken && pauses > 0; pauses--) {
      await wait(PAUSE_MS)
      taken = await take()
    }
    if (!taken) {
      throw new AppError('record_busy', { retryAfterSeconds: ASK_AGAIN_SECONDS })
    }
    try {
      const result = await work(guardedBy(taken, call), { isNew: taken.isNew })
      const held = await taken.end()
      if (after) return after(result, held)
      await holds.giveBack(locationId, held)
      return result
    } catch (error) {
      const held = await taken.end()
      // A call whose answer was lost may still be at work: then the hold ends by itself.
      if (isCertain(error)) await holds.giveBack(locationId, held)
      throw error
    }
  }
