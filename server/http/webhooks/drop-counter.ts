// Counts dropped events after the answer; counts collect while a write is in progress.

import type { Log } from '../../log.ts'

export type DropReason = 'other_app' | 'not_installed' | 'not_of_interest' | 'no_account'

export type Drop = { locationId: string; source: 'crm' | 'rankr'; type: string; reason: DropReason }

type CountedDrop = Drop & { day: string; count: number }

type Deps = { write: (drops: CountedDrop[]) => Promise<void>; now: () => Date; log: Log }

export type DropCounter = {
  count: (drop: Drop) => void
  /** Resolves when everything counted so far is written, or has failed to be. */
  close: () => Promise<void>
}

/** Batches counts into single writes. Call `close` before the process ends. */
export const createDropCounter = ({ write, now, log }: Deps): DropCounter => {
  let pending = new Map<string, CountedDrop>()
  let writing: Promise<void> | undefined

  const add = (drop: CountedDrop): void => {
    const { locationId, day, source, type, reason } = drop
    const key = JSON.stringify([locationId, day, source, type, reason])
    const found = pending.get(key)
    if (found) found.count += drop.count
    else pending.set(key, { ...drop })
  }

  const writePending = async (): Promise<void> => {
    while (pending.size > 0) {
      const batch = [...pending.values()]
      pending = new Map()
      try {
        await write(batch)
      } catch (error) {
        // Kept for the next write, started by the next drop: no retry loop while the database is down.
        for (const drop of batch) add(drop)
        log.warn({ err: error, kinds: batch.length }, 'dropped events could not be counted')
        return
      }
    }
  }

  const start = (): Promise<void> => {
    writing ??= writePending().finally(() => {
      writing = undefined
    })
    return writing
  }

  return {
    count(drop) {
      add({ ...drop, day: now().toISOString().slice(0, 10), count: 1 })
      void start()
    },
    close: async () => {
      await writing
      if (pending.size > 0) await start()
    },
  }
}
