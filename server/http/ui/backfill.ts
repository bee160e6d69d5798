// The Initial sync screen: starts, shows, stops and resumes a backfill of what is in Rankr already. The syncs do the
// work and must be on.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { BackfillService, RecordBackfill } from '../../sync/backfill/backfill-service.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import type { ConnectionService } from './deps.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

export type BackfillDeps = {
  backfill: Pick<BackfillService, 'progress' | 'wanted' | 'start' | 'stop' | 'resume'>
}

type Deps = BackfillDeps & { connections: Pick<ConnectionService, 'list'> }

const HERE = '/settings/syncs/initial'
const KINDS = ['customers', 'orders', 'invoices', 'issues'] as const
/** Off by default: a desk may write to people about new tickets. */
const CHOSEN = new Set<string>(['customers', 'orders', 'invoices'])

const chosen = z.object(Object.fromEntries(KINDS.map((kind) => [kind, z.literal('on').optional().catch(undefined)])))

type Message = 'started' | 'stopped' | 'resumed' | 'busy' | 'nothing' | 'changed'

type Change = {
  done: Message
  details?: Record<string, unknown>
  work: (record: RecordBackfill) => Promise<void>
}

/** What an error means to the reader of this screen. */
const refusalOf = (error: unknown): Message => {
  const code = error instanceof AppError ? error.code : undefined
  if (code === 'conflict') return 'busy'
  if (code === 'invalid_request') return 'nothing'
  if (code === 'not_found') return 'changed'
  throw error
}

/** Routes below `/settings/syncs/initial`; must precede `/settings/syncs/:template`. */
export const backfillRoutes = (screen: Screen, { backfill, connections }: Deps): Route[] => {
  const show = async (caller: Session, message?: Message): Promise<Reply> => {
    const { locationId } = caller
    const [progress, wanted, all] = await Promise.all([
      backfill.progress(locationId),
      backfill.wanted(locationId),
      connections.list(locationId),
    ])
    const isRefused = message === 'busy' || message === 'nothing' || message === 'changed'
    return view(
      'screens/backfill',
      {
        ...screenData(caller),
        progress,
        kinds: KINDS.map((kind) => ({ kind, isWanted: wanted.includes(kind), isChosen: CHOSEN.has(kind) })),
        isConnected: all.some(({ status }) => status === 'active'),
        message,
      },
      { status: isRefused ? 422 : 200 },
    )
  }

  const change = async (
    { caller, audit, nothingChanged }: Pick<Call<'session'>, 'caller' | 'audit' | 'nothingChanged'>,
    { done, details = {}, work }: Change,
  ): Promise<Reply> => {
    try {
      await work((tx, { id }) => audit({ subjectType: 'initial-sync', subjectId: id, details }, tx))
    } catch (error) {
      const refusal = refusalOf(error)
      nothingChanged()
      return await show(caller, refusal)
    }
    return await show(caller, done)
  }

  return [
    screen({ path: HERE, handler: ({ caller }) => show(caller) }),

    defineChange({
      path: `${HERE}/start`,
      audit: 'initial_sync.started',
      input: { body: chosen.prefault({}) },
      handler(call) {
        const { locationId, userId: by } = call.caller
        const kinds = KINDS.filter((kind) => call.body[kind] === 'on')
        const work: Change['work'] = (record) => backfill.start(locationId, { kinds, by }, record)
        return change(call, { done: 'started', details: { kinds }, work })
      },
    }),

    defineChange({
      path: `${HERE}/stop`,
      audit: 'initial_sync.stopped',
      handler: (call) =>
        change(call, { done: 'stopped', work: (record) => backfill.stop(call.caller.locationId, record) }),
    }),

    defineChange({
      path: `${HERE}/resume`,
      audit: 'initial_sync.resumed',
      handler: (call) =>
        change(call, { done: 'resumed', work: (record) => backfill.resume(call.caller.locationId, record) }),
    }),
  ]
}
