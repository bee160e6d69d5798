// All events with their outcomes, one event in detail, and resending a failed one.

import { z } from 'zod'
import { action, triggers } from '../../catalog/index.ts'
import { AppError } from '../../errors.ts'
import type { Named, Names } from '../../store/names.ts'
import { continuationIn } from '../../workflows/continuation.ts'
import { toCsv } from '../csv.ts'
import type { Session } from '../doors/session.ts'
import { text, view } from '../reply.ts'
import type { Route } from '../route.ts'
import { namedIn, withAbout } from './about.ts'
import { addressOf } from './address.ts'
import {
  type ActivityDetail,
  type ActivityEntry,
  type ActivityReader,
  OUTCOMES,
  type SettingsStore,
  type Transaction,
} from './deps.ts'
import { eventLabel, inWords } from './event-words.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

const HERE = '/settings/activity'
const PAGE_SIZE = 25

export type ActivityDeps = {
  activity: ActivityReader
  names: Pick<Names, 'of'>
  settings: SettingsStore
  transaction: Transaction
  now: () => Date
}

/** An export is limited to 10,000 rows, and to this many rows read while filtering. */
const READ_AT_ONCE = 500
const MOST_READS = 20

const COLUMNS = ['received_at', 'event', 'source', 'record', 'outcome', 'reason', 'event_id']

const SOURCES = ['rankr', 'crm', 'app'] as const

/** All event types, by source. */
const KINDS = SOURCES.flatMap((source) => {
  const own = triggers.filter((one) => one.system === source && !one.isPlanned).map(({ event }) => event)
  return [...new Set(own)].map((value) => ({ value, source, label: eventLabel(source, value) }))
})

const filters = z.object({
  q: z
    .string()
    .trim()
    .max(100)
    .transform((typed) => typed || undefined)
    .optional()
    .catch(undefined),
  outcome: z.enum(OUTCOMES).optional().catch(undefined),
  type: z
    .string()
    .regex(/^[\w.]{1,100}$/)
    .optional()
    .catch(undefined),
  before: z.string().max(200).optional().catch(undefined),
})

const eventParams = z.object({ eventId: z.uuid() })

/** The sender's event id is prefixed with the connection it came over. */
const CONNECTION = /^(con_[\w-]+):/

/**
 * Adds action labels, removes the connection from the sender's id, and adds `goesOnFrom`: the id of the event this one
 * continues.
 */
const withLabels = (event: ActivityDetail) => ({
  ...inWords(event),
  goesOnFrom: continuationIn(event)?.event.id,
  sourceEventId: event.sourceEventId?.replace(CONNECTION, ''),
  runs: event.runs.map((run) => ({
    ...run,
    attempts: run.attempts.map((attempt) => ({
      ...attempt,
      label: action(attempt.actionId)?.label ?? attempt.actionId,
    })),
  })),
})

const lineOf = (entry: ActivityEntry) => {
  const { receivedAt, label, source, recordKey, outcome, code, eventId } = inWords(entry)
  return [receivedAt.toISOString(), label, source, recordKey, outcome, code, eventId]
}

/** Routes below `/settings/activity`. */
export const activityRoutes = (screen: Screen, deps: ActivityDeps): Route[] => {
  const { activity, names, settings, transaction, now } = deps

  const showEvent = async (caller: Session, eventId: string, message?: 'replayedDone' | 'replayGone') => {
    const event = await activity.detail(caller.locationId, eventId)
    if (!event) throw new AppError('not_found')
    const [, id] = CONNECTION.exec(event.sourceEventId ?? '') ?? []
    const connection: Named | undefined = id === undefined ? undefined : { kind: 'connection', id }
    const nameOf = await names.of(caller.locationId, [...namedIn([event]), ...(connection ? [connection] : [])])
    return view('screens/event', {
      ...screenData(caller),
      event: { ...withAbout(withLabels(event), nameOf), sender: connection && nameOf(connection) },
      message,
    })
  }

  return [
    screen({
      path: '/settings/activity',
      input: { query: filters },
      async handler({ caller, query }) {
        const { before, ...filter } = query
        const { q: search, ...kinds } = filter
        const [page, { keepsUnwanted = false }] = await Promise.all([
          activity.list(caller.locationId, { limit: PAGE_SIZE, ...kinds, search, before }),
          settings.read(caller.locationId),
        ])
        const nameOf = await names.of(caller.locationId, namedIn(page.entries))
        return view('screens/activity', {
          ...screenData(caller),
          entries: page.entries.map((entry) => withAbout(inWords(entry), nameOf)),
          filter,
          keepsUnwanted,
          outcomes: OUTCOMES,
          types: KINDS,
          isFirst: before === undefined,
          here: addressOf(HERE, filter),
          newest: before === undefined ? undefined : addressOf(HERE, filter),
          older: page.next === null ? undefined : addressOf(HERE, { ...filter, before: page.next }),
          exported: addressOf(`${HERE}/events.csv`, filter),
        })
      },
    }),

    screen({
      path: `${HERE}/events.csv`,
      input: { query: filters },
      async handler({ caller, response, query: { q: search, before: _before, ...kinds } }) {
        const rows: (string | null)[][] = []
        let before: string | undefined
        for (let read = 0; read === 0 || (before !== undefined && read < MOST_READS); read += 1) {
          // The client has disconnected.
          if (response.destroyed) break
          const wish = { limit: READ_AT_ONCE, ...kinds, search, before }
          const { entries, next } = await activity.list(caller.locationId, wish)
          rows.push(...entries.map(lineOf))
          before = next ?? undefined
        }
        return text(toCsv(COLUMNS, rows), {
          type: 'text/csv; charset=utf-8',
          headers: { 'Content-Disposition': `attachment; filename="events-${now().toISOString().slice(0, 10)}.csv"` },
        })
      },
    }),

    defineChange({
      path: '/settings/activity/unwanted',
      audit: 'settings.changed',
      input: { body: z.object({ keep: z.literal('on').optional() }).prefault({}) },
      async handler({ caller, body: { keep }, audit }) {
        const keepsUnwanted = keep === 'on'
        await transaction(async (tx) => {
          await settings.change(caller.locationId, { keepsUnwanted }, tx)
          await audit({ subjectType: 'settings', subjectId: 'unwanted-events', details: { keepsUnwanted } }, tx)
        })
        return view('screens/unwanted', { ...screenData(caller), keepsUnwanted, isChanged: true })
      },
    }),

    screen({
      path: '/settings/activity/:eventId',
      input: { params: eventParams },
      handler: ({ caller, params }) => showEvent(caller, params.eventId),
    }),

    defineChange({
      path: '/settings/activity/:eventId/replay',
      audit: 'event.replayed',
      input: { params: eventParams },
      async handler({ caller, params: { eventId }, audit }) {
        const event = await activity.detail(caller.locationId, eventId)
        if (!event) throw new AppError('not_found')
        const isReplayed = event.deadLetterId !== null && (await activity.replay(caller.locationId, event.deadLetterId))
        await audit({ subjectType: 'event', subjectId: eventId, details: { isReplayed, code: event.code } })
        return await showEvent(caller, eventId, isReplayed ? 'replayedDone' : 'replayGone')
      },
    }),
  ]
}
