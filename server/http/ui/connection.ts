// The connection to Rankr: webhook address and signing secret. A secret appears only in the answer to the change that
// created it.

import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Connection } from '../../store/connections.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { ConnectionService, SampleWorkspace, Transaction } from './deps.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

const OVERLAP_HOURS = 24
/** Nobody needs more, and each one must be protected. */
const MOST_CONNECTIONS = 20

export type ConnectionDeps = {
  connections: ConnectionService
  transaction: Transaction
  /** Resumes what had stopped because Rankr refused us. */
  resumeEvents?: ((locationId: string) => Promise<unknown>) | undefined
  publicUrl: string
  now: () => Date
  sampleWorkspace?: SampleWorkspace | undefined
}

const MOST_LETTERS = 80

const params = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) })
const accessForm = z
  .object({ clientId: z.string().trim().max(200).default(''), clientSecret: z.string().trim().max(500).default('') })
  .prefault({})
/** Allowed in a header; anything else was copied wrongly. */
const ACCESS = /^[\x21-\x7e]+$/
const isYes = z.literal('yes').optional().catch(undefined)

/** A secret to show once, and the occasion. */
type Reveal = { connectionId: string; secret: string; occasion: 'created' | 'rotated' | 'replaced' }

type Outcome = {
  reveal?: Reveal
  message?: 'sampleDone' | 'sampleFailed' | 'accessSaved'
  /** The connection whose client id or secret was refused. */
  refusedAccess?: string
  /** The refused form values. */
  refusedName?: string
}

/** Routes below `/settings/connection`. */
export const connectionRoutes = (screen: Screen, deps: ConnectionDeps): Route[] => {
  const { connections, transaction, sampleWorkspace } = deps
  const addressOf = (id: string): string => `${deps.publicUrl}/webhooks/rankr/${id}`

  const shown = (connection: Connection) => ({
    ...connection,
    address: addressOf(connection.id),
    isOverlapping: Boolean(connection.previousSecretExpiresAt && connection.previousSecretExpiresAt > deps.now()),
  })

  const show = async (caller: Session, { reveal, message, refusedName, refusedAccess }: Outcome = {}): Promise<Reply> =>
    view(
      'screens/connection',
      {
        ...screenData(caller),
        connections: (await connections.list(caller.locationId)).map(shown),
        reveal,
        message,
        refusedName,
        refusedAccess,
        hasSample: sampleWorkspace !== undefined,
      },
      { status: refusedName === undefined && refusedAccess === undefined ? 200 : 422 },
    )

  /** Gives a new secret to the sample workspace; shows it for manual copying when that was not wanted or failed. */
  const afterwards = async (
    locationId: string,
    wish: { isForSample: boolean; name: string },
    reveal: Reveal,
  ): Promise<Outcome> => {
    if (!wish.isForSample || !sampleWorkspace) return { reveal }
    try {
      const credentials = await sampleWorkspace.connect({
        name: wish.name,
        webhookUrl: addressOf(reveal.connectionId),
        signingSecret: reveal.secret,
      })
      if (credentials) await connections.setCredentials(locationId, reveal.connectionId, { credentials })
      return { message: 'sampleDone' }
    } catch {
      return { reveal, message: 'sampleFailed' }
    }
  }

  return [
    screen({ path: '/settings/connection', handler: ({ caller }) => show(caller) }),

    defineChange({
      path: '/settings/connection',
      audit: 'connection.created',
      input: { body: z.object({ name: z.string().trim(), sample: isYes }) },
      async handler({ caller, body: { name, sample }, audit }) {
        if (name === '' || name.length > MOST_LETTERS) return await show(caller, { refusedName: name })
        const existing = await connections.list(caller.locationId)
        if (existing.length >= MOST_CONNECTIONS) {
          throw new AppError('conflict', { detail: `There are ${MOST_CONNECTIONS} connections already.` })
        }
        const { connection, secret } = await transaction(async (tx) => {
          const made = await connections.create(caller.locationId, { name }, tx)
          await audit({ subjectType: 'connection', subjectId: made.connection.id, details: { name } }, tx)
          return made
        })
        const reveal: Reveal = { connectionId: connection.id, secret, occasion: 'created' }
        return await show(caller, await afterwards(caller.locationId, { isForSample: sample === 'yes', name }, reveal))
      },
    }),

    defineChange({
      path: '/settings/connection/:id/secret',
      audit: 'connection.secret_changed',
      // `now: yes` ends the old secret at once, after a leak. An empty form has no body.
      input: { params, body: z.object({ now: isYes, sample: isYes }).prefault({}) },
      async handler({ caller, params: { id }, body, audit }) {
        const overlapHours = body.now ? 0 : OVERLAP_HOURS
        const { connection, secret } = await transaction(async (tx) => {
          const changed = await connections.rotate(caller.locationId, id, { overlapHours, on: tx })
          if (!changed) throw new AppError('not_found')
          await audit({ subjectType: 'connection', subjectId: id, details: { overlapHours } }, tx)
          return changed
        })
        const reveal: Reveal = { connectionId: id, secret, occasion: body.now ? 'replaced' : 'rotated' }
        const wish = { isForSample: body.sample === 'yes', name: connection.name }
        return await show(caller, await afterwards(caller.locationId, wish, reveal))
      },
    }),

    defineChange({
      path: '/settings/connection/:id/credentials',
      audit: 'connection.access_changed',
      input: { params, body: accessForm },
      async handler({ caller, params: { id }, body, audit }) {
        if (!ACCESS.test(body.clientId) || !ACCESS.test(body.clientSecret)) {
          const isTheirs = (await connections.list(caller.locationId)).some((one) => one.id === id)
          if (!isTheirs) throw new AppError('not_found')
          return await show(caller, { refusedAccess: id })
        }
        await transaction(async (tx) => {
          const changed = await connections.setCredentials(caller.locationId, id, { credentials: body, on: tx })
          if (!changed) throw new AppError('not_found')
          await audit({ subjectType: 'connection', subjectId: id }, tx)
        })
        await deps.resumeEvents?.(caller.locationId)
        return await show(caller, { message: 'accessSaved' })
      },
    }),

    ...([true, false] as const).map((isEnabled) =>
      defineChange({
        path: `/settings/connection/:id/${isEnabled ? 'on' : 'off'}`,
        audit: isEnabled ? 'connection.enabled' : 'connection.disabled',
        input: { params },
        async handler({ caller, params: { id }, audit }) {
          await transaction(async (tx) => {
            const changed = await connections.setEnabled(caller.locationId, id, { isEnabled, on: tx })
            if (!changed) throw new AppError('not_found')
            await audit({ subjectType: 'connection', subjectId: id }, tx)
          })
          return await show(caller)
        },
      }),
    ),
  ]
}
