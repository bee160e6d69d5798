// Outgoing webhook endpoints of a location. The signing secret is sealed here and returned once, on creation and
// rotation.

import { randomBytes } from 'node:crypto'
import { randomToken } from '../ids.ts'
import type { Database, Queryable } from './db.ts'
import type { Seal } from './seal.ts'

const HOUR_MS = 3_600_000
/** Successes are recorded at most this often, unless one ends a series of failures, to avoid a write per event. */
const NOTE_EVERY_MS = 60_000

export type WebhookEndpoint = {
  id: string
  name: string
  url: string
  /** Ids of catalog triggers. */
  eventTypes: string[]
  status: 'active' | 'disabled'
  /** Why it was switched off automatically; null when a person did it. */
  disabledCode: string | null
  disabledAt: Date | null
  createdAt: Date
  rotatedAt: Date | null
  /** Until then everything is signed with the secret before the current one too. */
  previousSecretExpiresAt: Date | null
  failingSince: Date | null
  failedCode: string | null
  lastDeliveredAt: Date | null
}

/** Where to deliver, with open secrets; the current one first. */
export type WebhookTarget = Pick<WebhookEndpoint, 'id' | 'name' | 'url' | 'eventTypes' | 'status'> & {
  secrets: string[]
}

export type EndpointWish = { name: string; url: string; eventTypes: string[] }

type Deps = { db: Database; seal: Seal; now: () => Date }

/** 32 random bytes in the form of Standard Webhooks. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** One context for both columns: a rotation moves the sealed value from one to the other. */
const contextOf = (id: string): string => `webhook-endpoint:${id}:signing`

const COLUMNS = [
  'id',
  'name',
  'url',
  'event_types as eventTypes',
  'status',
  'disabled_code as disabledCode',
  'disabled_at as disabledAt',
  'created_at as createdAt',
  'rotated_at as rotatedAt',
  'previous_secret_expires_at as previousSecretExpiresAt',
  'failing_since as failingSince',
  'failed_code as failedCode',
  'last_delivered_at as lastDeliveredAt',
] as const

export type WebhookEndpoints = ReturnType<typeof createWebhookEndpoints>

/** The webhook endpoints of a location. */
export const createWebhookEndpoints = ({ db, seal, now }: Deps) => {
  const update = (locationId: string, id: string, on: Queryable) =>
    on.updateTable('webhook_endpoints').where('location_id', '=', locationId).where('id', '=', id)

  return {
    /** The secret is returned only here. */
    async create(
      locationId: string,
      { name, url, eventTypes, createdBy }: EndpointWish & { createdBy?: string },
      on: Queryable = db.kysely,
    ): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
      const id = `whk_${randomToken(15)}`
      const secret = newSecret()
      const endpoint = await on
        .insertInto('webhook_endpoints')
        .values({
          location_id: locationId,
          id,
          name,
          url,
          event_types: eventTypes,
          signing_secret: seal.seal(secret, contextOf(id)),
          created_by: createdBy ?? null,
          created_at: now(),
        })
        .returning(COLUMNS)
        .executeTakeFirstOrThrow()
      return { endpoint, secret }
    },

    /** Oldest first. */
    list: (locationId: string, on: Queryable = db.kysely): Promise<WebhookEndpoint[]> =>
      on
        .selectFrom('webhook_endpoints')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute(),

    get: (locationId: string, id: string, on: Queryable = db.kysely): Promise<WebhookEndpoint | undefined> =>
      on
        .selectFrom('webhook_endpoints')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .executeTakeFirst(),

    /** Undefined when the location has no such endpoint. The only view that holds open secrets. */
    async target(locationId: string, id: string): Promise<WebhookTarget | undefined> {
      const row = await db.kysely
        .selectFrom('webhook_endpoints')
        .selectAll()
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) return undefined
      const { name, url, event_types: eventTypes, status } = row
      const isOverlapping = row.previous_secret_expires_at !== null && row.previous_secret_expires_at > now()
      const sealed = [row.signing_secret, ...(isOverlapping ? [row.previous_signing_secret!] : [])]
      return { id, name, url, eventTypes, status, secrets: sealed.map((blob) => seal.open(blob, contextOf(id))) }
    },

    /** Undefined when the location has no such endpoint. */
    change: (
      locationId: string,
      id: string,
      { name, url, eventTypes }: EndpointWish,
      on: Queryable = db.kysely,
    ): Promise<WebhookEndpoint | undefined> =>
      update(locationId, id, on).set({ name, url, event_types: eventTypes }).returning(COLUMNS).executeTakeFirst(),

    /**
     * A new secret; what is sent is signed with the one before too for `overlapHours` more (0 ends it at once). Undefined
     * when the location has no such endpoint.
     */
    async rotate(
      locationId: string,
      id: string,
      { overlapHours, on = db.kysely }: { overlapHours: number; on?: Queryable },
    ): Promise<{ endpoint: WebhookEndpoint; secret: string } | undefined> {
      const secret = newSecret()
      const at = now()
      const isOverlapping = overlapHours > 0
      const endpoint = await update(locationId, id, on)
        .set((columns) => ({
          previous_signing_secret: isOverlapping ? columns.ref('signing_secret') : null,
          previous_secret_expires_at: isOverlapping ? new Date(at.getTime() + overlapHours * HOUR_MS) : null,
          signing_secret: seal.seal(secret, contextOf(id)),
          rotated_at: at,
        }))
        .returning(COLUMNS)
        .executeTakeFirst()
      return endpoint && { endpoint, secret }
    },

    /** Switching on forgets earlier failures. Undefined when there is no such endpoint or it is in that state already. */
    setEnabled(
      locationId: string,
      id: string,
      { isEnabled, code = null, on = db.kysely }: { isEnabled: boolean; code?: string | null; on?: Queryable },
    ): Promise<WebhookEndpoint | undefined> {
      const state = isEnabled
        ? { status: 'active' as const, disabled_code: null, disabled_at: null, failing_since: null, failed_code: null }
        : { status: 'disabled' as const, disabled_code: code, disabled_at: now() }
      return update(locationId, id, on)
        .set(state)
        .where('status', '<>', state.status)
        .returning(COLUMNS)
        .executeTakeFirst()
    },

    /** Undefined when the location has no such endpoint. */
    remove: (locationId: string, id: string, on: Queryable = db.kysely): Promise<WebhookEndpoint | undefined> =>
      on
        .deleteFrom('webhook_endpoints')
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .returning(COLUMNS)
        .executeTakeFirst(),

    /** A delivery arrived. */
    async delivered(locationId: string, id: string): Promise<void> {
      const at = now()
      await update(locationId, id, db.kysely)
        .where((is) =>
          is.or([
            is('failing_since', 'is not', null),
            is('last_delivered_at', 'is', null),
            is('last_delivered_at', '<', new Date(at.getTime() - NOTE_EVERY_MS)),
          ]),
        )
        .set({ failing_since: null, failed_code: null, last_delivered_at: at })
        .execute()
    },

    /** A delivery failed. Returns since when deliveries have been failing. */
    async failed(locationId: string, id: string, code: string): Promise<Date | undefined> {
      const row = await update(locationId, id, db.kysely)
        .set((is) => ({ failing_since: is.fn.coalesce('failing_since', is.val(now())), failed_code: code }))
        .returning('failing_since')
        .executeTakeFirst()
      return row?.failing_since ?? undefined
    },
  }
}
