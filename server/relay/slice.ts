// One slice of a mailbox: works through its events side by side, but one after the other within a record. Decides only
// what runs when; what the outcomes mean for the mailbox is settled afterwards (settle.ts).

import type { StoredEvent } from '../store/events.ts'
import type { Outcome } from './outcome.ts'

export type Work = {
  event: StoredEvent
  /** Tries so far; 0 for an event that comes straight from the log. */
  attempts: number
  isParked: boolean
  /** Somebody has worked on it before. */
  wasBegun: boolean
}

/** `blocked`: an earlier event of its record is not finished. `untouched`: the slice ended before its turn. */
export type Done = { work: Work; outcome: Outcome | 'blocked' | 'untouched' }

type Options = {
  /** Parked events first, then events of the log by number. */
  works: Work[]
  /** Records of which something is parked, in `works` or not: their events of the log wait behind all of it. */
  held: ReadonlySet<string>
  concurrency: number
  /** No event is begun after it has said so. */
  isOver: () => boolean
  handle: (work: Work) => Promise<Outcome>
}

const ENDS_RECORD = new Set(['retry', 'wait', 'person', 'held'])
const ENDS_SLICE = new Set(['wait', 'person'])

/** Answers one result per work, in the same order. Rejects only when `handle` does, after all that was begun has ended. */
export const runSlice = async ({ works, held, concurrency, isOver, handle }: Options): Promise<Done[]> => {
  const results = works.map((work): Done => ({ work, outcome: 'untouched' }))
  const busy = new Map<string, number[]>()
  /** Records that met a failure in this slice. */
  const stuck = new Set<string>()
  let next = 0
  let hasEnded = false
  let fault: { error: unknown } | undefined

  const keyOf = (index: number): string => works[index]!.event.recordKey

  const runOne = async (index: number): Promise<void> => {
    const outcome = await handle(works[index]!)
    results[index]!.outcome = outcome
    if (ENDS_RECORD.has(outcome.kind)) stuck.add(keyOf(index))
    if (ENDS_SLICE.has(outcome.kind)) hasEnded = true
  }

  /** An event and those of its record that queued up meanwhile. */
  const runRecord = async (first: number): Promise<void> => {
    const queue: number[] = [first]
    busy.set(keyOf(first), queue)
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const isStuck = stuck.has(keyOf(index))
      if (works[index]!.isParked ? isStuck : isStuck || held.has(keyOf(index))) results[index]!.outcome = 'blocked'
      else if (!hasEnded && !isOver()) await runOne(index)
    }
    busy.delete(keyOf(first))
  }

  const work = async (): Promise<void> => {
    while (next < works.length && !hasEnded && !fault && !isOver()) {
      const index = next++
      const queue = busy.get(keyOf(index))
      if (queue) queue.push(index)
      else await runRecord(index)
    }
  }

  const guarded = (): Promise<void> =>
    work().catch((error) => {
      fault ??= { error }
    })
  await Promise.all(Array.from({ length: Math.min(concurrency, works.length) }, guarded))
  if (fault) throw fault.error
  return results
}
