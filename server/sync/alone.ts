// A lock on a record. Events of one record already wait for each other; calls of our API bypass that order.

import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { RecordHold, RecordHolds } from '../store/record-holds.ts'
import type { ActionCall, ActionResult, CallCrm } from './action.ts'
import { createHold, type Hold } from './hold.ts'
import { isCertain } from './once.ts'

const ASK_AGAIN_SECONDS = 2
const PAUSE_MS = 150
/** API callers get an answer within three seconds; events are retried on their schedule. */
const PAUSES = 20

type Work<Result> = {
  record: string
  /** Whether to retry a few times before giving up; default: as for an API call. */
  isPatient?: boolean
  /** Makes calls only while the lock is held. `isNew`: no earlier work on the record ended unresolved. */
  work: (call: ActionCall, hold: { isNew: boolean }) => Promise<Result>
  /** What happens to the lock after the work; released at once by default. */
  after?: (result: Result, hold: RecordHold) => Result
}

/** Released in the commit of the action's result, so that nobody starts on the record before that is visible. */
export const untilKept = (result: ActionResult, hold: RecordHold): ActionResult => ({
  ...result,
  keep: { ...result.keep, holds: [...(result.keep?.holds ?? []), hold] },
})

/** Checks before each call that the lock is still held. */
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

/**
 * Throws `record_busy` when somebody else holds the record, or took it while this process was stalled; and what the
 * work throws.
 */
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
      // A call without an answer may still be running: the lock is left to expire.
      if (isCertain(error)) await holds.giveBack(locationId, held)
      throw error
    }
  }
