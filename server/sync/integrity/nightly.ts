// Nightly checks: between two and five o'clock in the account's time zone, spread so that not all run at once. Also
// restarts checks whose job was lost.

import { newId } from '../../ids.ts'
import type { Log } from '../../log.ts'
import type { Audit } from '../../store/audit.ts'
import type { Database } from '../../store/db.ts'
import type { IntegrityChecks } from '../../store/integrity-checks.ts'
import type { IntegritySettings, NightlyLocation } from '../../store/integrity-settings.ts'
import { fingerprint } from '../customers/customer-contact.ts'
import type { IntegrityWorkflows } from './workflows.ts'

type Deps = {
  db: Pick<Database, 'transaction'>
  settings: Pick<IntegritySettings, 'nightlyLocations' | 'takeNight'>
  checks: Pick<IntegrityChecks, 'start' | 'queue' | 'queueRepair' | 'forgetSeen' | 'lost'>
  workflows: Pick<IntegrityWorkflows, 'kinds'>
  audit: Pick<Audit, 'record'>
  now: () => Date
  log: Log
}

const PAGE = 500
const FIRST_MINUTE = 2 * 60
const SPREAD_MINUTES = 3 * 60
/** A missed night is made up for until the account's working hours begin. */
const LAST_MINUTE = 6 * 60
/** How long a stopped check's data is kept, in case it is resumed. */
const SEEN_MS = 86_400_000

type LocalTime = { day: string; minute: number }

/** The day and the minute of the day in a time zone; UTC for an unknown zone. */
export const localTime = (at: Date, timeZone: string | null): LocalTime => {
  const format = (zone: string) =>
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      ...({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const),
    }).formatToParts(at)
  let parts: Intl.DateTimeFormatPart[]
  try {
    parts = format(timeZone ?? 'UTC')
  } catch {
    parts = format('UTC')
  }
  const part = (type: string) => parts.find((one) => one.type === type)!.value
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  }
}

/** The minute of the night at which the account's check starts, always the same. */
export const minuteOf = (locationId: string): number =>
  FIRST_MINUTE + (fingerprint({ locationId }).readUInt32BE(0) % SPREAD_MINUTES)

/** The night that is due, as a day; undefined when none is. */
const dueNight = ({ locationId, timeZone, lastOn }: NightlyLocation, at: Date): string | undefined => {
  const { day, minute } = localTime(at, timeZone)
  const isTime = minute >= minuteOf(locationId) && minute < LAST_MINUTE
  return isTime && (lastOn === null || lastOn < day) ? day : undefined
}

/** Returns the task that starts due checks; run it every few minutes. */
export const createNightly = ({ db, settings, checks, workflows, audit, now, log }: Deps) => {
  /** A check already running counts. */
  const begin = async (locationId: string, day: string): Promise<void> => {
    const kinds = await workflows.kinds(locationId)
    const at = now()
    await db.transaction(async (tx) => {
      if (!(await settings.takeNight(locationId, day, tx)) || kinds.length === 0) return
      const check = await checks.start(locationId, { id: newId(), kinds, isNightly: true, startedBy: null, at }, tx)
      if (!check) return
      await checks.queue({ locationId, id: check.id }, at, tx)
      const subject = { type: 'integrity-check', id: check.id }
      await audit.record(
        locationId,
        { actor: { type: 'system' }, action: 'integrity.check_started', subject, details: { kinds, nightly: true } },
        tx,
      )
    })
  }

  const tick = async (): Promise<void> => {
    const at = now()
    for (let after = ''; ; ) {
      const page = await settings.nightlyLocations(after, PAGE)
      for (const location of page) {
        const night = dueNight(location, at)
        if (night === undefined) continue
        await begin(location.locationId, night).catch((error: unknown) => {
          log.error({ err: error, locationId: location.locationId }, 'a nightly check could not begin')
        })
      }
      if (page.length < PAGE) break
      after = page.at(-1)!.locationId
    }
    await checks.forgetSeen(new Date(at.getTime() - SEEN_MS))
    const lost = await checks.lost()
    for (const job of lost.checks) await checks.queue(job, at)
    for (const job of lost.repairs) await checks.queueRepair(job, at)
  }

  return { tick }
}
