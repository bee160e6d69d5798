// Incoming webhooks: addresses for other systems' calls. The token in the address is stored as a hash and returned
// once, on creation and rotation; the signing secret is sealed here.

import { hashOfCredential } from '../api/credential-text.ts'
import { randomToken } from '../ids.ts'
import type { Database, Queryable } from './db.ts'
import { toJson } from './json.ts'
import type { Seal } from './seal.ts'

const HOUR_MS = 3_600_000
const TOKEN_BYTES = 30
const VISIBLE_LETTERS = 6

export type IncomingWebhook = {
  id: string
  name: string
  /** The first letters of the token in its address. */
  tokenStart: string
  isSigned: boolean
  status: 'active' | 'disabled'
  createdAt: Date
  rotatedAt: Date | null
  /** Until then the address before the current one works too. */
  previousTokenExpiresAt: Date | null
  receivedAt: Date | null
  refusedAt: Date | null
  /** An error code. */
  refusedCode: string | null
  /** The last call's data as workflows see it; null when there was none or it was too large to store. */
  sample: unknown
}

/** The webhook for verification, with the decrypted secret; null when calls need no signature. */
export type IncomingDoor = { id: string; locationId: string; name: string; isEnabled: boolean; secret: string | null }

type Deps = { db: Database; seal: Seal; now: () => Date }

const contextOf = (id: string): string => `incoming-webhook:${id}:signing`

const COLUMNS = [
  'id',
  'name',
  'token_start as tokenStart',
  'status',
  'created_at as createdAt',
  'rotated_at as rotatedAt',
  'previous_token_expires_at as previousTokenExpiresAt',
  'received_at as receivedAt',
  'refused_at as refusedAt',
  'refused_code as refusedCode',
  'sample',
] as const

const newToken = () => {
  const token = randomToken(TOKEN_BYTES)
  return { token, hash: hashOfCredential(token), start: token.slice(0, VISIBLE_LETTERS) }
}

export type IncomingWebhooks = ReturnType<typeof createIncomingWebhooks>

/** The incoming webhooks of a location. */
export const createIncomingWebhooks = ({ db, seal, now }: Deps) => {
  const update = (locationId: string, id: string, on: Queryable) =>
    on.updateTable('incoming_webhooks').where('location_id', '=', locationId).where('id', '=', id)

  const rows = (locationId: string, on: Queryable) =>
    on
      .selectFrom('incoming_webhooks')
      .select(COLUMNS)
      .select((is) => is('signing_secret', 'is not', null).as('isSigned'))
      .where('location_id', '=', locationId)

  const get = async (locationId: string, id: string, on: Queryable): Promise<IncomingWebhook | undefined> =>
    (await rows(locationId, on).where('id', '=', id).executeTakeFirst()) as IncomingWebhook | undefined

  return {
    /** The token is returned only here. `secret` null: calls need no signature. */
    async create(
      locationId: string,
      { name, secret, createdBy }: { name: string; secret: string | null; createdBy?: string },
      on: Queryable = db.kysely,
    ): Promise<{ webhook: IncomingWebhook; token: string }> {
      const id = `hk_${randomToken(15)}`
      const { token, hash, start } = newToken()
      await on
        .insertInto('incoming_webhooks')
        .values({
          location_id: locationId,
          id,
          name,
          token_hash: hash,
          token_start: start,
          signing_secret: secret === null ? null : seal.seal(secret, contextOf(id)),
          status: 'active',
          created_by: createdBy ?? null,
          created_at: now(),
        })
        .execute()
      return { webhook: (await get(locationId, id, on))!, token }
    },

    /** Oldest first. */
    list: async (locationId: string, on: Queryable = db.kysely): Promise<IncomingWebhook[]> =>
      (await rows(locationId, on).orderBy('created_at').orderBy('id').execute()) as IncomingWebhook[],

    get: (locationId: string, id: string, on: Queryable = db.kysely) => get(locationId, id, on),

    /** An absent `secret` stays unchanged. Undefined when the location has no such webhook. */
    async change(
      locationId: string,
      id: string,
      { name, secret }: { name: string; secret?: string | null },
      on: Queryable = db.kysely,
    ): Promise<IncomingWebhook | undefined> {
      const sealed = secret === undefined || secret === null ? secret : seal.seal(secret, contextOf(id))
      await update(locationId, id, on)
        .set({ name, ...(sealed === undefined ? {} : { signing_secret: sealed }) })
        .execute()
      return await get(locationId, id, on)
    },

    /** A new address; the one before works for `overlapHours` more (0 ends it at once). Undefined when there is none. */
    async rotate(
      locationId: string,
      id: string,
      { overlapHours, on = db.kysely }: { overlapHours: number; on?: Queryable },
    ): Promise<{ webhook: IncomingWebhook; token: string } | undefined> {
      const { token, hash, start } = newToken()
      const at = now()
      const isOverlapping = overlapHours > 0
      await update(locationId, id, on)
        .set((columns) => ({
          previous_token_hash: isOverlapping ? columns.ref('token_hash') : null,
          previous_token_expires_at: isOverlapping ? new Date(at.getTime() + overlapHours * HOUR_MS) : null,
          token_hash: hash,
          token_start: start,
          rotated_at: at,
        }))
        .execute()
      const webhook = await get(locationId, id, on)
      return webhook && { webhook, token }
    },

    /** Undefined when there is no such webhook. */
    async setEnabled(
      locationId: string,
      id: string,
      { isEnabled, on = db.kysely }: { isEnabled: boolean; on?: Queryable },
    ): Promise<IncomingWebhook | undefined> {
      await update(locationId, id, on)
        .set({ status: isEnabled ? 'active' : 'disabled' })
        .execute()
      return await get(locationId, id, on)
    },

    /** False when there is no such webhook. */
    async remove(locationId: string, id: string, on: Queryable = db.kysely): Promise<boolean> {
      const { numDeletedRows } = await on
        .deleteFrom('incoming_webhooks')
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    /** Whose address has this token, now or until its overlap ends. The only view that holds the open secret. */
    async findForCall(token: string): Promise<IncomingDoor | undefined> {
      const hash = hashOfCredential(token)
      const row = await db.kysely
        .selectFrom('incoming_webhooks')
        .select(['id', 'location_id', 'name', 'status', 'signing_secret'])
        .where((is) =>
          is.or([
            is('token_hash', '=', hash),
            is.and([is('previous_token_hash', '=', hash), is('previous_token_expires_at', '>', now())]),
          ]),
        )
        .executeTakeFirst()
      if (!row) return undefined
      return {
        id: row.id,
        locationId: row.location_id,
        name: row.name,
        isEnabled: row.status === 'active',
        secret: row.signing_secret && seal.open(row.signing_secret, contextOf(row.id)),
      }
    },

    /** A call came; `sample` null when it is too large to be kept. */
    async received(locationId: string, id: string, { at, sample }: { at: Date; sample: unknown }): Promise<void> {
      await update(locationId, id, db.kysely)
        .set({ received_at: at, sample: sample === null ? null : toJson(sample) })
        .execute()
    },

    async refused(locationId: string, id: string, { at, code }: { at: Date; code: string }): Promise<void> {
      await update(locationId, id, db.kysely).set({ refused_at: at, refused_code: code }).execute()
    },
  }
}
