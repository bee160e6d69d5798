// Holds in memory on a clock that a test moves, and the timers that renew them.

import { createHold } from '../../server/sync/hold.ts'

type Wish = { record: string; holder: string; seconds: number }

export const createMemoryHolds = () => {
  const rows = new Map<string, { holder: string; until: number }>()
  const timers = new Set<{ ms: number; dueAt: number; work: () => void }>()
  let at = 0
  let takings = 0

  const holds = {
    async take(location: string, { record, holder, seconds }: Wish) {
      const key = `${location} ${record}`
      const row = rows.get(key)
      if (row && row.holder !== holder && row.until >= at) return undefined
      // Two takings never end at one moment.
      const until = at + seconds * 1000 + ++takings / 1000
      rows.set(key, { holder, until })
      return { isNew: row === undefined, until: String(until) }
    },
    async renew(location: string, { record, holder, until, seconds }: Wish & { until: string }) {
      const row = rows.get(`${location} ${record}`)
      if (row?.holder !== holder || String(row.until) !== until) return undefined
      row.until = at + seconds * 1000 + ++takings / 1000
      return String(row.until)
    },
    async giveBack(location: string, { record, holder, until }: Omit<Wish, 'seconds'> & { until: string }) {
      const row = rows.get(`${location} ${record}`)
      if (row?.holder === holder && String(row.until) === until) rows.delete(`${location} ${record}`)
    },
  }

  const every = (ms: number, work: () => void) => {
    const timer = { ms, dueAt: at + ms, work }
    timers.add(timer)
    return () => void timers.delete(timer)
  }

  return {
    holds,
    hold: createHold({ holds, elapsedMs: () => at, every }),
    holderOf: (location: string, record: string) => rows.get(`${location} ${record}`)?.holder,
    size: () => rows.size,
    timers: () => timers.size,
    /** The process is at work meanwhile: its timers fire. */
    async pass(seconds: number) {
      for (const end = at + seconds * 1000; at < end; at += 1000) {
        for (const timer of timers) {
          if (timer.dueAt > at) continue
          timer.dueAt += timer.ms
          timer.work()
        }
        await new Promise(setImmediate)
      }
    },
    /** The process stands still meanwhile. */
    standStill(seconds: number) {
      at += seconds * 1000
    },
  }
}
