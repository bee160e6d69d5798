// Connections: a Rankr workspace joined to a location. The signing secret is sealed here and returned once, on creation
// and rotation. Rankr API credentials are sealed too and opened only for calls.

import { randomBytes } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import { randomToken } from '../ids.ts'
import type { Database, Queryable, Tx } from './db.ts'
import type { Schema } from './schema.ts'
import type { Seal } from './seal.ts'

const OVERLAP_HOURS = 24
const HOUR_MS = 3_600_000

export type Connection = {
  id: string
  name: string
  workspaceId: string | null
  status: 'active' | 'disabled'
  createdAt: Date
  rotatedAt: Date | null
  /** Until then the secret before the current one is accepted too; null when there is none. */
  previousSecretExpiresAt: Date | null
  lastEventAt: Date | null
  /** Whether we may call Rankr: credentials are kept. */
  hasCredentials: boolean
  /** Created in the settings, or by the user who added the app in the CRM; in that case nobody has seen the signing secret. */
  origin: 'settings' | 'install'
}

/** What Rankr gave out for calls to its API. */
export type ApiCredentials = { clientId: string; clientSecret: string }

/** What the door of the webhook needs; the only view that holds open secrets. */
export type WebhookConnection = {
  id: string
  locationId: string
  isEnabled: boolean
  secrets: { secret: string; expiresAt: Date | null }[]
}

type WebhookRow = Pick<
  Selectable<Schema['connections']>,
  'id' | 'location_id' | 'status' | 'signing_secret' | 'previous_signing_secret' | 'previous_secret_expires_at'
>

export type Touch = { locationId: string; connectionId: string; at: Date }

type Deps = { db: Database; seal: Seal; now: () => Date }

/** 32 random bytes in the form of Standard Webhooks. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** One context for both columns: a rotation moves the sealed value from one to the other. */
const contextOf = (id: string): string => `connection:${id}:signing`

const credentialsContextOf = (id: string): string => `connection:${id}:credentials`

const COLUMNS = [
  'id',
  'name',
  'workspace_id as workspaceId',
  'status',
  'created_at as createdAt',
  'rotated_at as rotatedAt',
  'previous_secret_expires_at as previousSecretExpiresAt',
  'last_event_at as lastEventAt',
  sql<boolean>`credentials is not null`.as('hasCredentials'),
  'origin',
] as const

export type Connections = ReturnType<typeof createConnections>

/** The connections of a location. */
export const createConnections = ({ db, seal, now }: Deps) => {
  const update = (locationId: string, id: string, on: Queryable) =>
    on.updateTable('connections').where('location_id', '=', locationId).where('id', '=', id)

  const openForWebhook = (row: WebhookRow): WebhookConnection => {
    const open = (blob: Buffer): string => seal.open(blob, contextOf(row.id))
    const secrets: WebhookConnection['secrets'] = [{ secret: open(row.signing_secret), expiresAt: null }]
    if (row.previous_signing_secret && row.previous_secret_expires_at) {
      secrets.push({ secret: open(row.previous_signing_secret), expiresAt: row.previous_secret_expires_at })
    }
    return { id: row.id, locationId: row.location_id, isEnabled: row.status === 'active', secrets }
  }

  /** The secret is returned only here. */
  const create = async (
    locationId: string,
    {
      name,
      workspaceId = null,
      origin = 'settings',
    }: { name: string; workspaceId?: string | null; origin?: Connection['origin'] },
    on: Queryable = db.kysely,
  ): Promise<{ connection: Connection; secret: string }> => {
    const id = `con_${randomToken(18)}`
    const secret = newSecret()
    const connection = await on
      .insertInto('connections')
      .values({
        id,
        location_id: locationId,
        name,
        workspace_id: workspaceId,
        signing_secret: seal.seal(secret, contextOf(id)),
        created_at: now(),
        origin,
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow()
    return { connection, secret }
  }

  const openCredentials = ({ id, credentials }: { id: string; credentials: Buffer }): ApiCredentials => {
    const { clientId, clientSecret } = JSON.parse(seal.open(credentials, credentialsContextOf(id)))
    return { clientId, clientSecret }
  }

  const setCredentials = (
    locationId: string,
    id: string,
    { credentials, on = db.kysely }: { credentials: ApiCredentials; on?: Queryable },
  ): Promise<Connection | undefined> =>
    update(locationId, id, on)
      .set({ credentials: seal.seal(JSON.stringify(credentials), credentialsContextOf(id)) })
      .returning(COLUMNS)
      .executeTakeFirst()

  /**
   * The connection for credentials entered in the CRM: the one with that client id, else the one created this way before, else a
   * new one. Concurrent calls wait for each other.
   */
  const join = async (
    locationId: string,
    { name, credentials }: { name: string; credentials: ApiCredentials },
    on: Tx,
  ): Promise<{ connection: Connection; outcome: 'created' | 'changed' | 'same' }> => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`connections ${locationId}`}, 0))`.execute(on)
    const rows = await on
      .selectFrom('connections')
      .select([...COLUMNS, 'credentials'])
      .where('location_id', '=', locationId)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    const known = rows.map(({ credentials: blob, ...connection }) => ({
      connection,
      kept: blob ? openCredentials({ id: connection.id, credentials: blob }) : undefined,
    }))
    const found =
      known.find(({ kept }) => kept?.clientId === credentials.clientId) ??
      known.find(({ connection }) => connection.origin === 'install')
    if (found?.kept?.clientId === credentials.clientId && found.kept.clientSecret === credentials.clientSecret) {
      return { connection: found.connection, outcome: 'same' }
    }
    const target = found?.connection ?? (await create(locationId, { name, origin: 'install' }, on)).connection
    const connection = (await setCredentials(locationId, target.id, { credentials, on }))!
    return { connection, outcome: found ? 'changed' : 'created' }
  }

  return {
    create,

    join,

    /** Oldest first. */
    list: (locationId: string, on: Queryable = db.kysely): Promise<Connection[]> =>
      on
        .selectFrom('connections')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute(),

    get: (locationId: string, id: string, on: Queryable = db.kysely): Promise<Connection | undefined> =>
      on
        .selectFrom('connections')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .executeTakeFirst(),

    /**
     * Creates a new secret; the previous one is accepted for `overlapHours` more (0 ends it at once, after a leak), older ones are
     * not. Undefined when the location has no such connection.
     */
    async rotate(
      locationId: string,
      id: string,
      { overlapHours = OVERLAP_HOURS, on = db.kysely }: { overlapHours?: number; on?: Queryable } = {},
    ): Promise<{ connection: Connection; secret: string } | undefined> {
      const secret = newSecret()
      const at = now()
      const isOverlapping = overlapHours > 0
      const connection = await update(locationId, id, on)
        .set((columns) => ({
          previous_signing_secret: isOverlapping ? columns.ref('signing_secret') : null,
          previous_secret_expires_at: isOverlapping ? new Date(at.getTime() + overlapHours * HOUR_MS) : null,
          signing_secret: seal.seal(secret, contextOf(id)),
          rotated_at: at,
        }))
        .returning(COLUMNS)
        .executeTakeFirst()
      return connection && { connection, secret }
    },

    /** Switches a connection off or on again; undefined when the location has no such connection. */
    setEnabled: (
      locationId: string,
      id: string,
      { isEnabled, on = db.kysely }: { isEnabled: boolean; on?: Queryable },
    ): Promise<Connection | undefined> =>
      update(locationId, id, on)
        .set({ status: isEnabled ? 'active' : 'disabled' })
        .returning(COLUMNS)
        .executeTakeFirst(),

    /** Keeps what Rankr gave out; undefined when the location has no such connection. */
    setCredentials,

    /** The connection used for calls to Rankr: the oldest enabled one with credentials. */
    async forCalls(locationId: string): Promise<{ connectionId: string; credentials: ApiCredentials } | undefined> {
      const row = await db.kysely
        .selectFrom('connections')
        .select(['id', 'credentials'])
        .where('location_id', '=', locationId)
        .where('status', '=', 'active')
        .where('credentials', 'is not', null)
        .orderBy('created_at')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst()
      if (!row?.credentials) return undefined
      const { id, credentials } = row
      return { connectionId: id, credentials: openCredentials({ id, credentials }) }
    },

    /** Stores when the last event of each arrived; never goes back. Locks in a fixed order to avoid deadlocks between nodes. */
    async touch(touches: readonly Touch[]): Promise<void> {
      await sql`
        update connections c set last_event_at = t.at from (
          select own.location_id, own.id, t.at from connections own join unnest(
            ${touches.map(({ locationId }) => locationId)}::text[], ${touches.map(({ connectionId }) => connectionId)}::text[],
            ${touches.map(({ at }) => at)}::timestamptz[]) as t (location_id, id, at) using (location_id, id)
          where own.last_event_at is null or own.last_event_at < t.at
          order by own.id for update of own) t
        where c.location_id = t.location_id and c.id = t.id`.execute(db.kysely)
    },

    /**
     * The only look-up without a location: a webhook has only the connection's id, and its signature is verified with the result.
     * Returned in the order of the ids. Each caller decrypts its own result, so a secret that cannot be decrypted does not affect
     * the others.
     */
    async findForWebhooks(connectionIds: readonly string[]): Promise<((() => WebhookConnection) | undefined)[]> {
      const rows = await db.kysely
        .selectFrom('connections')
        .select([
          'id',
          'location_id',
          'status',
          'signing_secret',
          'previous_signing_secret',
          'previous_secret_expires_at',
        ])
        .where('id', '=', sql<string>`any(${connectionIds})`)
        .execute()
      const found = new Map(rows.map((row) => [row.id, row]))
      return connectionIds.map((id) => {
        const row = found.get(id)
        return row && (() => openForWebhook(row))
      })
    },
  }
}
