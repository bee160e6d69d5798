// Ends a slice: stores its results in one transaction with the cursor, and releases the mailbox or schedules its pause.

import { AppError } from '../errors.ts'
import type { Database, Tx } from '../store/db.ts'
import type { AcquiredMailbox, Mailboxes, Rest, Trouble } from '../store/mailboxes.ts'
import type { Parked } from '../store/parked.ts'
import { dayOf } from '../store/partitions.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { Lane, MailboxState } from '../store/schema.ts'
import type { DrainLimits } from './drain-limits.ts'
import { letterOf, type Settlement } from './settle.ts'
import { restMsAfter } from './suspects.ts'

type Deps = {
  db: Pick<Database, 'transaction'>
  mailboxes: Pick<Mailboxes, 'release'>
  parked: Pick<Parked, 'change'>
  writeDeadLetters: (items: ProgressItem[]) => Promise<void>
  /** Told when a mailbox that rests goes on by itself. */
  onRest?: (until: Date) => void
  now: () => Date
  random: () => number
  limits: Pick<DrainLimits, 'pauseProbeMs'>
}

/** A mailbox that a drain has; `token` is its fence. */
export type Claim<Target = { locationId: string; lane: Lane }> = { target: Target; token: string; box: AcquiredMailbox }

/** `isFull`: so much is parked that the log was left alone. */
type Slice = { settlement: Settlement; trouble: Trouble; isFull: boolean }

const DAY_MS = 86_400_000

/** Releases mailboxes after a slice. `close` throws `conflict` when another drain took over. */
export const createClosing = (deps: Deps) => {
  const { db, mailboxes, parked, writeDeadLetters, onRest = () => {}, now, random, limits } = deps

  const restOf = (rest: Settlement['rest'], { trouble, at }: { trouble: Trouble; at: Date }): Rest => {
    if (rest.kind === 'throttled') {
      const afterMs = Math.max(rest.afterMs, restMsAfter(trouble, random) ?? 0)
      return { kind: 'throttled', until: new Date(at.getTime() + afterMs) }
    }
    if (rest.kind === 'paused') return { ...rest, until: new Date(at.getTime() + limits.pauseProbeMs) }
    return rest
  }

  return {
    /** After a slice. Returns the mailbox's new state. Throws `conflict` when another drain took over. */
    async close({ target, token, box }: Claim, slice: Slice): Promise<MailboxState | undefined> {
      const { locationId, lane } = target
      const { settlement, trouble, isFull } = slice
      const { changes, deaths, last } = settlement
      const at = now()
      if (deaths.length > 0) {
        // Before the event leaves the mailbox: a dead letter written twice is the same one; one not written would be
        // lost.
        await writeDeadLetters([{ locationId, deadLetters: deaths.map((death) => letterOf(death, at)) }])
      }
      const release = {
        token,
        cursor: settlement.cursor,
        // Around midnight events of both days are committed side by side, hence a day of slack.
        cursorOn: last && dayOf(new Date(Date.parse(last.event.receivedOn) - DAY_MS)),
        waitingSince: last?.event.receivedAt,
        rest: restOf(settlement.rest, { trouble, at }),
        trouble,
        at,
      }
      const hasChanges = changes.put.length + changes.finished.length > 0
      if (!box.hasParked && !hasChanges) {
        const state = await mailboxes.release(locationId, lane, release)
        if (release.rest.kind === 'throttled') onRest(release.rest.until)
        return state
      }
      const closed = await db.transaction(async (tx: Tx) => {
        const retryAt = await parked.change(locationId, lane, { changes, at, tx })
        const isWaiting = isFull && release.rest.kind === 'open' && retryAt !== undefined && retryAt > at
        const rest: Rest = isWaiting ? { kind: 'throttled', until: retryAt } : release.rest
        const state = await mailboxes.release(locationId, lane, { ...release, rest, retryAt }, tx)
        // Fenced out: what this slice has done is done again by whoever has the mailbox now, and finds it done.
        if (!state) throw new AppError('conflict', { detail: 'Another drain has taken over the mailbox.' })
        const until = rest.kind === 'throttled' ? rest.until : state === 'sleeping' ? retryAt : undefined
        return { state, until }
      })
      if (closed.until) onRest(closed.until)
      return closed.state
    },

    /** Nothing was read: only the pause changes. */
    async giveWay({ target, token, box }: Claim, afterMs: number): Promise<MailboxState | undefined> {
      const at = now()
      const rest = { kind: 'throttled' as const, until: new Date(at.getTime() + afterMs) }
      onRest(rest.until)
      const { cursor, troubles, alone } = box
      const unmoved = { cursor, cursorOn: undefined, waitingSince: undefined, trouble: { troubles, alone } }
      return await mailboxes.release(target.locationId, target.lane, { token, ...unmoved, rest, at })
    },
  }
}
