// Events still in progress when their slice must end, because the other side does not answer: the mailbox continues
// without them. Meanwhile they are parked under a lease, so that later events of their record wait and other processes
// take over after a crash; when they end, their outcome is stored here.

import type { Log } from '../log.ts'
import type { Database, Tx } from '../store/db.ts'
import { logLevelOf } from '../store/failures.ts'
import type { Mailboxes } from '../store/mailboxes.ts'
import type { Parked } from '../store/parked.ts'
import type { DeadLetterWrite, ProgressItem } from '../store/progress.ts'
import type { Lane } from '../store/schema.ts'
import type { Outcome } from './outcome.ts'
import { nextAttempt } from './schedule.ts'
import { AT_WORK_MS, letterOf, settle } from './settle.ts'
import type { Work } from './slice.ts'

type Deps = {
  db: Pick<Database, 'transaction'>
  parked: Pick<Parked, 'change' | 'extend'>
  mailboxes: Pick<Mailboxes, 'wake'>
  writeDeadLetters: (items: ProgressItem[]) => Promise<void>
  onPaused: (locationId: string, code: string) => Promise<void>
  /** Told of what has ended, as the drain tells it. */
  finished: (outcome: string) => void
  now: () => Date
  random: () => number
  log: Log
}

type Target = { locationId: string; lane: Lane }
/** `isFollowed`: what becomes of it is settled here. */
type Straggler = { target: Target; outcome: Promise<Outcome>; isFollowed: boolean }

export type Stragglers = ReturnType<typeof createStragglers>

/** Keeps track of events that outlive their slice. */
export const createStragglers = (deps: Deps) => {
  const { db, parked, mailboxes, writeDeadLetters, onPaused, finished, now, random, log } = deps
  const atWork = new Map<string, Straggler>()
  const settling = new Set<Promise<void>>()

  const finish = async ({ locationId, lane }: Target, work: Work, outcome: Outcome): Promise<void> => {
    const at = now()
    const { changes, deaths, rest } = settle({
      results: [{ work: { ...work, isParked: true }, outcome }],
      cursor: work.event.seq,
      tail: undefined,
      at,
      nextAttempt: (failed) => nextAttempt({ ...failed, random }),
      mayPause: true,
    })
    const deadLetters: DeadLetterWrite[] = deaths.map((death) => letterOf(death, at))
    if (deadLetters.length > 0) await writeDeadLetters([{ locationId, deadLetters }])
    await db.transaction(async (tx: Tx) => {
      await parked.change(locationId, lane, { changes, at, tx })
      // It sleeps until the lease ends, or is idle: what is due now, and when, is found by a look at it.
      await mailboxes.wake(locationId, lane, tx)
    })
    if (outcome.kind === 'done' || outcome.kind === 'skipped') finished(outcome.kind)
    if (deaths.length > 0 || (outcome.kind === 'dead' && outcome.isRecorded)) finished('dead')
    if (rest.kind === 'paused') await onPaused(locationId, rest.code)
  }

  const follow = async (target: Target, work: Work, outcome: Promise<Outcome>): Promise<void> => {
    const { id, seq } = work.event
    const { locationId, lane } = target
    const renewing = setInterval(() => {
      const until = new Date(now().getTime() + AT_WORK_MS)
      parked.extend(locationId, lane, { seq, until }).catch((err) => log.warn({ err, eventId: id }, 'no lease'))
    }, AT_WORK_MS / 3)
    // Does not keep the process alive.
    renewing.unref()
    try {
      await finish(target, work, await outcome)
    } catch (err) {
      // Its lease ends, and then it is tried again and found as far as it was.
      log[logLevelOf(err)]({ err, eventId: id, locationId }, 'what became of a late event could not be kept')
    } finally {
      clearInterval(renewing)
      atWork.delete(id)
    }
  }

  return {
    /** How many of the mailbox's events are still at work. */
    count({ locationId, lane }: Target): number {
      let count = 0
      for (const { target } of atWork.values()) if (target.locationId === locationId && target.lane === lane) count++
      return count
    },

    /** What becomes of an event that is still at work here: nobody begins it a second time. */
    outcomeOf: (eventId: string): Promise<Outcome> | undefined => atWork.get(eventId)?.outcome,

    /** To be called when its lease is committed. */
    leave(target: Target, work: Work, outcome: Promise<Outcome>): void {
      if (atWork.get(work.event.id)?.isFollowed) return
      atWork.set(work.event.id, { target, outcome, isFollowed: true })
      const followed = follow(target, work, outcome).finally(() => settling.delete(followed))
      settling.add(followed)
    },

    /** To be called when its slice could not be kept: it is still in the mailbox, and whoever comes to it waits for this one. */
    remember(target: Target, work: Work, outcome: Promise<Outcome>): void {
      const { id } = work.event
      if (atWork.has(id)) return
      const straggler = { target, outcome, isFollowed: false }
      atWork.set(id, straggler)
      const ended = outcome.then(() => {
        if (atWork.get(id) === straggler) atWork.delete(id)
        settling.delete(ended)
      })
      settling.add(ended)
    },

    /** Resolves when all have ended and are settled. */
    async settled(): Promise<void> {
      await Promise.all(settling)
    },
  }
}
