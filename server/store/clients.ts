// API clients: server apps of one location. A secret appears only in the answer to the call that creates it; the table
// holds its hash.

import { sql } from 'kysely'
import type { AskingClient } from '../api/authorization-request.ts'
import type { KnownClient } from '../api/client-authentication.ts'
import { type CredentialMode, hashOfCredential, newCredential, visibleStart } from '../api/credential-text.ts'
import { AppError } from '../errors.ts'
import { randomToken } from '../ids.ts'
import type { CredentialChange, RecordChange } from './credential-change.ts'
import type { Database, Tx } from './db.ts'

const OVERLAP_HOURS = 24
const HOUR_MS = 3_600_000
const SECOND_MS = 1_000

export type Client = {
  id: string
  name: string
  mode: CredentialMode
  status: 'active' | 'disabled'
  scopes: string[]
  /** The visible beginning of its secret; null when it has none. */
  secretStart: string | null
  secretRotatedAt: Date | null
  /** Until then the secret before the current one is accepted too. */
  previousSecretExpiresAt: Date | null
  lastUsedAt: Date | null
  createdBy: string | null
  createdAt: Date
  /** Allowed redirect URIs after consent. */
  redirectUris: string[]
  /** It cannot keep a secret and has neither secret nor keys: it acts on behalf of people only (RFC 6749, 2.1). */
  isPublic: boolean
}

export type NewClient = {
  name: string
  mode: CredentialMode
  scopes: readonly string[]
  createdBy?: string | undefined
  /** False for a client that uses keys only. */
  hasSecret?: boolean
  /** It cannot keep a secret, so it gets none. */
  isPublic?: boolean
}

const COLUMNS = [
  'id',
  'name',
  'mode',
  'status',
  'scopes',
  'secret_start as secretStart',
  'secret_rotated_at as secretRotatedAt',
  'previous_secret_expires_at as previousSecretExpiresAt',
  'last_used_at as lastUsedAt',
  'created_by as createdBy',
  'created_at as createdAt',
  'redirect_uris as redirectUris',
  'is_public as isPublic',
] as const

const floorToSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / SECOND_MS) * SECOND_MS)

/** Tokens have timestamps in whole seconds, so the cut-off is the next second and also covers the current one. */
const nextSecond = (at: Date): Date => new Date((Math.floor(at.getTime() / SECOND_MS) + 1) * SECOND_MS)

const subject = (details: Record<string, unknown> = {}) => {
  return ({ id, name }: { id: string; name: string }) => ({
    subjectType: 'client',
    subjectId: id,
    details: { name, ...details },
  })
}

type Deps = { db: Database; change: CredentialChange; now: () => Date }

export type Clients = ReturnType<typeof createClients>

/** A location's API clients. `rotateSecret` throws `conflict` for a client without a secret. */
export const createClients = ({ db, change, now }: Deps) => {
  const update = (locationId: string, id: string, tx: Tx) =>
    tx.updateTable('clients').where('location_id', '=', locationId).where('id', '=', id)

  return {
    async create(
      locationId: string,
      { name, mode, scopes, createdBy, isPublic = false, hasSecret = !isPublic }: NewClient,
      record: RecordChange,
    ): Promise<{ client: Client; secret: string | undefined }> {
      const secret = hasSecret ? newCredential('rks', mode) : undefined
      const at = now()
      const client = await change<Client>(
        (tx) =>
          tx
            .insertInto('clients')
            .values({
              location_id: locationId,
              id: `cl_${randomToken(18)}`,
              name,
              mode,
              scopes: [...scopes],
              is_public: isPublic,
              secret_hash: secret === undefined ? null : hashOfCredential(secret),
              secret_start: secret === undefined ? null : visibleStart(secret),
              tokens_valid_from: floorToSecond(at),
              created_by: createdBy ?? null,
              created_at: at,
            })
            .returning(COLUMNS)
            .executeTakeFirstOrThrow(),
        { record, subject: subject({ mode, scopes, ...(isPublic ? { isPublic } : {}) }) },
      )
      return { client: client!, secret }
    },

    /** Oldest first. */
    list: (locationId: string): Promise<Client[]> =>
      db.kysely
        .selectFrom('clients')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute(),

    get: (locationId: string, id: string): Promise<Client | undefined> =>
      db.kysely
        .selectFrom('clients')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .executeTakeFirst(),

    /** Absent members stay unchanged. Keys and tokens never exceed the client's current scopes. */
    edit: (
      locationId: string,
      id: string,
      {
        changes,
        record,
      }: {
        changes: { name?: string; scopes?: readonly string[]; redirectUris?: readonly string[] }
        record: RecordChange
      },
    ): Promise<Client | undefined> =>
      change(
        (tx) =>
          update(locationId, id, tx)
            .set((columns) => ({
              name: changes.name ?? columns.ref('name'),
              scopes: changes.scopes ? [...changes.scopes] : columns.ref('scopes'),
              redirect_uris: changes.redirectUris ? [...changes.redirectUris] : columns.ref('redirect_uris'),
            }))
            .returning(COLUMNS)
            .executeTakeFirst(),
        { record, subject: subject({ ...changes }) },
      ),

    /** While it is switched off, its keys and tokens are rejected. After it is switched on again, keys work and earlier tokens do not. */
    setEnabled: (
      locationId: string,
      id: string,
      { isEnabled, record }: { isEnabled: boolean; record: RecordChange },
    ): Promise<Client | undefined> =>
      change(
        (tx) =>
          update(locationId, id, tx)
            .set(
              isEnabled
                ? { status: 'active' as const }
                : { status: 'disabled' as const, tokens_valid_from: nextSecond(now()) },
            )
            .returning(COLUMNS)
            .executeTakeFirst(),
        { record, subject: subject({ isEnabled }) },
      ),

    /**
     * Creates a new secret; the previous one is accepted for `overlapHours` more. With 0 it and every access token end at once, as
     * required after a leak. Undefined when the location has no such client; throws `conflict` for one without.
     */
    async rotateSecret(
      locationId: string,
      id: string,
      { overlapHours = OVERLAP_HOURS, record }: { overlapHours?: number; record: RecordChange },
    ): Promise<{ client: Client; secret: string } | undefined> {
      const at = now()
      const isOverlapping = overlapHours > 0
      const expiresAt = new Date(at.getTime() + overlapHours * HOUR_MS)
      return await change<{ client: Client; secret: string }>(
        async (tx) => {
          const found = await tx
            .selectFrom('clients')
            .select(['mode', 'is_public as isPublic'])
            .where('location_id', '=', locationId)
            .where('id', '=', id)
            .executeTakeFirst()
          if (!found) return undefined
          if (found.isPublic) throw new AppError('conflict', { detail: 'This app works without a secret.' })
          const secret = newCredential('rks', found.mode)
          const client = await update(locationId, id, tx)
            .set((columns) => ({
              previous_secret_hash: isOverlapping ? columns.ref('secret_hash') : null,
              previous_secret_expires_at: isOverlapping
                ? sql<Date | null>`case when secret_hash is null then null else ${expiresAt}::timestamptz end`
                : null,
              secret_hash: hashOfCredential(secret),
              secret_start: visibleStart(secret),
              secret_rotated_at: at,
              tokens_valid_from: isOverlapping ? columns.ref('tokens_valid_from') : nextSecond(at),
            }))
            .returning(COLUMNS)
            .executeTakeFirst()
          return client && { client, secret }
        },
        { record, subject: ({ client }) => subject({ overlapHours })(client) },
      )
    },

    /** Ends the overlap of a rotation before its time. */
    endSecretOverlap: (
      locationId: string,
      id: string,
      { record }: { record: RecordChange },
    ): Promise<Client | undefined> =>
      change(
        (tx) =>
          update(locationId, id, tx)
            .where('previous_secret_hash', 'is not', null)
            .set({ previous_secret_hash: null, previous_secret_expires_at: null })
            .returning(COLUMNS)
            .executeTakeFirst(),
        { record, subject: subject() },
      ),

    /** Deletes a client with its keys; its usage counts stay. Undefined when the location has no such client. */
    remove: (locationId: string, id: string, { record }: { record: RecordChange }): Promise<Client | undefined> =>
      change(
        (tx) =>
          tx
            .deleteFrom('clients')
            .where('location_id', '=', locationId)
            .where('id', '=', id)
            .returning(COLUMNS)
            .executeTakeFirst(),
        { record, subject: subject() },
      ),

    /** Takes no location: a client may ask people of any account for consent. */
    async findForConsent(id: string): Promise<AskingClient | undefined> {
      const row = await db.kysely
        .selectFrom('clients')
        .select([
          'id',
          'name',
          'location_id as locationId',
          'mode',
          'status',
          'scopes',
          'redirect_uris as redirectUris',
          'is_public as isPublic',
        ])
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) return undefined
      const { status, ...client } = row
      return { ...client, isEnabled: status === 'active' }
    },

    /**
     * Takes no location: a client presents only its id, and its proof is verified with the result.
     */
    async findForAuthentication(id: string): Promise<KnownClient | undefined> {
      const row = await db.kysely.selectFrom('clients').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) return undefined
      const secrets: KnownClient['secrets'] = []
      if (row.secret_hash) secrets.push({ hash: row.secret_hash, expiresAt: null })
      if (row.previous_secret_hash) {
        secrets.push({ hash: row.previous_secret_hash, expiresAt: row.previous_secret_expires_at })
      }
      return {
        id: row.id,
        locationId: row.location_id,
        mode: row.mode,
        isEnabled: row.status === 'active',
        isPublic: row.is_public,
        scopes: row.scopes,
        secrets,
        tokensValidFrom: row.tokens_valid_from,
      }
    },
  }
}
