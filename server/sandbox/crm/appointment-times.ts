// Appointment times: durations, overlaps, free slots. Pure.

import type { Appointment, Calendar } from './object-rows.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const OPENS = '09:00:00'
const OPEN_MINUTES = 8 * 60

type Period = { from: number; until: number }

const minutesOf = ({ slotDuration, slotDurationUnit }: Calendar): number =>
  (slotDuration ?? 30) * (slotDurationUnit === 'hours' ? 60 : 1)

/** ISO text with the offset that is given: -07:00, Z. */
const isoAt = (at: number, offset: string): string => {
  if (offset === 'Z') return new Date(at).toISOString()
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) as unknown as [string, string, string, string]
  const shift = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS * (sign === '-' ? -1 : 1)
  return `${new Date(at + shift).toISOString().slice(0, 19)}${offset}`
}

/** The end of an appointment that says only when it starts, in the offset of its start. */
export const endOf = (startTime: string, calendar: Calendar): string => {
  const offset = /(?:Z|[+-]\d\d:\d\d)$/.exec(startTime)?.[0] ?? 'Z'
  return isoAt(Date.parse(startTime) + minutesOf(calendar) * MINUTE_MS, offset)
}

/** The period of an appointment, in milliseconds. */
export const periodOf = ({ startTime, endTime }: Pick<Appointment, 'startTime' | 'endTime'>): Period => ({
  from: Date.parse(startTime),
  until: Date.parse(endTime),
})

/** Whether two periods overlap. */
export const meet = (one: Period, other: Period): boolean => one.from < other.until && other.from < one.until

const STANDING = new Set(['new', 'confirmed', 'showed', 'active', 'completed'])

/** Whether as many appointments as the calendar takes at once stand in a period already. */
export const isTaken = (calendar: Calendar, taken: readonly Appointment[], period: Period): boolean =>
  taken.filter((each) => STANDING.has(each.appointmentStatus) && meet(periodOf(each), period)).length >=
  (calendar.appoinmentPerSlot ?? 1)

const offsetAt = (timeZone: string, at: number): string => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')!.value.slice(3) || 'Z'
}

type Wanted = Period & { calendar: Calendar; taken: readonly Appointment[]; timeZone: string }

/** Starts by day, Monday to Friday from nine to five. Throws RangeError for an unknown time zone. */
export const freeSlots = ({ calendar, taken, from, until, timeZone }: Wanted): Record<string, { slots: string[] }> => {
  const length = minutesOf(calendar) * MINUTE_MS
  const days: Record<string, { slots: string[] }> = {}
  for (let at = Math.floor(from / DAY_MS) * DAY_MS - DAY_MS; at <= until + DAY_MS; at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10)
    if ([0, 6].includes(new Date(at).getUTCDay())) continue
    const offset = offsetAt(timeZone, at + DAY_MS / 2)
    const opens = Date.parse(`${day}T${OPENS}${offset}`)
    const slots: string[] = []
    for (let start = opens; start + length <= opens + OPEN_MINUTES * MINUTE_MS; start += length) {
      const isAsked = start >= from && start + length <= until
      if (isAsked && !isTaken(calendar, taken, { from: start, until: start + length })) slots.push(isoAt(start, offset))
    }
    if (slots.length > 0) days[day] = { slots }
  }
  return days
}
