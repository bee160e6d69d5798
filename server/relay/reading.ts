// Selects what a slice processes: due parked events, then the next ones of the log, and which of their records are
// unfinished.

import type { Events } from '../store/events.ts'
import type { AcquiredMailbox } from '../store/mailboxes.ts'
import type { Parked } from '../store/parked.ts'
import type { Lane } from '../store/schema.ts'
import type { DrainLimits } from './drain-limits.ts'
import type { Done, Work } from './slice.ts'
import { createUnfinished, type Unfinished } from './unfinished.ts'

type Deps = {
  events: Pick<Events, 'after'>
  parked: Pick<Parked, 'due' | 'holds' | 'isFull'>
  limits: Pick<DrainLimits, 'sliceEvents' | 'maxParked'>
  now: () => Date
}

/** `isFirst`: it has not just had a turn. */
type Target = { locationId: string; lane: Lane; isFirst?: boolean }

export type Reading = {
  /** Parked events first, then events of the log by number. */
  works: Work[]
  unfinished: Unfinished
  /** Set when the log was read to its end. */
  tail: number | undefined
  /** So many are parked that the log was left alone. */
  isFull: boolean
}

/** So many times as many may be parked when most of them only wait for a permission. */
const HELD_SHARE = 20
const LEAST_READ = 24
/** What a first slice comes through. */
const FIRST_READ = 12
/** Slices differ. */
const READ_AHEAD = 1.5

/** Reads the events of a slice; `learn` adapts its size. */
export const createReading = ({ events, parked, limits, now }: Deps) => {
  // How much recent slices got through: reading more would only read it again next time.
  let usual: number = limits.sliceEvents

  return {
    async read({ locationId, lane, isFirst }: Target, box: AcquiredMailbox): Promise<Reading> {
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
    },

    /** Call with how far a slice got. */
    learn({ isFirst }: Target, results: Done[]): void {
      const begun = results.filter(({ outcome }) => outcome !== 'untouched').length
      if (begun === results.length) usual = Math.max(usual, begun)
      else if (!isFirst) usual = usual * 0.8 + begun * 0.2
    },
  }
}
