// Schedules as people choose them, and the times they are due. Times are local to a time zone and correct across clock
// changes. Pure.

import { fromWall, wallOf } from './date-times.ts'

/** The catalog trigger with schedule settings. */
export const SCHEDULE_TRIGGER = 'app.schedule.due'

export type Cadence =
  /** Counted from midnight UTC of 1 January 1970. */
  | { every: 'minutes' | 'hours'; count: number }
  | { every: 'day' | 'week' | 'month'; minutes: number; weekdays: number[]; day: number }

/** `key` of the invalid setting, and what is required. */
export type CadenceFault = { key: string; detail: string }

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
/** How many days to look back for a due day: two months, because no day of month is missing in two consecutive months. */
const FURTHEST: Record<'day' | 'week' | 'month', number> = { day: 2, week: 8, month: 62 }

const isZone = (zone: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}

/** `09:30` in minutes of the day. */
const minutesOf = (time: unknown): number | undefined => {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(String(time ?? '').trim()) ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
}

type Settings = Record<string, unknown>

/** The settings of the trigger, each of the type that the catalog gives it. */
export const readCadence = (settings: Settings): { cadence: Cadence } | { faults: CadenceFault[] } => {
  const { every, count, time, weekdays = [], day, timeZone } = settings
  const faults: CadenceFault[] = []
  const zoneIsGood = timeZone === undefined || timeZone === '' || isZone(String(timeZone))
  if (!zoneIsGood) faults.push({ key: 'timeZone', detail: 'must be a time zone, like Europe/Madrid' })
  if (every === 'minutes' || every === 'hours') {
    const isWhole = Number.isInteger(count) && Number(count) >= 1
    if (!isWhole) faults.push({ key: 'count', detail: 'must be a whole number from 1 on' })
    return faults.length > 0 ? { faults } : { cadence: { every, count: Number(count) } }
  }
  if (every !== 'day' && every !== 'week' && every !== 'month') {
    return { faults: [{ key: 'every', detail: 'must be chosen' }, ...faults] }
  }
  const minutes = minutesOf(time)
  if (minutes === undefined) faults.push({ key: 'time', detail: 'must be a time of the day, like 09:00' })
  const days = (weekdays as unknown[]).map((name) => WEEKDAYS.indexOf(String(name)))
  if (every === 'week' && days.length === 0) faults.push({ key: 'weekdays', detail: 'needs at least one day' })
  if (every === 'month' && day === undefined) faults.push({ key: 'day', detail: 'must be a day from 1 to 31' })
  if (faults.length > 0) return { faults }
  return { cadence: { every, minutes: minutes!, weekdays: days, day: Number(day ?? 1) } }
}

/** `midnight` of a local day, as if it were UTC. */
const fits = ({ every, weekdays, day }: Extract<Cadence, { minutes: number }>, midnight: Date): boolean => {
  if (every === 'day') return true
  if (every === 'week') return weekdays.includes(midnight.getUTCDay())
  const daysInMonth = new Date(Date.UTC(midnight.getUTCFullYear(), midnight.getUTCMonth() + 1, 0)).getUTCDate()
  return midnight.getUTCDate() === Math.min(day, daysInMonth)
}

/**
 * The latest due time that is not after `at`. A time in an hour skipped by a clock change is due that much later; in a
 * repeated hour, the first occurrence is due.
 */
export const lastDue = (cadence: Cadence, at: Date, zone: string): Date => {
  if ('count' in cadence) {
    const stepMs = cadence.count * MINUTE_MS * (cadence.every === 'hours' ? 60 : 1)
    return new Date(Math.floor(at.getTime() / stepMs) * stepMs)
  }
  const today = Math.floor(wallOf(at, zone) / DAY_MS) * DAY_MS
  for (let back = 0; back <= FURTHEST[cadence.every]; back++) {
    const midnight = today - back * DAY_MS
    if (!fits(cadence, new Date(midnight))) continue
    const due = fromWall(midnight + cadence.minutes * MINUTE_MS, zone)
    if (due <= at.getTime()) return new Date(due)
  }
  throw new RangeError('A schedule is due at least every two months')
}

/** The local time with its UTC offset: `2026-03-09T09:00:00-07:00`. */
export const onTheWall = (at: Date, zone: string): string => {
  const wall = wallOf(at, zone)
  const offset = Math.round((wall - at.getTime()) / MINUTE_MS)
  const two = (number: number): string => String(Math.floor(Math.abs(number))).padStart(2, '0')
  const sign = offset < 0 ? '-' : '+'
  return `${new Date(wall).toISOString().slice(0, 19)}${sign}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`
}
