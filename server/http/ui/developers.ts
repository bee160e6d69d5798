// The apps of an account that call our API: made, given keys, watched, and shut out. A secret or a key is in exactly one
// answer, that of the change that made it.

import { z } from 'zod'
import type { Scope } from '../../api/scopes.ts'
import { AppError } from '../../errors.ts'
import type { ApiKey, ApiKeys } from '../../store/api-keys.ts'
import type { ApiUsage } from '../../store/api-usage.ts'
import type { Client, Clients } from '../../store/clients.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import { defineChange, type Screen, screenData } from './screen.ts'

const MOST_APPS = 20
const MOST_KEYS = 10
const MOST_LETTERS = 80
const DAYS = 7
const DAY_MS = 86_400_000

export type DevelopersDeps = {
  clients: Pick<Clients, 'create' | 'list' | 'get' | 'rotateSecret' | 'setEnabled' | 'remove'>
  apiKeys: Pick<ApiKeys, 'create' | 'list' | 'rotate' | 'revoke'>
  usage: Pick<ApiUsage, 'read'>
  /** Those that some operation of the API asks for. */
  apiScopes: readonly Scope[]
  publicUrl: string
  now: () => Date
  /** There is a sandbox for test credentials. */
  sampleWorkspace?: object | undefined
}

const params = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) })
const isYes = z.literal('yes').optional().catch(undefined)
const name = z.string().trim().default('')

/** One ticked box comes as text, several as a list. */
const ticked = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? [] : [value].flat()))

const appForm = z
  .object({ name, scopes: ticked, mode: z.enum(['live', 'test']).default('live').catch('live') })
  .prefault({})

type Reveal = { appId: string; what: 'secret' | 'key'; id?: string; value: string; isReplaced?: boolean }
type Outcome = {
  reveal?: Reveal
  message?: 'removed' | 'revoked' | 'switchedOn' | 'switchedOff'
  refused?: { name: string; scopes: string[]; faults: ('name' | 'scopes')[] }
}

type Day = { at: Date; calls: number; rejected: number; failed: number }

const isWorking = ({ revokedAt, expiresAt }: ApiKey, at: Date): boolean =>
  revokedAt === null && (expiresAt === null || expiresAt > at)

/** Routes below `/settings/developers` and `/settings/keys`. */
export const developerRoutes = (screen: Screen, deps: DevelopersDeps): Route[] => {
  const { clients, apiKeys, usage, apiScopes, publicUrl, now, sampleWorkspace } = deps

  /** Calls of the last days, by day (UTC), also of days without any. */
  const lastDays = async (locationId: string): Promise<Day[]> => {
    const today = Math.floor(now().getTime() / DAY_MS) * DAY_MS
    const from = new Date(today - (DAYS - 1) * DAY_MS)
    const rows = await usage.read(locationId, { from, until: new Date(today + DAY_MS), step: 'day' })
    const sum = (of: typeof rows, key: 'calls' | 'rejected' | 'failed') =>
      of.reduce((total, row) => total + row[key], 0)
    return Array.from({ length: DAYS }, (_, index) => {
      const at = new Date(from.getTime() + index * DAY_MS)
      const of = rows.filter((row) => row.at.getTime() === at.getTime())
      return { at, calls: sum(of, 'calls'), rejected: sum(of, 'rejected'), failed: sum(of, 'failed') }
    })
  }

  const show = async (caller: Session, outcome: Outcome = {}): Promise<Reply> => {
    const { locationId } = caller
    const [all, keys, days] = await Promise.all([
      clients.list(locationId),
      apiKeys.list(locationId),
      lastDays(locationId),
    ])
    const at = now()
    const shown = (app: Client) => ({
      ...app,
      isOverlapping: app.previousSecretExpiresAt !== null && app.previousSecretExpiresAt > at,
      keys: keys.filter((key) => key.clientId === app.id && isWorking(key, at)),
    })
    return view(
      'screens/developers',
      {
        ...screenData(caller),
        apps: all.map(shown),
        days,
        most: Math.max(1, ...days.map(({ calls }) => calls)),
        apiScopes,
        publicUrl,
        hasSandbox: sampleWorkspace !== undefined,
        ...outcome,
      },
      { status: outcome.refused ? 422 : 200 },
    )
  }

  const found = <T>(value: T | undefined): T => {
    if (value === undefined) throw new AppError('not_found')
    return value
  }

  return [
    screen({ path: '/settings/developers', handler: ({ caller }) => show(caller) }),

    defineChange({
      path: '/settings/developers',
      audit: 'client.created',
      input: { body: appForm },
      async handler({ caller, body, audit }) {
        const { locationId, userId } = caller
        const scopes = apiScopes.filter((scope) => body.scopes.includes(scope))
        const faults = [
          ...(body.name === '' || body.name.length > MOST_LETTERS ? (['name'] as const) : []),
          ...(scopes.length === 0 ? (['scopes'] as const) : []),
        ]
        if (faults.length > 0) return await show(caller, { refused: { name: body.name, scopes, faults } })
        if ((await clients.list(locationId)).length >= MOST_APPS) {
          throw new AppError('conflict', { detail: `There are ${MOST_APPS} apps already.` })
        }
        const mode = sampleWorkspace ? body.mode : 'live'
        const wish = { name: body.name, mode, scopes, createdBy: userId }
        const { client, secret } = await clients.create(locationId, wish, audit)
        return await show(caller, { reveal: { appId: client.id, what: 'secret', value: secret! } })
      },
    }),

    defineChange({
      path: '/settings/developers/:id/secret',
      audit: 'client.secret_changed',
      // `now: yes` ends the old secret and every token at once, after a leak.
      input: { params, body: z.object({ now: isYes }).prefault({}) },
      async handler({ caller, params: { id }, body, audit }) {
        const wish = { ...(body.now ? { overlapHours: 0 } : {}), record: audit }
        const { secret } = found(await clients.rotateSecret(caller.locationId, id, wish))
        return await show(caller, {
          reveal: { appId: id, what: 'secret', value: secret, isReplaced: body.now === 'yes' },
        })
      },
    }),

    ...([true, false] as const).map((isEnabled) =>
      defineChange({
        path: `/settings/developers/:id/${isEnabled ? 'on' : 'off'}`,
        audit: isEnabled ? 'client.enabled' : 'client.disabled',
        input: { params },
        async handler({ caller, params: { id }, audit }) {
          found(await clients.setEnabled(caller.locationId, id, { isEnabled, record: audit }))
          return await show(caller, { message: isEnabled ? 'switchedOn' : 'switchedOff' })
        },
      }),
    ),

    defineChange({
      path: '/settings/developers/:id/remove',
      audit: 'client.removed',
      input: { params },
      async handler({ caller, params: { id }, audit }) {
        found(await clients.remove(caller.locationId, id, { record: audit }))
        return await show(caller, { message: 'removed' })
      },
    }),

    defineChange({
      path: '/settings/developers/:id/keys',
      audit: 'api_key.created',
      input: { params },
      async handler({ caller, params: { id }, audit }) {
        const { locationId, userId } = caller
        const app = found(await clients.get(locationId, id))
        const working = (await apiKeys.list(locationId, { clientId: id })).filter((key) => isWorking(key, now()))
        if (working.length >= MOST_KEYS) {
          throw new AppError('conflict', { detail: `This app has ${MOST_KEYS} keys already. Revoke one first.` })
        }
        const wish = { clientId: id, name: app.name, mode: app.mode, scopes: app.scopes, createdBy: userId }
        const made = found(await apiKeys.create(locationId, wish, audit))
        return await show(caller, { reveal: { appId: id, what: 'key', id: made.key.id, value: made.text } })
      },
    }),

    defineChange({
      path: '/settings/keys/:id/rotate',
      audit: 'api_key.rotated',
      input: { params },
      async handler({ caller, params: { id }, audit }) {
        const { key, text } = found(await apiKeys.rotate(caller.locationId, id, { record: audit }))
        return await show(caller, { reveal: { appId: key.clientId, what: 'key', id: key.id, value: text } })
      },
    }),

    defineChange({
      path: '/settings/keys/:id/revoke',
      audit: 'api_key.revoked',
      input: { params },
      async handler({ caller, params: { id }, audit }) {
        found(await apiKeys.revoke(caller.locationId, id, { record: audit }))
        return await show(caller, { message: 'revoked' })
      },
    }),
  ]
}
