// A lock on a record for as long as the work takes. Detects its loss: a stalled process (suspended, starved) may
// continue after somebody else has locked the record.

import { AppError } from '../errors.ts'
import type { RecordHold, RecordHolds } from '../store/record-holds.ts'

/** After this time the lock of a dead process expires. */
const HOLD_SECONDS = 120
/** Shorter than it takes others to take over from a stalled process (the lease in settle.ts). */
const SURE_MS = 20_000
const ASK_AGAIN_SECONDS = 2

export type Hold = {
  /** No earlier work on the record ended unresolved. */
  isNew: boolean
  /** Await before each call to another system. Throws `record_busy` when the lock was lost. */
  check(): Promise<void>
  /** The work is over: stops renewing; the lock expires unless it is released. */
  end(): Promise<RecordHold>
}

type Deps = {
  holds: Pick<RecordHolds, 'take' | 'renew'>
  /** Monotonic, and keeps counting while the process is stalled. */
  elapsedMs?: () => number
  /** Returns the function that stops it. */
  every?: (ms: number, work: () => void) => () => void
}

const everyInterval = (ms: number, work: () => void) => {
  const timer = setInterval(work, ms)
  // Does not keep the process alive.
  timer.unref()
  return () => clearInterval(timer)
}

/** @returns undefined when somebody else holds the record. */
export const createHold =
  ({ holds, elapsedMs = () => performance.now(), every = everyInterval }: Deps) =>
  async (locationId: string, { record, holder }: Omit<RecordHold, 'until'>): Promise<Hold | undefined> => {
    let sureSince = elapsedMs()
    const taken = await holds.take(locationId, { record, holder, seconds: HOLD_SECONDS })
    if (!taken) return undefined
    let until: string | undefined = taken.until
    let lastUntil = taken.until
    let renewing: Promise<void> | undefined

    const renewOnce = async (): Promise<void> => {
      if (until === undefined) return
      const askedAt = elapsedMs()
      until = await holds.renew(locationId, { record, holder, until, seconds: HOLD_SECONDS })
      if (until === undefined) return
      lastUntil = until
      sureSince = askedAt
    }
    // One at a time: each depends on the answer to the previous one.
    const renew = (): Promise<void> => {
      renewing ??= renewOnce().finally(() => {
        renewing = undefined
      })
      return renewing
    }
    // A failed renewal proves nothing: the next check asks again.
    const stop = every(SURE_MS, () => void renew().catch(() => {}))

    return {
      isNew: taken.isNew,
      async check() {
        if (elapsedMs() - sureSince >= SURE_MS) await renew()
        if (until === undefined) throw new AppError('record_busy', { retryAfterSeconds: ASK_AGAIN_SECONDS })
      },
      async end() {
        stop()
        await renewing?.catch(() => {})
        return { record, holder, until: lastUntil }
      },
    }
  }
