// What is in Rankr already, brought over once: begun, watched, stopped and gone on with. The work itself is done by the syncs,
// which must be on.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { BackfillBook } from '../../sync/backfill.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { ConnectionBook } from './deps.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

export type InitialSyncDeps = {
  initialSync: Pick<BackfillBook, 'progress' | 'wanted' | 'start' | 'stop' | 'resume'>
}

type Deps = InitialSyncDeps & { connections: Pick<ConnectionBook, 'list'> }

const HERE = '/settings/syncs/initial'
const KINDS = ['customers', 'orders', 'invoices'] as const

const chosen = z.object(Object.fromEntries(KINDS.map((kind) => [kind, z.literal('on').optional().catch(undefined)])))

type Message = 'started' | 'stopped' | 'resumed' | 'busy' | 'nothing' | 'changed'

/** What a refusal means for whoever looks at the screen. */
const refusalOf = (error: unknown): Message => {
  const code = error instanceof AppError ? error.code : undefined
  if (code === 'conflict') return 'busy'
  if (code === 'invalid_request') return 'nothing'
  if (code === 'not_found') return 'changed'
  throw error
}

/** Routes below `/settings/syncs/initial`. They must stand before those of `/settings/syncs/:template`. */
export const initialSyncRoutes = (screen: Screen, { initialSync, connections }: Deps): Route[] => {
  const show = async (caller: Session, message?: Message): Promise<Reply> => {
    const { locationId } = caller
    const [progress, wanted, all] = await Promise.all([
      initialSync.progress(locationId),
      initialSync.wanted(locationId),
      connections.list(locationId),
    ])
    const isRefused = message === 'busy' || message === 'nothing' || message === 'changed'
    return view(
      'screens/initial-sync',
      {
        ...screenData(caller),
        progress,
        kinds: KINDS.map((kind) => ({ kind, isWanted: wanted.includes(kind) })),
        isConnected: all.some(({ status }) => status === 'active'),
        message,
      },
      { status: isRefused ? 422 : 200 },
    )
  }

  /** Nothing has changed when it is refused; that somebody asked is kept all the same. */
  const change = async (
    { caller, audit }: Parameters<Parameters<typeof defineChange>[0]['handler']>[0],
    details: Record<string, unknown>,
    { done, work }: { done: Message; work: (record: Parameters<BackfillBook['stop']>[1]) => Promise<void> },
  ): Promise<Reply> => {
    try {
      await work((tx, { id }) => audit({ subjectType: 'initial-sync', subjectId: id, details }, tx))
    } catch (error) {
      const outcome = refusalOf(error)
      await audit({ subjectType: 'initial-sync', details: { ...details, outcome } })
      return await show(caller, outcome)
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
        const { caller, body } = call
        const { locationId, userId: by } = caller
        const kinds = KINDS.filter((kind) => body[kind] === 'on')
        const work = (record: Parameters<BackfillBook['stop']>[1]) =>
          initialSync.start(locationId, { kinds, by }, record)
        return change(call, { kinds }, { done: 'started', work })
      },
    }),

    defineChange({
      path: `${HERE}/stop`,
      audit: 'initial_sync.stopped',
      handler: (call) =>
        change(call, {}, { done: 'stopped', work: (record) => initialSync.stop(call.caller.locationId, record) }),
    }),

    defineChange({
      path: `${HERE}/resume`,
      audit: 'initial_sync.resumed',
      handler: (call) =>
        change(call, {}, { done: 'resumed', work: (record) => initialSync.resume(call.caller.locationId, record) }),
    }),
  ]
}
