// Drain: claims a mailbox, processes one slice of it, and releases it. The event handler is passed in; settle.ts
// decides what happens to failed events, closing.ts stores it.

import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/db.ts'
import type { Events } from '../store/events.ts'
import { hasBrokenOff, isDatabaseAway, logLevelOf } from '../store/failures.ts'
import type { AcquiredMailbox, Mailboxes } from '../store/mailboxes.ts'
import type { Parked } from '../store/parked.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { Lane, MailboxState } from '../store/schema.ts'
import type { Suspects } from '../store/suspects.ts'
import { type Claim, createClosing } from './closing.ts'
import { DRAIN_LIMITS, type DrainLimits } from './drain-limits.ts'
import { type HandleEvent, type Outcome, outcomeOf } from './outcome.ts'
import { createReading } from './reading.ts'
import { nextAttempt } from './schedule.ts'
import { type Settlement, settle } from './settle.ts'
import { type Done, runSlice, type Work } from './slice.ts'
import { createStragglers } from './stragglers.ts'
import { createSuspectDesk, restMsAfter, troubleAfter } from './suspects.ts'
import { triesNow } from './tries.ts'

/** `isFirst`: it has not just had a turn. */
export type DrainTarget = { locationId: string; lane: Lane; isFirst?: boolean }

/** Named moments at which a test may stop the process. */
type Fault = (point: string) => void | Promise<void>

export type DrainDeps = {
  /** The node this process is now; it becomes another one after losing its session. */
  nodeId: () => string
  /** Others may have taken over its mailboxes: it begins nothing, and makes no further call for what it has begun. */
  isLost?: () => boolean
  db: Pick<Database, 'transaction'>
  mailboxes: Pick<Mailboxes, 'acquire' | 'release' | 'wake'>
  events: Pick<Events, 'after' | 'get'>
  parked: Pick<Parked, 'due' | 'holds' | 'isFull' | 'change' | 'extend'>
  suspects: Suspects
  writeDeadLetters: (items: ProgressItem[]) => Promise<void>
  handlers: { lifecycle: HandleEvent; work: HandleEvent }
  /** Told when a mailbox has to wait for a person, so that the location's other one stops too. */
  onPaused: (locationId: string, code: string) => Promise<void>
  /** Told when a mailbox that rests goes on by itself. */
  onRest?: (until: Date) => void
  metrics?: { finished(outcome: string): void; throttled(): void }
  now: () => Date
  random: () => number
  log: Log
  limits?: Partial<DrainLimits>
  fault?: Fault
}

export type Drain = ReturnType<typeof createDrain>

type Claimed = Claim<DrainTarget>

/** As the database says it that has been told to stop: no try of the event, and no fault of it. */
const lostSession = (): AppError =>
  new AppError('cannot_store_now', {
    cause: Object.assign(new Error('this node has lost its session'), { code: '57P01' }),
  })

const keyOf = ({ locationId, lane }: DrainTarget): string => `${lane} ${locationId}`

/** Drains mailboxes of this process; see `drain`. */
export const createDrain = (deps: DrainDeps) => {
  const { nodeId, isLost = () => false, mailboxes, handlers, now, random, log, metrics, fault = () => {} } = deps
  const limits: DrainLimits = { ...DRAIN_LIMITS, ...deps.limits }
  // Token of the drain at work, by mailbox. The next one may come before this one has left its function.
  const active = new Map<string, string>()
  const stragglers = createStragglers({ ...deps, finished: (outcome) => metrics?.finished(outcome) })
  const claims = new Map<string, Promise<unknown>>()
  // Mailboxes whose last drain failed since the database had no room or took no writes, say: none of their events is to blame.
  const excused = new Set<string>()
  const reading = createReading({ ...deps, limits })
  const closing = createClosing({ ...deps, limits })
  const desk = createSuspectDesk(deps)

  /** One claim of a mailbox at a time, so that `active` is known to be right. */
  const claim = async ({ locationId, lane }: DrainTarget, token: string): Promise<AcquiredMailbox | undefined> => {
    const key = keyOf({ locationId, lane })
    while (claims.has(key)) await claims.get(key)
    const acquired = mailboxes.acquire(locationId, lane, {
      token,
      nodeId: nodeId(),
      at: now(),
      isOwnFree: !active.has(key),
      isExcused: excused.has(key),
    })
    claims.set(
      key,
      acquired.catch(() => {}),
    )
    try {
      const box = await acquired
      excused.delete(key)
      if (box) active.set(key, token)
      return box
    } finally {
      claims.delete(key)
    }
  }

  const check = async (): Promise<void> => {
    if (isLost()) throw lostSession()
  }

  const isLastTry = (attempt: number): boolean => 'giveUp' in nextAttempt({ attempt, random })

  const handle = async ({ event, attempts, tries, wasBegun }: Work, ahead: ReadonlySet<string>): Promise<Outcome> => {
    const flight = stragglers.outcomeOf(event.id)
    if (flight) return await flight
    const attempt = attempts + 1
    if (event.hops > limits.maxHops) return { kind: 'dead', code: 'loop_stopped' }
    try {
      return await handlers[event.lane === 'lifecycle' ? 'lifecycle' : 'work'](event, {
        attempt,
        isLast: isLastTry(attempt),
        tries: tries && triesNow(tries, { at: now(), isLast: isLastTry }),
        isFresh: !wasBegun,
        ahead,
        check,
      })
    } catch (error) {
      // Handlers return expected outcomes, so this is our own fault; the event is retried like any other.
      log[logLevelOf(error)](
        { err: error, eventId: event.id, locationId: event.locationId, attempt },
        'an event failed unexpectedly',
      )
      return outcomeOf(error)
    }
  }

  const count = (outcomes: (Outcome | string)[], { deaths }: Settlement): void => {
    for (const outcome of outcomes) {
      if (typeof outcome === 'string') continue
      if (outcome.kind === 'done' || outcome.kind === 'skipped') metrics?.finished(outcome.kind)
      if (outcome.kind === 'dead' && outcome.isRecorded) metrics?.finished('dead')
    }
    for (const _death of deaths) metrics?.finished('dead')
  }

  type Kept = Claimed & { results: Done[]; tail: number | undefined; isFull: boolean }

  const keep = async ({ results, tail, isFull, ...claimed }: Kept): Promise<MailboxState | undefined> => {
    const { target, box } = claimed
    await fault('drain.worked')
    const settlement = settle({
      results,
      cursor: box.cursor,
      tail,
      at: now(),
      nextAttempt: (failed) => nextAttempt({ ...failed, random }),
      mayPause: target.lane !== 'lifecycle',
    })
    const state = await closing.close(claimed, { settlement, trouble: troubleAfter(box, results), isFull })
    await fault('drain.closed')
    for (const { work, late } of results) if (late) stragglers.leave(target, work, late)
    count(
      results.map(({ outcome }) => outcome),
      settlement,
    )
    if (state === 'throttled') metrics?.throttled()
    if (settlement.rest.kind === 'paused') await deps.onPaused(target.locationId, settlement.rest.code)
    return state
  }

  /** Paused live events (no budget) are not checked all the time. */
  const yieldMsTo = (until: Date): number =>
    Math.max(limits.yieldMs, Math.min(until.getTime() - now().getTime(), limits.longestYieldMs))

  /** A slice of one event, which is waited for however long it takes. Undefined when there is none. */
  const drainAlone = async (claimed: Claimed): Promise<{ state: MailboxState | undefined } | undefined> => {
    const lone = await desk.take(claimed.target, claimed)
    if (!lone) return undefined
    const { work, unfinished, end } = lone
    const results = end
      ? [{ work, outcome: end }]
      : await runSlice({ works: [work], unfinished, concurrency: 1, isOver: () => false, handle })
    return { state: await keep({ ...claimed, results, tail: undefined, isFull: false }) }
  }

  /** One slice. Returns the mailbox's new state. */
  const drainOnce = async (claimed: Claimed, signal?: AbortSignal): Promise<MailboxState | undefined> => {
    const { target, box } = claimed
    await fault('drain.acquired')
    if (box.behindLiveUntil) return await closing.giveWay(claimed, yieldMsTo(box.behindLiveUntil))
    const restMs = box.isTakenOver ? restMsAfter(box, random) : undefined
    if (restMs !== undefined) return await closing.giveWay(claimed, restMs)
    const alone = box.alone > 0 ? await drainAlone(claimed) : undefined
    if (alone) return alone.state
    const { works, unfinished, ...read } = await reading.read(target, box)
    const wasLeft = works.some((work) => work.wasLeft && !stragglers.outcomeOf(work.event.id))
    const left = wasLeft ? await drainAlone(claimed) : undefined
    if (left) return left.state
    const deadline = now().getTime() + (target.isFirst ? limits.firstSliceMs : limits.sliceMs)
    const atOnce = target.isFirst ? Math.min(limits.firstConcurrency, limits.concurrency) : limits.concurrency
    const late = stragglers.count(target)
    // What is late still counts, and an installation's own events are never left.
    const most = Math.floor(limits.concurrency / 2)
    const results = await runSlice({
      works,
      unfinished,
      concurrency: Math.max(1, atOnce - late),
      leave: target.lane === 'lifecycle' ? undefined : { afterMs: limits.patienceMs, atMost: Math.max(0, most - late) },
      isOver: () => signal?.aborted === true || now().getTime() >= deadline,
      handle,
    })
    reading.learn(target, results)
    try {
      return await keep({ ...claimed, ...read, results })
    } catch (error) {
      for (const { work, late } of results) if (late) stragglers.remember(target, work, late)
      throw error
    }
  }

  return {
    /**
     * Works one slice of a mailbox and lets it go, queued again when more waits. Does nothing when another drain has it.
     * `signal` ends the slice early: what is under way is finished. Throws when the database fails; the claim is then
     * found and taken over by the next try.
     */
    async drain(target: DrainTarget, { signal }: { signal?: AbortSignal } = {}): Promise<MailboxState | undefined> {
      await check()
      const token = newId()
      const box = await claim(target, token)
      if (!box) return undefined
      try {
        return await drainOnce({ target, token, box }, signal)
      } catch (error) {
        if (isDatabaseAway(error) && !hasBrokenOff(error)) excused.add(keyOf(target))
        throw error
      } finally {
        const key = keyOf(target)
        if (active.get(key) === token) active.delete(key)
      }
    },

    /** Resolves when what continued after its slice has ended, too. */
    settled: stragglers.settled,
  }
}
