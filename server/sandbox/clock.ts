// A sandbox's clock: the machine's, moved ahead on request, so that what takes days can be seen in seconds. It never
// goes back, and survives a restart.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Calls `work` once after `delayMs` of this clock; the answer cancels it. */
type After = (delayMs: number, work: () => void) => () => void

export type MovableClock = {
  now: () => Date
  /** How far ahead of the machine's. */
  aheadMs: () => number
  /** Moves ahead; resolves when everything that became due by that was looked at. Throws RangeError beyond a year. */
  move(ms: number): Promise<void>
  /** Told after every move, one after the other in the order they were added. */
  onMoved(listener: () => void | Promise<void>): void
  after: After
}

type Options = {
  /** Without a file it is forgotten with the process. */
  file?: string | undefined
  onError: (error: unknown) => void
  /** The machine's clock. */
  real?: () => Date
}

const MOST_AHEAD_MS = 366 * 86_400_000
/** The longest that a timer of Node takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const readAhead = (file: string | undefined): number => {
  if (!file || !existsSync(file)) return 0
  const { aheadMs } = JSON.parse(readFileSync(file, 'utf8')) as { aheadMs?: unknown }
  return typeof aheadMs === 'number' && aheadMs > 0 && aheadMs <= MOST_AHEAD_MS ? aheadMs : 0
}

/** Throws when the file holds no JSON. */
export const createMovableClock = ({ file, onError, real = () => new Date() }: Options): MovableClock => {
  let ahead = readAhead(file)
  const listeners: (() => void | Promise<void>)[] = []
  /** Gives each timer its time anew. */
  const timers = new Set<() => void>()

  const now = (): Date => new Date(real().getTime() + ahead)

  // Written before anything happens at the new time: a process killed in between must not come back in the past.
  const keep = (): void => {
    if (!file) return
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify({ aheadMs: ahead }), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  return {
    now,
    aheadMs: () => ahead,
    async move(ms) {
      if (!(ms > 0) || ahead + ms > MOST_AHEAD_MS) throw new RangeError('The clock goes ahead, by a year at most.')
      ahead += ms
      keep()
      for (const again of [...timers]) again()
      for (const listener of listeners) {
        try {
          await listener()
        } catch (error) {
          onError(error)
        }
      }
    },
    onMoved(listener) {
      listeners.push(listener)
    },
    after(delayMs, work) {
      const dueAt = now().getTime() + delayMs
      let timer: NodeJS.Timeout | undefined
      const arm = (): void => {
        clearTimeout(timer)
        const left = dueAt - now().getTime()
        timer = setTimeout(left > LONGEST_TIMER_MS ? arm : fire, Math.min(Math.max(left, 0), LONGEST_TIMER_MS))
        timer.unref()
      }
      const fire = (): void => {
        timers.delete(arm)
        work()
      }
      timers.add(arm)
      arm()
      return () => {
        clearTimeout(timer)
        timers.delete(arm)
      }
    },
  }
}
