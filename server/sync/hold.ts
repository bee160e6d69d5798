// Keeps a hold on a record for as long as the work goes on, however long that is, and notices when it was lost: a process that
// stood still (suspended, starved) may wake up after somebody else has begun with the record.

import { AppError } from '../errors.ts'
import type { RecordHold, RecordHolds } from '../store/record-holds.ts'

/** After so long a process that died keeps nobody out any more. */
const HOLD_SECONDS = 120
/** Less than it takes others to begin with what a process has left that stands still (the lease in settle.ts). */
const SURE_MS = 20_000
const ASK_AGAIN_SECONDS = 2

export type Hold = {
  /** Nobody has worked on the record without saying how that ended. */
  isNew: boolean
  /** To be awaited before each call to another system. Throws `record_busy` when the hold was lost. */
  check(): Promise<void>
  /** The work is over: from now on the hold ends by itself, unless it is given back. */
  end(): Promise<RecordHold>
}

type Deps = {
  holds: Pick<RecordHolds, 'take' | 'renew'>
  /** Never goes back, and goes on while the process stands still. */
  elapsedMs?: () => number
  /** Answers what ends it. */
  every?: (ms: number, work: () => void) => () => void
}

const everyInterval = (ms: number, work: () => void) => {
  const timer = setInterval(work, ms)
  // A process does not live on for it.
  timer.unref()
  return () => clearInterval(timer)
}

/** @returns undefined when somebody else has the record. */
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
    // One at a time: each goes by what the one before has answered.
    const renew = (): Promise<void> => {
      renewing ??= renewOnce().finally(() => {
        renewing = undefined
      })
      return renewing
    }
    // A renewal that fails makes nobody sure: the next check asks again.
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
