// Processes a slice of a mailbox: events in parallel, but in order within a record. Only decides what runs when;
// settle.ts interprets the outcomes.

import type { StoredEvent } from '../store/events.ts'
import type { Holds, Tries } from '../store/parked.ts'
import type { Outcome } from './outcome.ts'
import type { Unfinished } from './unfinished.ts'

export type Work = {
  event: StoredEvent
  /** Tries so far; 0 for an event that comes straight from the log. */
  attempts: number
  isParked: boolean
  /** Somebody has worked on it before. */
  wasBegun: boolean
  /** Of a parked event: the workflows that are not through with it. */
  holds?: Holds
  /** Of a parked event: the tries of its workflows, where they were counted. */
  tries?: Tries | undefined
  /** Of a parked event: its own try is due. */
  isDue?: boolean
  /** Of a parked event: whoever was at work on it has not said how that ended. */
  wasLeft?: boolean
}

/**
 * `blocked`: an earlier event of its record keeps all of it waiting. `untouched`: the slice ended before its turn. `at-work`: it was
 * not waited for any longer; `late` says in the end what became of it.
 */
export type Done = { work: Work; outcome: Outcome | 'blocked' | 'untouched' | 'at-work'; late?: Promise<Outcome> }

type Options = {
  /** Parked events first, then events of the log by number. */
  works: Work[]
  /** What of their records is parked, in `works` or not; brought up to date on the way. */
  unfinished: Unfinished
  concurrency: number
  /** No event is begun after it has said so. */
  isOver: () => boolean
  /** `ahead`: workflows that must not begin it. */
  handle: (work: Work, ahead: ReadonlySet<string>) => Promise<Outcome>
  /** After so long the slice ends without events that are still at work, if there are so many or fewer. Never when left out. */
  leave?: { afterMs: number; atMost: number } | undefined
}

const ENDS_SLICE = new Set(['wait', 'person'])

/** Answers one result per work, in the same order. Rejects only when `handle` does, after all that was begun has ended. */
export const runSlice = async (options: Options): Promise<Done[]> => {
  const { works, unfinished, concurrency, isOver, handle, leave } = options
  const results = works.map((work): Done => ({ work, outcome: 'untouched' }))
  const busy = new Map<string, number[]>()
  let next = 0
  const atWork = new Map<number, Promise<Outcome>>()
  let hasEnded = false
  /** The results are handed over: nothing is begun or noted any more. */
  let isClosed = false
  let fault: { error: unknown } | undefined

  const keyOf = (index: number): string => works[index]!.event.recordKey

  const runOne = async (index: number, ahead: ReadonlySet<string>): Promise<void> => {
    const { event } = works[index]!
    const handled = handle(works[index]!, ahead)
    atWork.set(index, handled)
    let outcome: Outcome
    try {
      outcome = await handled
    } catch (error) {
      fault ??= { error }
      atWork.delete(index)
      throw error
    }
    if (isClosed) return
    atWork.delete(index)
    results[index]!.outcome = outcome
    if (outcome.kind === 'done' || outcome.kind === 'skipped' || outcome.kind === 'dead') unfinished.finish(event)
    else unfinished.put(event, outcome.unfinished ?? 'all')
    if (ENDS_SLICE.has(outcome.kind)) hasEnded = true
  }

  /** An event and those of its record that queued up meanwhile. */
  const runRecord = async (first: number): Promise<void> => {
    const queue: number[] = [first]
    busy.set(keyOf(first), queue)
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      if (isClosed) return
      const { event, holds = 'all' } = works[index]!
      const ahead = unfinished.aheadOf(event)
      if (ahead === 'all' || (holds !== 'all' && holds.every((workflow) => ahead.has(workflow)))) {
        results[index]!.outcome = 'blocked'
        unfinished.put(event, holds)
      } else if (!hasEnded && !isOver()) await runOne(index, ahead)
    }
    busy.delete(keyOf(first))
  }

  const work = async (): Promise<void> => {
    while (next < works.length && !hasEnded && !fault && !isClosed && !isOver()) {
      const index = next++
      const queue = busy.get(keyOf(index))
      if (queue) queue.push(index)
      else await runRecord(index)
    }
  }

  const guarded = (): Promise<void> =>
    // `fault` says it.
    work().catch(() => {})
  const all = Promise.all(Array.from({ length: Math.min(concurrency, works.length) }, guarded))
  if (leave) await Promise.race([all, fewLeft(atWork, leave, all)])
  else await all
  if (fault) {
    await all
    throw fault.error
  }
  isClosed = true
  for (const [index, late] of atWork) results[index] = { work: works[index]!, outcome: 'at-work', late }
  return results
}

/** Resolves after the time, when so few are at work; never later than `all` does. */
const fewLeft = async (
  atWork: ReadonlyMap<number, Promise<Outcome>>,
  { afterMs, atMost }: { afterMs: number; atMost: number },
  all: Promise<unknown>,
): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const time = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, afterMs)
    timer.unref()
  })
  await Promise.race([all, time])
  clearTimeout(timer)
  while (atWork.size > atMost) await Promise.race([all, ...atWork.values()]).catch(() => {})
}
