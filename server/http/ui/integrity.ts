// The Data check screen: starts, shows, stops and resumes integrity checks; repairs or accepts what they found.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { IntegrityCheck } from '../../store/integrity-checks.ts'
import type { IntegrityService } from '../../sync/integrity/integrity-service.ts'
import { toCsv } from '../csv.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, text, view } from '../reply.ts'
import type { Route } from '../route.ts'
import { addressOf } from './address.ts'
import type { ConnectionService, Transaction } from './deps.ts'
import { COLUMNS, linesOf, shown } from './integrity-rows.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

export type IntegrityDeps = { integrity: IntegrityService }

type Deps = IntegrityDeps & { connections: Pick<ConnectionService, 'list'>; transaction: Transaction }

const HERE = '/settings/integrity'
const PAGE_SIZE = 25
const HISTORY = 10
const MOST_EXPORTED = 50_000

const TYPES = ['missing', 'different', 'orphan', 'duplicate', 'shared', 'refused'] as const
const KINDS = ['customer', 'business', 'order', 'product', 'opportunity', 'invoice', 'ticket'] as const
const STATES = ['open', 'sent', 'settled', 'accepted'] as const

const filters = z.object({
  check: z.uuid().optional().catch(undefined),
  kind: z.enum(KINDS).optional().catch(undefined),
  type: z.enum(TYPES).optional().catch(undefined),
  state: z.enum(STATES).optional().catch(undefined),
})

type Filters = z.output<typeof filters>

const findingParams = z.object({ findingId: z.uuid() })

const TONES = {
  started: 'success',
  stopped: 'success',
  resumed: 'success',
  busy: 'warning',
  nothing: 'info',
  repairing: 'success',
  repairStopped: 'success',
  sent: 'success',
  settled: 'info',
  gone: 'info',
  accepted: 'success',
  failed: 'warning',
  nightlyOn: 'success',
  nightlyOff: 'success',
} as const

type Message = keyof typeof TONES

/** What an error means to the reader of this screen. */
const refusalOf = (error: unknown): Message => {
  const { code, retry } = error instanceof AppError ? error : { code: undefined, retry: undefined }
  if (code === 'conflict') return 'busy'
  if (code === 'not_found') return 'nothing'
  if (retry === 'passing' || code?.startsWith('rankr_')) return 'failed'
  throw error
}

/** Routes below `/settings/integrity`. */
export const integrityRoutes = (screen: Screen, { integrity, connections, transaction }: Deps): Route[] => {
  const chosen = (all: IntegrityCheck[], { check }: Filters): IntegrityCheck | undefined =>
    check === undefined ? all[0] : all.find(({ id }) => id === check)

  const show = async (caller: Session, wish: Filters & { after?: number }, message?: Message): Promise<Reply> => {
    const { locationId } = caller
    const { after = 0, ...filter } = wish
    const [all, kinds, links, { isNightly }] = await Promise.all([
      integrity.checks(locationId, HISTORY),
      integrity.kinds(locationId),
      connections.list(locationId),
      integrity.settings(locationId),
    ])
    const check = chosen(all, filter)
    if (!check && filter.check !== undefined) throw new AppError('not_found')
    const [page, count, repairable] = check
      ? await Promise.all([
          integrity.page(locationId, check.id, { ...filter, after, limit: PAGE_SIZE + 1 }),
          integrity.count(locationId, check.id, filter),
          integrity.repairable(locationId, check.id),
        ])
      : [[], 0, 0]
    const isLatest = check !== undefined && check.id === all[0]?.id
    const rows = page.slice(0, PAGE_SIZE)
    const isRefused = message === 'busy' || message === 'nothing' || message === 'failed'
    return view(
      'screens/integrity',
      {
        ...screenData(caller),
        check,
        progress: check && integrity.progress(check),
        history: all,
        isLatest,
        kinds,
        isConnected: links.some(({ status, hasCredentials }) => status === 'active' && hasCredentials),
        isNightly,
        filter,
        isFiltered: Boolean(filter.kind || filter.type || filter.state),
        types: TYPES,
        states: STATES,
        allKinds: KINDS,
        rows: rows.map(shown),
        count,
        // Findings of an older check may be outdated.
        repairable: isLatest ? repairable : 0,
        here: addressOf(HERE, filter),
        newest: after > 0 ? addressOf(HERE, filter) : undefined,
        older: page.length > PAGE_SIZE ? addressOf(HERE, { ...filter, after: rows.at(-1)!.n }) : undefined,
        exported: check && addressOf(`${HERE}.csv`, { ...filter, check: check.id }),
        message,
        tone: message && TONES[message],
      },
      { status: isRefused ? 422 : 200 },
    )
  }

  const latest = async ({ locationId }: Session): Promise<IntegrityCheck> => {
    const [check] = await integrity.checks(locationId, 1)
    if (!check) throw new AppError('not_found')
    return check
  }

  type ChangeCall = Parameters<Parameters<typeof defineChange>[0]['handler']>[0]

  /** Nothing has changed when it is refused, but the request is still recorded. */
  const attempt = async (
    { caller, audit }: Pick<ChangeCall, 'caller' | 'audit'>,
    subject: { subjectType: string; subjectId?: string },
    work: () => Promise<Message>,
  ): Promise<Reply> => {
    try {
      return await show(caller, {}, await work())
    } catch (error) {
      const outcome = refusalOf(error)
      await audit({ ...subject, details: { outcome } })
      return await show(caller, {}, outcome)
    }
  }

  const ofCheck = (id?: string) => ({ subjectType: 'integrity-check', ...(id ? { subjectId: id } : {}) })
  const ofFinding = (subjectId: string) => ({ subjectType: 'integrity-finding', subjectId })

  return [
    screen({
      path: HERE,
      input: { query: filters.extend({ after: z.coerce.number().int().min(0).optional().catch(undefined) }) },
      handler: ({ caller, query: { after, ...filter } }) =>
        show(caller, { ...filter, ...(after === undefined ? {} : { after }) }),
    }),

    screen({
      path: `${HERE}.csv`,
      input: { query: filters },
      async handler({ caller, query }) {
        const check = chosen(await integrity.checks(caller.locationId, HISTORY), query)
        if (!check) throw new AppError('not_found')
        const wish = { ...query, after: 0, limit: MOST_EXPORTED }
        const rows = await integrity.page(caller.locationId, check.id, wish)
        return text(toCsv(COLUMNS, rows.flatMap(linesOf)), {
          type: 'text/csv; charset=utf-8',
          headers: {
            'Content-Disposition': `attachment; filename="check-${check.startedAt.toISOString().slice(0, 10)}.csv"`,
          },
        })
      },
    }),

    defineChange({
      path: `${HERE}/check`,
      audit: 'integrity.check_started',
      handler: ({ caller, audit }) =>
        attempt({ caller, audit }, ofCheck(), async () => {
          await integrity.start(caller.locationId, caller.userId, (tx, { id, kinds }) =>
            audit({ ...ofCheck(id), details: { kinds } }, tx),
          )
          return 'started'
        }),
    }),

    defineChange({
      path: `${HERE}/stop`,
      audit: 'integrity.check_stopped',
      async handler({ caller, audit }) {
        const { id } = await latest(caller)
        return await attempt({ caller, audit }, ofCheck(id), async () => {
          await integrity.stop(caller.locationId, id, (tx) => audit(ofCheck(id), tx))
          return 'stopped'
        })
      },
    }),

    defineChange({
      path: `${HERE}/resume`,
      audit: 'integrity.check_resumed',
      async handler({ caller, audit }) {
        const { id } = await latest(caller)
        return await attempt({ caller, audit }, ofCheck(id), async () => {
          await integrity.resume(caller.locationId, id, (tx) => audit(ofCheck(id), tx))
          return 'resumed'
        })
      },
    }),

    defineChange({
      path: `${HERE}/repair`,
      audit: 'integrity.repair_started',
      async handler({ caller, audit }) {
        const { id } = await latest(caller)
        return await attempt({ caller, audit }, ofCheck(id), async () => {
          await integrity.repairAll(caller.locationId, id, caller.userId, (tx, total) =>
            audit({ ...ofCheck(id), details: { total } }, tx),
          )
          return 'repairing'
        })
      },
    }),

    defineChange({
      path: `${HERE}/repair/stop`,
      audit: 'integrity.repair_stopped',
      async handler({ caller, audit }) {
        const { id } = await latest(caller)
        return await attempt({ caller, audit }, ofCheck(id), async () => {
          await integrity.stopRepair(caller.locationId, id, (tx) => audit(ofCheck(id), tx))
          return 'repairStopped'
        })
      },
    }),

    defineChange({
      path: `${HERE}/nightly`,
      audit: 'integrity.nightly_set',
      input: { body: z.object({ nightly: z.literal('on').optional().catch(undefined) }).prefault({}) },
      async handler({ caller, body, audit }) {
        const isNightly = body.nightly === 'on'
        await transaction(async (tx) => {
          await integrity.setNightly(caller.locationId, isNightly, tx)
          await audit({ subjectType: 'settings', details: { nightly: isNightly } }, tx)
        })
        return await show(caller, {}, isNightly ? 'nightlyOn' : 'nightlyOff')
      },
    }),

    defineChange({
      path: `${HERE}/:findingId/repair`,
      audit: 'integrity.repaired',
      input: { params: findingParams },
      async handler({ caller, params: { findingId }, audit }) {
        const finding = await integrity.finding(caller.locationId, findingId)
        if (!finding) throw new AppError('not_found')
        return await attempt({ caller, audit }, ofFinding(findingId), async () => {
          const { locationId, userId: by } = caller
          const outcome = await integrity.repairOne(locationId, findingId, by, (tx, details) =>
            audit({ ...ofFinding(findingId), details }, tx),
          )
          if (outcome === 'gone') await audit({ ...ofFinding(findingId), details: { outcome } })
          return outcome
        })
      },
    }),

    defineChange({
      path: `${HERE}/:findingId/accept`,
      audit: 'integrity.accepted',
      input: { params: findingParams },
      async handler({ caller, params: { findingId }, audit }) {
        const finding = await integrity.finding(caller.locationId, findingId)
        if (!finding) throw new AppError('not_found')
        const { kind, type, rankrId, crmId } = finding
        return await attempt({ caller, audit }, ofFinding(findingId), async () => {
          await integrity.accept(caller.locationId, findingId, caller.userId, (tx) =>
            audit({ ...ofFinding(findingId), details: { kind, type, rankrId, crmId } }, tx),
          )
          return 'accepted'
        })
      },
    }),
  ]
}
