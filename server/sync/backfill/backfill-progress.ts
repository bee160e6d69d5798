// A backfill's progress, speed and estimated end. Pure.

const SECOND_MS = 1_000
const DAY_MS = 86_400_000

/** Interval and number of samples: the speed is that of the last two minutes. */
const SAMPLE_EVERY_MS = 10 * SECOND_MS
const MOST_SAMPLES = 13

/** Records processed and API calls used that day (UTC) at a point in time. */
export type Sample = { at: Date; over: number; calls: number }

type Part = { total: number | null; read: number; done: number; skipped: number; failed: number; readAt: Date | null }

export type Counts = {
  /** Null while unknown. */
  total: number | null
  over: number
  done: number
  skipped: number
  failed: number
}

export type Speed = { perSecond: number; callsPerRecord: number }

/** Calls available to background work: left today, and per full day. */
export type BulkCalls = { leftToday: number; daily: number }

/** More may have been read by now than Rankr's total said. */
const totalOf = ({ total, read, readAt }: Part): number | null =>
  readAt !== null ? read : total === null ? null : Math.max(total, read)

const sum = (values: number[]): number => values.reduce((all, one) => all + one, 0)

/** The sums over all kinds. */
export const countsOf = (parts: readonly Part[]): Counts => {
  const totals = parts.map(totalOf)
  const known = totals.filter((total) => total !== null)
  const [done, skipped, failed] = (['done', 'skipped', 'failed'] as const).map((key) => sum(parts.map((p) => p[key])))
  return {
    total: known.length === totals.length ? sum(known) : null,
    over: done! + skipped! + failed!,
    done: done!,
    skipped: skipped!,
    failed: failed!,
  }
}

/** The samples plus one for this moment, when it is due. */
export const withSample = (samples: readonly Sample[], latest: Sample): Sample[] => {
  const last = samples.at(-1)
  if (last && latest.at.getTime() - last.at.getTime() < SAMPLE_EVERY_MS) return [...samples]
  return [...samples, latest].slice(-MOST_SAMPLES)
}

/** From the oldest sample to now; undefined while there is too little data. */
export const speedOf = (samples: readonly Sample[], latest: Sample): Speed | undefined => {
  const first = samples[0]
  if (!first) return undefined
  const passedMs = latest.at.getTime() - first.at.getTime()
  const over = latest.over - first.over
  if (passedMs < SAMPLE_EVERY_MS || over <= 0) return undefined
  // The daily call count restarts at zero.
  const calls = Math.max(0, latest.calls - first.calls)
  return { perSecond: (over * SECOND_MS) / passedMs, callsPerRecord: calls / over }
}

/** When `left` records will be processed at the current speed and within the daily number of calls. */
export const forecastEnd = ({
  left,
  speed: { perSecond, callsPerRecord },
  calls: { leftToday, daily },
  at,
}: {
  left: number
  speed: Speed
  calls: BulkCalls
  at: Date
}): Date => {
  const now = at.getTime()
  const beyondToday = left * callsPerRecord - Math.max(0, leftToday)
  if (beyondToday <= 0 || daily <= 0) return new Date(now + (left / perSecond) * SECOND_MS)
  const midnight = (Math.floor(now / DAY_MS) + 1) * DAY_MS
  const wholeDays = Math.floor(beyondToday / daily)
  const lastDay = beyondToday - wholeDays * daily
  const lastMs = (lastDay / callsPerRecord / perSecond) * SECOND_MS
  return new Date(midnight + wholeDays * DAY_MS + lastMs)
}
