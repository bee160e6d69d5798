// How far a backfill is, how fast it goes, and when it will end. Pure.

const SECOND_MS = 1_000
const DAY_MS = 86_400_000

/** Samples lie so far apart, and so many are kept: the rate is that of the last two minutes. */
const SAMPLE_EVERY_MS = 10 * SECOND_MS
const MOST_SAMPLES = 13

/** How many records were worked off by then, and how many calls the account had used that day (UTC). */
export type Sample = { at: Date; over: number; calls: number }

type Part = { total: number | null; read: number; done: number; skipped: number; failed: number; readAt: Date | null }

export type Counts = {
  /** Null while nobody knows. */
  total: number | null
  over: number
  done: number
  skipped: number
  failed: number
}

export type Speed = { perSecond: number; callsPerRecord: number }

/** Calls that background work may make: what is left of them today, and on a whole day. */
export type BulkCalls = { leftToday: number; daily: number }

/** What Rankr said there is may be outdated by what was read since. */
const totalOf = ({ total, read, readAt }: Part): number | null =>
  readAt !== null ? read : total === null ? null : Math.max(total, read)

const sum = (values: number[]): number => values.reduce((all, one) => all + one, 0)

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

/** The samples with this moment added, when it is time for one. */
export const withSample = (samples: readonly Sample[], latest: Sample): Sample[] => {
  const last = samples.at(-1)
  if (last && latest.at.getTime() - last.at.getTime() < SAMPLE_EVERY_MS) return [...samples]
  return [...samples, latest].slice(-MOST_SAMPLES)
}

/** From the oldest sample to this moment; undefined while there is too little to tell. */
export const speedOf = (samples: readonly Sample[], latest: Sample): Speed | undefined => {
  const first = samples[0]
  if (!first) return undefined
  const passedMs = latest.at.getTime() - first.at.getTime()
  const over = latest.over - first.over
  if (passedMs < SAMPLE_EVERY_MS || over <= 0) return undefined
  // A new day counts its calls from zero.
  const calls = Math.max(0, latest.calls - first.calls)
  return { perSecond: (over * SECOND_MS) / passedMs, callsPerRecord: calls / over }
}

/** When `left` records will be worked off: as fast as now, and with no more calls a day than there are. */
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
