// API keys of clients. A key appears only in the answer to the call that creates it; the table holds its hash.

import { sql } from 'kysely'
import { newApiKey } from '../api/api-key.ts'
import type { KnownKey } from '../api/authenticate.ts'
import { type CredentialMode, hashOfCredential, visibleStart } from '../api/credential-text.ts'
import { AppError } from '../errors.ts'
import { randomToken } from '../ids.ts'
import type { CredentialChange, RecordChange } from './credential-change.ts'
import type { Database, Tx } from './db.ts'

const OVERLAP_HOURS = 24
const HOUR_MS = 3_600_000

export type ApiKey = {
  id: string
  clientId: string
  name: string
  mode: CredentialMode
  /** `rk_live_AbCd` */
  start: string
  scopes: string[]
  allowedRanges: string[]
  expiresAt: Date | null
  revokedAt: Date | null
  /** The key that replaces it; it works until it expires. */
  replacedBy: string | null
  lastUsedAt: Date | null
  createdBy: string | null
  createdAt: Date
}

export type NewApiKey = {
  clientId: string
  name: string
  mode: CredentialMode
  scopes: readonly string[]
  /** In canonical form (server/api/address-ranges.ts). */
  allowedRanges?: readonly string[]
  expiresAt?: Date | null
  createdBy?: string | undefined
}

const COLUMNS = [
  'id',
  'client_id as clientId',
  'name',
  'mode',
  'start',
  'scopes',
  'allowed_ranges as allowedRanges',
  'expires_at as expiresAt',
  'revoked_at as revokedAt',
  'replaced_by as replacedBy',
  'last_used_at as lastUsedAt',
  'created_by as createdBy',
  'created_at as createdAt',
] as const

const subject = (details: Record<string, unknown> = {}) => {
  return (key: ApiKey) => ({
    subjectType: 'api_key',
    subjectId: key.id,
    details: { name: key.name, start: key.start, clientId: key.clientId, ...details },
  })
}

type Made = { key: ApiKey; text: string }

type Deps = { db: Database; change: CredentialChange; now: () => Date }

export type ApiKeys = ReturnType<typeof createApiKeys>

/** API keys of a location's clients. Throws `conflict` and `invalid_body` where noted. */
export const createApiKeys = ({ db, change, now }: Deps) => {
  const insert = async (locationId: string, key: NewApiKey, tx: Tx): Promise<Made> => {
    const text = newApiKey(key.mode)
    const made = await tx
      .insertInto('api_keys')
      .values({
        location_id: locationId,
        id: `key_${randomToken(12)}`,
        client_id: key.clientId,
        name: key.name,
        mode: key.mode,
        start: visibleStart(text),
        hash: hashOfCredential(text),
        scopes: [...key.scopes],
        allowed_ranges: [...(key.allowedRanges ?? [])],
        expires_at: key.expiresAt ?? null,
        created_by: key.createdBy ?? null,
        created_at: now(),
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow()
    return { key: made, text }
  }

  const update = (locationId: string, id: string, tx: Tx) =>
    tx.updateTable('api_keys').where('location_id', '=', locationId).where('id', '=', id)

  return {
    /** Undefined when the location has no such client. Throws `invalid_body` for a live key of a test client, `conflict` for a public one. */
    create: (locationId: string, key: NewApiKey, record: RecordChange): Promise<Made | undefined> =>
      change<Made>(
        async (tx) => {
          const client = await tx
            .selectFrom('clients')
            .select(['mode', 'is_public as isPublic'])
            .where('location_id', '=', locationId)
            .where('id', '=', key.clientId)
            .forShare()
            .executeTakeFirst()
          if (!client) return undefined
          if (client.isPublic) throw new AppError('conflict', { detail: 'An app without a secret has no keys either.' })
          if (client.mode === 'test' && key.mode === 'live') {
            throw new AppError('invalid_body', {
              errors: [{ pointer: '/mode', detail: 'An app in test mode has test keys only.' }],
            })
          }
          return await insert(locationId, key, tx)
        },
        {
          record,
          subject: ({ key: made }) =>
            subject({ mode: made.mode, scopes: made.scopes, allowedRanges: made.allowedRanges })(made),
        },
      ),

    /** Newest first; of one client or of all. */
    list: (locationId: string, { clientId }: { clientId?: string } = {}): Promise<ApiKey[]> =>
      db.kysely
        .selectFrom('api_keys')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .$if(clientId !== undefined, (query) => query.where('client_id', '=', clientId!))
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute(),

    get: (locationId: string, id: string): Promise<ApiKey | undefined> =>
      db.kysely
        .selectFrom('api_keys')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .executeTakeFirst(),

    /** Absent members stay unchanged. Undefined when the location has no such key. */
    edit: (
      locationId: string,
      id: string,
      {
        changes,
        record,
      }: {
        changes: {
          name?: string
          scopes?: readonly string[]
          allowedRanges?: readonly string[]
          expiresAt?: Date | null
        }
        record: RecordChange
      },
    ): Promise<ApiKey | undefined> =>
      change(
        (tx) =>
          update(locationId, id, tx)
            .set((columns) => ({
              name: changes.name ?? columns.ref('name'),
              scopes: changes.scopes ? [...changes.scopes] : columns.ref('scopes'),
              allowed_ranges: changes.allowedRanges ? [...changes.allowedRanges] : columns.ref('allowed_ranges'),
              expires_at: changes.expiresAt === undefined ? columns.ref('expires_at') : changes.expiresAt,
            }))
            .returning(COLUMNS)
            .executeTakeFirst(),
        { record, subject: subject({ ...changes }) },
      ),

    /**
     * Creates a new key with the same rights and the same lifetime. The old key works for `overlapHours` more, but not beyond its
     * own expiry. Undefined when the location has no such key; throws `conflict` for one that no longer works or was already
     * rotated.
     */
    rotate: (
      locationId: string,
      id: string,
      { overlapHours = OVERLAP_HOURS, record }: { overlapHours?: number; record: RecordChange },
    ): Promise<(Made & { previous: ApiKey }) | undefined> =>
      change<Made & { previous: ApiKey }>(
        async (tx) => {
          const old = await tx
            .selectFrom('api_keys')
            .select(COLUMNS)
            .where('location_id', '=', locationId)
            .where('id', '=', id)
            .forUpdate()
            .executeTakeFirst()
          if (!old) return undefined
          const at = now()
          if (old.revokedAt || old.replacedBy || (old.expiresAt && old.expiresAt <= at)) {
            throw new AppError('conflict', {
              detail: 'This key was replaced, revoked or has expired. Create a new one.',
            })
          }
          const expiresAt = old.expiresAt && new Date(at.getTime() + old.expiresAt.getTime() - old.createdAt.getTime())
          const made = await insert(locationId, { ...old, expiresAt, createdBy: old.createdBy ?? undefined }, tx)
          const end = new Date(at.getTime() + overlapHours * HOUR_MS)
          const previous = await update(locationId, id, tx)
            .set({ replaced_by: made.key.id, expires_at: sql`least(expires_at, ${end}::timestamptz)` })
            .returning(COLUMNS)
            .executeTakeFirstOrThrow()
          return { ...made, previous }
        },
        { record, subject: ({ key, previous }) => subject({ overlapHours, replacedBy: key.id })(previous) },
      ),

    /** Revokes a key at once. Undefined when the location has no such key or it was already revoked. */
    revoke: (locationId: string, id: string, { record }: { record: RecordChange }): Promise<ApiKey | undefined> =>
      change(
        (tx) =>
          update(locationId, id, tx)
            .where('revoked_at', 'is', null)
            .set({ revoked_at: now() })
            .returning(COLUMNS)
            .executeTakeFirst(),
        { record, subject: subject() },
      ),

    /** Takes no location: the key itself determines it. */
    findByHash: (hash: Buffer): Promise<KnownKey | undefined> =>
      db.kysely
        .selectFrom('api_keys as k')
        .innerJoin('clients as c', (join) =>
          join.onRef('c.location_id', '=', 'k.location_id').onRef('c.id', '=', 'k.client_id'),
        )
        .select((columns) => [
          'k.id',
          'k.location_id as locationId',
          'k.client_id as clientId',
          'k.mode',
          'k.hash',
          'k.scopes',
          'c.scopes as clientScopes',
          columns('c.status', '=', 'active').$castTo<boolean>().as('isClientEnabled'),
          'k.allowed_ranges as allowedRanges',
          'k.expires_at as expiresAt',
          'k.revoked_at as revokedAt',
        ])
        .where('k.hash', '=', hash)
        .executeTakeFirst(),
  }
}
