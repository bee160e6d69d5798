// The keys of one app: API keys with their own expiry, addresses and scopes, and public keys for signed token requests
// (private_key_jwt).

import { z } from 'zod'
import { canonicalRange } from '../../api/address-ranges.ts'
import { type KeyFault, readPublicKeys } from '../../api/public-keys.ts'
import { AppError } from '../../errors.ts'
import type { ApiKeys } from '../../store/api-keys.ts'
import type { ClientKeys } from '../../store/client-keys.ts'
import type { Clients } from '../../store/clients.ts'
import type { Route } from '../route.ts'
import { appParams, type Fault, found, isWorking, line, nameFault, type ShowApp, ticked } from './developer-app.ts'
import type { Surface } from './developer-surface.ts'

const MOST_KEYS = 10
const MOST_RANGES = 50
const DAY_MS = 86_400_000

export type DeveloperKeysDeps = {
  clients: Pick<Clients, 'get'>
  apiKeys: Pick<ApiKeys, 'create' | 'list' | 'get' | 'edit' | 'rotate' | 'revoke'>
  clientKeys: Pick<ClientKeys, 'add' | 'list' | 'remove'>
  now: () => Date
}

const keyParams = appParams.extend({ keyId: z.string().regex(/^[\w-]{1,64}$/) })

const keyForm = z.object({ name: line, expires: line, addresses: line, scopes: ticked }).prefault({})
type TypedKey = z.output<typeof keyForm>

type ReadKey = { faults: Fault[]; expiresAt: Date | null; allowedRanges: string[]; scopes: string[] }

/** A key expires at the end of the given day (UTC). */
const readKey = (typed: TypedKey, { appScopes, now }: { appScopes: readonly string[]; now: Date }): ReadKey => {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(typed.expires) ? Date.parse(typed.expires) : Number.NaN
  const expiresAt = typed.expires === '' ? null : new Date(day + DAY_MS)
  const words = typed.addresses.split(/[\s,;]+/).filter(Boolean)
  const ranges = words.map(canonicalRange)
  const wrong = words.filter((_word, index) => ranges[index] === undefined)
  const scopes = appScopes.filter((scope) => typed.scopes.includes(scope))
  return {
    expiresAt,
    allowedRanges: [...new Set(ranges.filter((range) => range !== undefined))],
    scopes,
    faults: [
      ...nameFault(typed.name),
      ...(expiresAt && !(expiresAt > now) ? [{ name: 'expires' }] : []),
      ...(wrong.length > 0 || words.length > MOST_RANGES ? [{ name: 'addresses', detail: wrong.join(' ') }] : []),
      ...(scopes.length === 0 ? [{ name: 'scopes' }] : []),
    ],
  }
}

/** Routes of an app's keys. Throw `not_found` and `conflict`. */
export const developerKeyRoutes = (
  { change, base }: Surface,
  { clients, apiKeys, clientKeys, now }: DeveloperKeysDeps,
  { show }: { show: ShowApp },
): Route[] => {
  /** The key, if it belongs to this app. */
  const keyOf = async (locationId: string, { id, keyId }: { id: string; keyId: string }) => {
    const key = found(await apiKeys.get(locationId, keyId))
    if (key.clientId !== id) throw new AppError('not_found')
    return key
  }

  return [
    change({
      path: `${base}/:id/keys`,
      audit: 'api_key.created',
      input: { params: appParams, body: keyForm },
      async handler({ caller, params: { id }, body: typed, audit }) {
        const { locationId, userId } = caller
        const app = found(await clients.get(locationId, id))
        const { faults, ...read } = readKey(typed, { appScopes: app.scopes, now: now() })
        if (faults.length > 0) return await show(caller, id, { refused: { form: 'key', faults, typed } })
        const working = (await apiKeys.list(locationId, { clientId: id })).filter((key) => isWorking(key, now()))
        if (working.length >= MOST_KEYS) {
          throw new AppError('conflict', { detail: `This app has ${MOST_KEYS} keys already. Revoke one first.` })
        }
        const wish = { ...read, clientId: id, name: typed.name, mode: app.mode, createdBy: userId }
        const made = found(await apiKeys.create(locationId, wish, audit))
        return await show(caller, id, { reveal: { what: 'key', value: made.text, occasion: 'created' } })
      },
    }),

    change({
      path: `${base}/:id/keys/:keyId`,
      audit: 'api_key.changed',
      input: { params: keyParams, body: keyForm },
      async handler({ caller, params, body: typed, audit }) {
        const { locationId } = caller
        const app = found(await clients.get(locationId, params.id))
        const { id: keyId } = await keyOf(locationId, params)
        const { faults, ...changes } = readKey(typed, { appScopes: app.scopes, now: now() })
        if (faults.length > 0) {
          return await show(caller, params.id, { refused: { form: 'key', faults, typed: { ...typed, keyId } } })
        }
        found(await apiKeys.edit(locationId, keyId, { changes: { ...changes, name: typed.name }, record: audit }))
        return await show(caller, params.id, { message: 'keySaved' })
      },
    }),

    change({
      path: `${base}/:id/keys/:keyId/rotate`,
      audit: 'api_key.rotated',
      input: { params: keyParams },
      async handler({ caller, params, audit }) {
        const { id: keyId } = await keyOf(caller.locationId, params)
        const { text } = found(await apiKeys.rotate(caller.locationId, keyId, { record: audit }))
        return await show(caller, params.id, { reveal: { what: 'key', value: text, occasion: 'rotated' } })
      },
    }),

    change({
      path: `${base}/:id/keys/:keyId/revoke`,
      audit: 'api_key.revoked',
      input: { params: keyParams },
      async handler({ caller, params, audit }) {
        const { id: keyId } = await keyOf(caller.locationId, params)
        found(await apiKeys.revoke(caller.locationId, keyId, { record: audit }))
        return await show(caller, params.id, { message: 'revoked' })
      },
    }),

    change({
      path: `${base}/:id/public-keys`,
      audit: 'client_key.added',
      input: { params: appParams, body: z.object({ keys: line }).prefault({}) },
      async handler({ caller, params: { id }, body: typed, audit }) {
        const { locationId, userId } = caller
        found(await clients.get(locationId, id))
        const refuse = (reason: KeyFault) =>
          show(caller, id, { refused: { form: 'publicKeys', faults: [{ name: 'keys', reason }], typed } })
        const read = await readPublicKeys(typed.keys)
        if (!read.ok) return await refuse(read.reason)
        const there = await clientKeys.list(locationId, id)
        const fresh = read.keys.filter(({ kid }) => !there.some((key) => key.kid === kid))
        if (fresh.length === 0) return await refuse('same')
        if (there.length + fresh.length > MOST_KEYS) return await refuse('many')
        for (const { kid, jwk } of fresh) {
          await clientKeys.add(locationId, id, { kid, jwk: { ...jwk }, createdBy: userId, record: audit })
        }
        return await show(caller, id, { message: 'publicKeyAdded' })
      },
    }),

    change({
      path: `${base}/:id/public-keys/remove`,
      audit: 'client_key.removed',
      // In the body, because a kid may contain any character.
      input: { params: appParams, body: z.object({ kid: line }).prefault({}) },
      async handler({ caller, params: { id }, body: { kid }, audit }) {
        found(await clientKeys.remove(caller.locationId, id, { kid, record: audit }))
        return await show(caller, id, { message: 'publicKeyRemoved' })
      },
    }),
  ]
}
