// Control of the relay by people and other parts: pause and resume a location, replay or discard dead letters.

import { AppError } from '../errors.ts'
import type { Database, Tx } from '../store/db.ts'
import type { DeadLetter, DeadLetters } from '../store/dead-letters.ts'
import type { Mailboxes } from '../store/mailboxes.ts'
import { DRAIN_LIMITS } from './drain-limits.ts'

/** Called inside the transaction of the change, to record who made it. */
type Record = (tx: Tx, letter: DeadLetter) => Promise<void>

type Deps = {
  db: Pick<Database, 'transaction'>
  mailboxes: Pick<Mailboxes, 'pause' | 'resume' | 'wake'>
  deadLetters: Pick<DeadLetters, 'get' | 'reopen' | 'discard'>
  now: () => Date
  pauseProbeMs?: number
}

export type Relay = ReturnType<typeof createRelay>

/** Throws `not_found` and `conflict` where noted. */
export const createRelay = ({ db, mailboxes, deadLetters, now, pauseProbeMs = DRAIN_LIMITS.pauseProbeMs }: Deps) => {
  const openLetter = async (locationId: string, id: string): Promise<void> => {
    const letter = await deadLetters.get(locationId, id)
    if (!letter) throw new AppError('not_found')
    if (letter.status !== 'open') throw new AppError('conflict', { detail: 'This was settled in the meantime.' })
  }

  return {
    /** Pauses the location's events until `resume`; they are kept. Lifecycle events continue. */
    pause: (locationId: string, code: string): Promise<void> =>
      mailboxes.pause(locationId, { code, until: new Date(now().getTime() + pauseProbeMs) }),

    /** Resumes the location. Returns how many mailboxes were paused. */
    resume: (locationId: string): Promise<number> => mailboxes.resume(locationId),

    /**
     * Queues the event of a dead letter again; its run goes on from the step that failed, under the workflow as it is now.
     * Throws `not_found` and, when it is settled already, `conflict`.
     */
    async replay(locationId: string, deadLetterId: string, record: Record = async () => {}): Promise<DeadLetter> {
      await openLetter(locationId, deadLetterId)
      return await db.transaction(async (tx) => {
        const letter = await deadLetters.reopen(locationId, deadLetterId, { at: now(), on: tx })
        if (!letter)
          throw new AppError('not_found', { detail: 'The event is no longer kept, so it cannot be replayed.' })
        await mailboxes.wake(locationId, letter.lane, tx)
        await record(tx, letter)
        return letter
      })
    },

    /** Settles a dead letter without another try. Throws `not_found` and `conflict`. */
    async discard(
      locationId: string,
      deadLetterId: string,
      { reason, record = async () => {} }: { reason: string; record?: Record },
    ): Promise<DeadLetter> {
      await openLetter(locationId, deadLetterId)
      return await db.transaction(async (tx) => {
        const letter = await deadLetters.discard(locationId, deadLetterId, { reason, at: now(), on: tx })
        if (!letter) throw new AppError('conflict', { detail: 'This was settled in the meantime.' })
        await record(tx, letter)
        return letter
      })
    },
  }
}
