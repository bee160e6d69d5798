// Drain: claims a mailbox, works through one slice of it, and lets it go. Whoever handles events is a dependency; what
// happens to events that fail is decided by settle.ts and kept in one transaction with the cursor.

import { AppError } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Log } from '../log.ts'
import type { Database, Tx } from '../store/db.ts'
import type { Events } from '../store/events.ts'
import type { AcquiredMailbox, Mailboxes, Rest } from '../store/mailboxes.ts'
import type { Parked } from '../store/parked.ts'
import { dayOf } from '../store/partitions.ts'
import type { ProgressItem } from '../store/progress.ts'
import type { Lane, MailboxState } from '../store/schema.ts'
import { DRAIN_LIMITS, type DrainLimits } from './drain-limits.ts'
import { type HandleEvent, type Outcome, outcomeOf } from './outcome.ts'
import { nextAttempt } from './schedule.ts'
import { letterOf, type Settlement, settle } from './settle.ts'
import { type Done, runSlice, type Work } from './slice.ts'
import { createStragglers } from './stragglers.ts'
import { triesNow } from './tries.ts'
import { createUnfinished } from './unfinished.ts'

/** `isFirst`: it has not just had a turn. */
export type DrainTarget = { locationId: string; lane: Lane; isFirst?: boolean }

/** Named moments at which a test may stop the process. */
type Fault = (point: string) => void | Promise<void>

export type DrainDeps = {
  /** The node this process is now; it becomes another one after losing its session. */
  nodeId: () => string
  db: Pick<Database, 'transaction'>
  mailboxes: Pick<Mailboxes, 'acquire' | 'release' | 'wake'>
  events: Pick<Events, 'after'>
  parked: Pick<Parked, 'due' | 'holds' | 'isFull' | 'change' | 'extend'>
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

const DAY_MS = 86_400_000
/** So many times as many may be parked when most of them only wait for a permission. */
const HELD_SHARE = 20
const LEAST_READ = 24
/** What a first slice comes through. */
const FIRST_READ = 12
/** Slices differ. */
const READ_AHEAD = 1.5

const keyOf = ({ locationId, lane }: DrainTarget): string => `${lane} ${locationId}`

export const createDrain = (deps: DrainDeps) => {
  const { nodeId, db, mailboxes, events, parked, handlers, now, random, log, metrics, fault = () => {} } = deps
  const { onRest = () => {} } = deps
  const limits: DrainLimits = { ...DRAIN_LIMITS, ...deps.limits }
  // Token of the drain at work, by mailbox. The next one may come before this one has left its function.
  const active = new Map<string, string>()
  const stragglers = createStragglers({ ...deps, finished: (outcome) => metrics?.finished(outcome) })
  const claims = new Map<string, Promise<unknown>>()
  // What a slice has come through lately: to read more would be to read it again with the next slice.
  let usual: number = limits.sliceEvents

  /** One claim of a mailbox at a time, so that `active` is known to be right. */
  const claim = async ({ locationId, lane }: DrainTarget, token: string): Promise<AcquiredMailbox | undefined> => {
    const key = keyOf({ locationId, lane })
    while (claims.has(key)) await claims.get(key)
    const acquired = mailboxes.acquire(locationId, lane, {
      token,
      nodeId: nodeId(),
      at: now(),
      isOwnFree: !active.has(key),
    })
    claims.set(
      key,
      acquired.catch(() => {}),
    )
    try {
      const box = await acquired
      if (box) active.set(key, token)
      return box
    } finally {
      claims.delete(key)
    }
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
      })
    } catch (error) {
      // Handlers return what they expect to happen, so this is a fault of ours; the event is tried again like any other.
      log.error(
        { err: error, eventId: event.id, locationId: event.locationId, attempt },
        'an event failed unexpectedly',
      )
      return outcomeOf(error)
    }
  }

  const read = async ({ locationId, lane, isFirst }: DrainTarget, box: AcquiredMailbox) => {
    const at = now()
    const dueWork = box.hasParked ? await parked.due(locationId, lane, { at, limit: limits.sliceEvents }) : []
    const bounds = { most: limits.maxParked, inAll: limits.maxParked * HELD_SHARE }
    const isFull = box.hasParked && (await parked.isFull(locationId, lane, bounds))
    const likely = isFirst ? FIRST_READ : Math.max(LEAST_READ, Math.ceil(usual * READ_AHEAD))
    const most = Math.min(limits.sliceEvents, likely)
    const limit = isFull ? 0 : Math.max(0, most - dueWork.length)
    const { cursor, cursorOn, uncertainUntil } = box
    const log = limit > 0 ? await events.after(locationId, lane, { cursor, cursorOn, limit }) : undefined
    const fresh = log?.events ?? []
    const records = new Set([...dueWork.map(({ event }) => event), ...fresh].map(({ recordKey }) => recordKey))
    const holds = box.hasParked ? await parked.holds(locationId, lane, [...records]) : []
    return {
      works: [
        ...dueWork.map(({ event, wasBegun, ...rest }): Work => {
          return { event, ...rest, isParked: true, wasBegun: wasBegun || event.seq <= uncertainUntil }
        }),
        ...fresh.map((event): Work => {
          return { event, attempts: 0, isParked: false, wasBegun: event.seq <= uncertainUntil }
        }),
      ],
      unfinished: createUnfinished(holds),
      tail: log && fresh.length < limit ? log.tail : undefined,
      isFull,
    }
  }

  const restOf = (rest: Settlement['rest'], at: Date): Rest => {
    if (rest.kind === 'throttled') return { kind: 'throttled', until: new Date(at.getTime() + rest.afterMs) }
    if (rest.kind === 'paused') return { ...rest, until: new Date(at.getTime() + limits.pauseProbeMs) }
    return rest
  }

  type Closing = { target: DrainTarget; token: string; box: AcquiredMailbox; settlement: Settlement; isFull: boolean }

  const close = async ({ target, token, box, settlement, isFull }: Closing): Promise<MailboxState | undefined> => {
    const { locationId, lane } = target
    const { changes, deaths, last } = settlement
    const at = now()
    if (deaths.length > 0) {
      // Before the event leaves the mailbox: written twice it is the same letter, not written it would be lost.
      await deps.writeDeadLetters([{ locationId, deadLetters: deaths.map((death) => letterOf(death, at)) }])
    }
    const release = {
      token,
      cursor: settlement.cursor,
      // Around midnight events of both days are committed side by side, hence a day of slack.
      cursorOn: last && dayOf(new Date(Date.parse(last.event.receivedOn) - DAY_MS)),
      waitingSince: last?.event.receivedAt,
      rest: restOf(settlement.rest, at),
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
  }

  const count = (outcomes: (Outcome | string)[], { deaths }: Settlement): void => {
    for (const outcome of outcomes) {
      if (typeof outcome === 'string') continue
      if (outcome.kind === 'done' || outcome.kind === 'skipped') metrics?.finished(outcome.kind)
      if (outcome.kind === 'dead' && outcome.isRecorded) metrics?.finished('dead')
    }
    for (const _death of deaths) metrics?.finished('dead')
  }

  /** Nothing was read: the mailbox is as it was, but for its rest. */
  const giveWay = async (
    { locationId, lane }: DrainTarget,
    { token, box: { cursor } }: { token: string; box: AcquiredMailbox },
  ): Promise<MailboxState | undefined> => {
    const at = now()
    const rest = { kind: 'throttled' as const, until: new Date(at.getTime() + limits.yieldMs) }
    onRest(rest.until)
    return await mailboxes.release(locationId, lane, {
      token,
      cursor,
      cursorOn: undefined,
      waitingSince: undefined,
      rest,
      at,
    })
  }

  type Kept = Omit<Closing, 'settlement'> & { results: Done[]; tail: number | undefined }

  const keep = async ({ results, tail, ...closing }: Kept): Promise<MailboxState | undefined> => {
    const { target, box } = closing
    await fault('drain.worked')
    const settlement = settle({
      results,
      cursor: box.cursor,
      tail,
      at: now(),
      nextAttempt: (failed) => nextAttempt({ ...failed, random }),
      mayPause: target.lane !== 'lifecycle',
    })
    const state = await close({ ...closing, settlement })
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

  /** One slice. Answers the state the mailbox was left in. */
  const drainOnce = async (
    { target, token, box }: { target: DrainTarget; token: string; box: AcquiredMailbox },
    signal?: AbortSignal,
  ): Promise<MailboxState | undefined> => {
    await fault('drain.acquired')
    if (box.isBehindLive) return await giveWay(target, { token, box })
    const { works, unfinished, tail, isFull } = await read(target, box)
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
    const begun = results.filter(({ outcome }) => outcome !== 'untouched').length
    if (begun === works.length) usual = Math.max(usual, begun)
    else if (!target.isFirst) usual = usual * 0.8 + begun * 0.2
    try {
      return await keep({ target, token, box, results, tail, isFull })
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
      const token = newId()
      const box = await claim(target, token)
      if (!box) return undefined
      try {
        return await drainOnce({ target, token, box }, signal)
      } finally {
        const key = keyOf(target)
        if (active.get(key) === token) active.delete(key)
      }
    },

    /** Resolves when what went on after its slice has ended, too. */
    settled: stragglers.settled,
  }
}
