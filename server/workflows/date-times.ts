// Parses and formats dates and times in a time zone. Intl only; pure.

import type { Transform } from './transforms.ts'

const MINUTE_MS = 60_000

/** Length of a span in milliseconds. */
export const spanMs = ({ amount, unit }: { amount: number; unit: 'minutes' | 'hours' | 'days' }): number =>
  amount * { minutes: 1, hours: 60, days: 1440 }[unit] * MINUTE_MS

const partsIn = (at: Date, zone: string): Record<string, string> =>
  Object.fromEntries(
    new Intl.DateTimeFormat('en-CA-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )

/** The local time in a zone, as if it were UTC. */
export const wallOf = (at: Date, zone: string): number => {
  const { year, month, day, hour, minute, second } = partsIn(at, zone)
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

const DAY_MS = 1440 * MINUTE_MS

/**
 * The instant of the local time `wall` in a zone. In a repeated hour, the first occurrence; in a skipped hour, as if the clocks
 * had not changed, which is that much later.
 */
export const fromWall = (wall: number, zone: string): number => {
  const rest = wall % 1000
  const offsetAt = (at: number): number => wallOf(new Date(at), zone) - at
  // The clocks change at most once between the two.
  const [before, after] = [wall - offsetAt(wall - rest - DAY_MS), wall - offsetAt(wall - rest + DAY_MS)]
  const shown = [before, after].filter((at) => wallOf(new Date(at), zone) === wall - rest)
  return shown.length > 0 ? Math.min(...shown) : before
}

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/i

/** Smaller numbers are seconds; as milliseconds they would be before 1973 or so. */
const MOST_SECONDS = 1e11

/** Parses ISO 8601 or a Unix timestamp; undefined when it is neither. Throws RangeError for an unknown zone. */
export const readMoment = (value: unknown, zone: string): Date | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim()
  if (/^-?\d{5,16}(\.\d+)?$/.test(text)) {
    const number = Number(text)
    return new Date(Math.abs(number) < MOST_SECONDS ? number * 1000 : number)
  }
  const found = ISO.exec(text)
  if (!found) return undefined
  const iso = text.replace(' ', 'T')
  const at = Date.parse(found[1] ? iso : iso.includes('T') ? `${iso}Z` : `${iso}T00:00:00Z`)
  if (Number.isNaN(at)) return undefined
  return new Date(found[1] ? at : fromWall(at, zone))
}

type Telling = Omit<Extract<Transform, { use: 'date' }>, 'use' | 'zone' | 'locale'> & {
  zone?: string | undefined
  locale?: string | undefined
}

/** Formats the time as the transform specifies. Throws RangeError for an unknown zone or language. */
export const tellMoment = (given: Date, telling: Telling): string | number => {
  const { to, add, zone = 'UTC', locale = 'en', style = 'medium', withTime = false } = telling
  const at = add ? new Date(given.getTime() + spanMs(add)) : given
  switch (to) {
    case 'instant':
      return at.toISOString()
    case 'milliseconds':
      return at.getTime()
    case 'seconds':
      return Math.floor(at.getTime() / 1000)
    case 'day': {
      const { year, month, day } = partsIn(at, zone)
      return `${year}-${month}-${day}`
    }
    case 'time': {
      const { hour, minute } = partsIn(at, zone)
      return `${hour}:${minute}`
    }
    case 'text':
      return new Intl.DateTimeFormat(locale, {
        timeZone: zone,
        dateStyle: style,
        ...(withTime ? { timeStyle: 'short' } : {}),
      }).format(at)
  }
}
