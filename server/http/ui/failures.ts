// Failed events (dead letters): search, detail, dry run, resend one or all matches, dismiss.

import { z } from 'zod'
import { action } from '../../catalog/index.ts'
import { AppError } from '../../errors.ts'
import type { FailedEvents } from '../../relay/failed-events.ts'
import type { FailureFilter } from '../../store/dead-letter-search.ts'
import type { NameOf, Names } from '../../store/names.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import { namedIn, withAbout } from './about.ts'
import { addressOf } from './address.ts'
import { labelOfType } from './event-words.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

const HERE = '/settings/activity/failed'
const PAGE_SIZE = 25
/** Number of results shown by a dry run of all matches. */
const REHEARSED = 20
const MOST_REASON_LETTERS = 200

export type FailuresDeps = { failures: FailedEvents; names: Pick<Names, 'of'>; now: () => Date }

const HOUR_MS = 3_600_000
const SPANS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const
const RATES = [30, 60, 300] as const

const word = z
  .string()
  .regex(/^[\w.-]{1,100}$/)
  .optional()
  .catch(undefined)

const filters = z.object({
  code: word,
  type: word,
  since: z.enum(['hour', 'day', 'week']).optional().catch(undefined),
})

type Filters = z.output<typeof filters>

const letterParams = z.object({ letterId: z.uuid() })

type Message = 'started' | 'stopped' | 'busy' | 'nothing' | 'over' | 'again' | 'gone' | 'discarded'

/** Codes that only mean that somebody else was faster. */
const outcomeOf = async (change: () => Promise<unknown>): Promise<'done' | 'conflict' | 'not_found'> => {
  try {
    await change()
    return 'done'
  } catch (error) {
    if (error instanceof AppError && (error.code === 'conflict' || error.code === 'not_found')) return error.code
    throw error
  }
}

/** Adds `label`: 'Customer created'; undefined when the event is gone. */
const labelled = <Entry extends { type: string | null }>(entry: Entry) => ({
  ...entry,
  label: entry.type === null ? undefined : labelOfType(entry.type),
})

/** Adds `about` (about.ts) when the event still exists. */
const withNames = <Entry extends { recordKey: string | null }>(entry: Entry, nameOf: NameOf) =>
  entry.recordKey === null ? entry : withAbout({ ...entry, recordKey: entry.recordKey }, nameOf)

const recordsOf = (entries: readonly { recordKey: string | null }[]) =>
  namedIn(entries.flatMap(({ recordKey }) => (recordKey === null ? [] : { recordKey })))

/** Routes below `/settings/activity/failed`; must precede `/settings/activity/:eventId`. */
export const failureRoutes = (screen: Screen, { failures, names, now }: FailuresDeps): Route[] => {
  const filterOf = ({ code, type, since }: Filters): FailureFilter => ({
    code,
    type,
    since: since && new Date(now().getTime() - SPANS[since]),
  })

  const show = async (
    caller: Session,
    wanted: Filters & { before?: string | undefined },
    message?: Message,
  ): Promise<Reply> => {
    const { before, ...filter } = wanted
    const { locationId } = caller
    const [page, kinds, total, replay] = await Promise.all([
      failures.page(locationId, { filter: filterOf(filter), before, limit: PAGE_SIZE }),
      failures.kinds(locationId),
      failures.count(locationId, filterOf(filter)),
      failures.replayAll.latest(locationId),
    ])
    const nameOf = await names.of(locationId, recordsOf(page.entries))
    return view('screens/failures', {
      ...screenData(caller),
      entries: page.entries.map((entry) => withNames(labelled(entry), nameOf)),
      kinds: { ...kinds, types: kinds.types.map((value) => ({ value, label: labelOfType(value) })) },
      total,
      replay,
      filter,
      rates: RATES,
      message,
      isFirst: before === undefined,
      here: addressOf(HERE, filter),
      dryRun: addressOf(`${HERE}/try`, filter),
      newest: before === undefined ? undefined : addressOf(HERE, filter),
      older: page.next === null ? undefined : addressOf(HERE, { ...filter, before: page.next }),
    })
  }

  const showOne = async (caller: Session, id: string, refusedReason?: string): Promise<Reply> => {
    const failure = await failures.detail(caller.locationId, id)
    if (!failure) throw new AppError('not_found')
    const nameOf = await names.of(caller.locationId, recordsOf([failure]))
    const attempts = failure.attempts.map((attempt) => ({
      ...attempt,
      label: action(attempt.actionId)?.label ?? attempt.actionId,
    }))
    return view(
      'screens/failure',
      {
        ...screenData(caller),
        failure: { ...withNames(labelled(failure), nameOf), attempts },
        refusedReason,
        mostLetters: MOST_REASON_LETTERS,
      },
      { status: refusedReason === undefined ? 200 : 422 },
    )
  }

  return [
    screen({
      path: HERE,
      input: { query: filters.extend({ before: z.string().max(200).optional().catch(undefined) }) },
      handler: ({ caller, query }) => show(caller, query),
    }),

    screen({
      path: `${HERE}/try`,
      input: { query: filters },
      async handler({ caller, query }) {
        const rehearsal = await failures.rehearseAll(caller.locationId, {
          filter: filterOf(query),
          limit: REHEARSED,
        })
        return view('screens/rehearsal', {
          ...screenData(caller),
          ...rehearsal,
          rehearsed: rehearsal.rehearsed.map((one) => ({ ...one, failure: labelled(one.failure) })),
          filter: query,
          rates: RATES,
          back: addressOf(HERE, query),
        })
      },
    }),

    defineChange({
      path: `${HERE}/replay`,
      audit: 'failures.replay_started',
      input: {
        body: filters.extend({ perMinute: z.coerce.number().int().min(1).max(300).default(60).catch(60) }).prefault({}),
      },
      async handler({ caller, body: { perMinute, ...wanted }, audit }) {
        const { locationId, userId: by } = caller
        const filter = filterOf(wanted)
        const outcome = await outcomeOf(() =>
          failures.replayAll.start(locationId, { filter, perMinute, by }, (tx, { id, total }) =>
            audit({ subjectType: 'replay', subjectId: id, details: { filter: wanted, perMinute, total } }, tx),
          ),
        )
        if (outcome !== 'done') {
          // Nothing has changed, but the request is still recorded.
          await audit({ subjectType: 'replay', details: { filter: wanted, outcome } })
        }
        const messages = { done: 'started', conflict: 'busy', not_found: 'nothing' } as const
        return await show(caller, wanted, messages[outcome])
      },
    }),

    defineChange({
      path: `${HERE}/stop`,
      audit: 'failures.replay_stopped',
      async handler({ caller, audit }) {
        const replay = await failures.replayAll.latest(caller.locationId)
        if (!replay) throw new AppError('not_found')
        const { id } = replay
        const outcome = await outcomeOf(() =>
          failures.replayAll.stop(caller.locationId, id, (tx, { replayed, total }) =>
            audit({ subjectType: 'replay', subjectId: id, details: { replayed, total } }, tx),
          ),
        )
        if (outcome !== 'done') await audit({ subjectType: 'replay', subjectId: id, details: { outcome } })
        return await show(caller, {}, outcome === 'done' ? 'stopped' : 'over')
      },
    }),

    screen({
      path: `${HERE}/:letterId`,
      input: { params: letterParams },
      handler: ({ caller, params: { letterId } }) => showOne(caller, letterId),
    }),

    defineChange({
      path: `${HERE}/:letterId/replay`,
      audit: 'event.replayed',
      input: { params: letterParams },
      async handler({ caller, params: { letterId }, audit }) {
        const { locationId } = caller
        const failure = await failures.detail(locationId, letterId)
        if (!failure) throw new AppError('not_found')
        const subject = { subjectType: 'event', subjectId: failure.eventId }
        const outcome = await outcomeOf(() =>
          failures.replay(locationId, letterId, (tx, { code }) => audit({ ...subject, details: { code } }, tx)),
        )
        if (outcome !== 'done') await audit({ ...subject, details: { outcome } })
        return await show(caller, {}, outcome === 'done' ? 'again' : 'gone')
      },
    }),

    defineChange({
      path: `${HERE}/:letterId/discard`,
      audit: 'event.discarded',
      input: { params: letterParams, body: z.object({ reason: z.string().trim().default('') }).prefault({}) },
      async handler({ caller, params: { letterId }, body: { reason }, audit }) {
        const { locationId } = caller
        const failure = await failures.detail(locationId, letterId)
        if (!failure) throw new AppError('not_found')
        if (reason === '' || reason.length > MOST_REASON_LETTERS) return await showOne(caller, letterId, reason)
        const subject = { subjectType: 'event', subjectId: failure.eventId }
        const outcome = await outcomeOf(() =>
          failures.discard(locationId, letterId, {
            reason,
            record: (tx, { code }) => audit({ ...subject, details: { code, reason } }, tx),
          }),
        )
        if (outcome !== 'done') await audit({ ...subject, details: { outcome } })
        return await show(caller, {}, outcome === 'done' ? 'discarded' : 'gone')
      },
    }),
  ]
}
