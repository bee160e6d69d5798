// Quiet hours: no messages at night in the recipient's time zone. Pure.

const DAY_MINUTES = 1440
const MINUTE_MS = 60_000

/** `21:30` as minutes of the day; undefined for an invalid time. */
const minutesOf = (time: string): number | undefined => {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(time.trim()) ?? []
  const all = Number(hours) * 60 + Number(minutes)
  return all >= 0 && all < DAY_MINUTES && Number(minutes) < 60 ? all : undefined
}

const wallMinutes = (at: Date, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    .formatToParts(at)
    .filter(({ type }) => type === 'hour' || type === 'minute')
  return Number(parts[0]!.value) * 60 + Number(parts[1]!.value)
}

// Without it, the machine's time zone would be used.
const knownZone = (timeZone = 'UTC'): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}

type Hours = { from: string; until: string; timeZone?: string | undefined }

/**
 * The first moment from `at` outside `from` to `until` (`21:00`, `08:00`; over midnight when `from` is later). `at`
 * itself when allowed, or when the hours are invalid. An unknown zone counts as UTC.
 */
export const nextAllowed = (at: Date, { from, until, timeZone }: Hours): Date => {
  const [start, end] = [minutesOf(from), minutesOf(until)]
  if (start === undefined || end === undefined || start === end) return at
  const zone = knownZone(timeZone)
  const now = wallMinutes(at, zone)
  const isQuiet = start < end ? now >= start && now < end : now >= start || now < end
  if (!isQuiet) return at
  const minute = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS
  const guess = new Date(minute + ((end - now + DAY_MINUTES) % DAY_MINUTES) * MINUTE_MS)
  // Daylight saving may start or end during the night.
  const off = ((end - wallMinutes(guess, zone) + DAY_MINUTES * 1.5) % DAY_MINUTES) - DAY_MINUTES / 2
  return new Date(guess.getTime() + off * MINUTE_MS)
}
