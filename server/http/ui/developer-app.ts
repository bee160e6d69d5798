// One API client of the account: scopes, secret, page. A secret or key appears only in the answer to the change that
// created it.

import { z } from 'zod'
import { readRedirectUris } from '../../api/redirect-uris.ts'
import type { Scope } from '../../api/scopes.ts'
import { AppError } from '../../errors.ts'
import type { ApiKey, ApiKeys } from '../../store/api-keys.ts'
import type { ClientKeys } from '../../store/client-keys.ts'
import type { Clients } from '../../store/clients.ts'
import type { Session } from '../doors/session.ts'
import { type Reply, view } from '../reply.ts'
import type { Route } from '../route.ts'
import type { Surface } from './developer-surface.ts'
import { screenData } from './screen.ts'

const MOST_LETTERS = 80

export type DeveloperAppDeps = {
  clients: Pick<Clients, 'get' | 'edit' | 'rotateSecret' | 'setEnabled' | 'remove'>
  apiKeys: Pick<ApiKeys, 'list'>
  clientKeys: Pick<ClientKeys, 'list'>
  /** Scopes that some operation of the API requires. */
  apiScopes: readonly Scope[]
  now: () => Date
}

/** One ticked box comes as text, several as a list. */
export const ticked = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .catch(undefined)
  .transform((value) => (value === undefined ? [] : [value].flat()))

export const line = z.string().trim().default('').catch('')
export const appParams = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) })
const isYes = z.literal('yes').optional().catch(undefined)

const appForm = z.object({ name: line, scopes: ticked, redirects: line }).prefault({})

/** A faulty form field and the key of its text. */
export type Fault = { name: string; detail?: string; reason?: string }
export type Refused = { form: 'app' | 'key' | 'publicKeys'; faults: Fault[]; typed: Record<string, unknown> }

/**
 * `occasion`: whether a secret existed before, and whether it still works for a while (`rotated`) or not (`replaced`).
 */
export type Reveal = { what: 'secret' | 'key'; value: string; occasion: 'created' | 'rotated' | 'replaced' }
export type AppOutcome = {
  reveal?: Reveal
  message?:
    | 'created'
    | 'saved'
    | 'revoked'
    | 'switchedOn'
    | 'switchedOff'
    | 'keySaved'
    | 'publicKeyAdded'
    | 'publicKeyRemoved'
  refused?: Refused
}

/** Whether the key is neither revoked nor expired. */
export const isWorking = ({ revokedAt, expiresAt }: ApiKey, at: Date): boolean =>
  revokedAt === null && (expiresAt === null || expiresAt > at)

/** The fault of an app's name that is empty or too long; none otherwise. */
export const nameFault = (name: string): Fault[] =>
  name === '' || name.length > MOST_LETTERS ? [{ name: 'name' }] : []

/** The value. Throws `not_found` when it is undefined. */
export const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new AppError('not_found')
  return value
}

export type ShowApp = (caller: Session, id: string, outcome?: AppOutcome) => Promise<Reply>

/** Shows the page of an app. Throws `not_found`. */
export const createShowApp =
  ({ base }: Pick<Surface, 'base'>, { clients, apiKeys, clientKeys, apiScopes, now }: DeveloperAppDeps): ShowApp =>
  async (caller, id, outcome = {}) => {
    const { locationId } = caller
    const [app, keys, publicKeys] = await Promise.all([
      clients.get(locationId, id).then(found),
      apiKeys.list(locationId, { clientId: id }),
      clientKeys.list(locationId, id),
    ])
    const at = now()
    return view(
      'screens/developer-app',
      {
        ...screenData(caller),
        base,
        app,
        isOverlapping: app.previousSecretExpiresAt !== null && app.previousSecretExpiresAt > at,
        keys: keys.filter((key) => isWorking(key, at)),
        publicKeys,
        apiScopes,
        ...outcome,
      },
      { status: outcome.refused ? 422 : 200 },
    )
  }

type Parts = { show: ShowApp; showList: (caller: Session, outcome: { message: 'removed' }) => Promise<Reply> }

/** Routes of one app below `/:id`. Throw `not_found`. */
export const developerAppRoutes = (
  { screen, change, base }: Surface,
  { clients, apiScopes }: DeveloperAppDeps,
  { show, showList }: Parts,
): Route[] => [
  screen({
    path: `${base}/:id`,
    input: { params: appParams },
    handler: ({ caller, params: { id } }) => show(caller, id),
  }),

  change({
    path: `${base}/:id`,
    audit: 'client.changed',
    input: { params: appParams, body: appForm },
    async handler({ caller, params: { id }, body: typed, audit }) {
      const { name } = typed
      const scopes = apiScopes.filter((scope) => typed.scopes.includes(scope))
      const { isPublic } = found(await clients.get(caller.locationId, id))
      const redirects = readRedirectUris(typed.redirects, { isPublic })
      const faults = [
        ...nameFault(name),
        ...(scopes.length === 0 ? [{ name: 'scopes' }] : []),
        ...(redirects.ok ? [] : [{ name: 'redirects', detail: redirects.wrong.join(' ') }]),
      ]
      if (faults.length > 0 || !redirects.ok) return await show(caller, id, { refused: { form: 'app', faults, typed } })
      const changes = { name, scopes, redirectUris: redirects.uris }
      found(await clients.edit(caller.locationId, id, { changes, record: audit }))
      return await show(caller, id, { message: 'saved' })
    },
  }),

  change({
    path: `${base}/:id/secret`,
    audit: 'client.secret_changed',
    // `now: yes` ends the old secret and all tokens at once, after a leak.
    input: { params: appParams, body: z.object({ now: isYes }).prefault({}) },
    async handler({ caller, params: { id }, body, audit }) {
      const wish = { ...(body.now ? { overlapHours: 0 } : {}), record: audit }
      const { secret } = found(await clients.rotateSecret(caller.locationId, id, wish))
      return await show(caller, id, {
        reveal: { what: 'secret', value: secret, occasion: body.now ? 'replaced' : 'rotated' },
      })
    },
  }),

  ...([true, false] as const).map((isEnabled) =>
    change({
      path: `${base}/:id/${isEnabled ? 'on' : 'off'}`,
      audit: isEnabled ? 'client.enabled' : 'client.disabled',
      input: { params: appParams },
      async handler({ caller, params: { id }, audit }) {
        found(await clients.setEnabled(caller.locationId, id, { isEnabled, record: audit }))
        return await show(caller, id, { message: isEnabled ? 'switchedOn' : 'switchedOff' })
      },
    }),
  ),

  change({
    path: `${base}/:id/remove`,
    audit: 'client.removed',
    input: { params: appParams },
    async handler({ caller, params: { id }, audit }) {
      found(await clients.remove(caller.locationId, id, { record: audit }))
      return await showList(caller, { message: 'removed' })
    },
  }),
]
