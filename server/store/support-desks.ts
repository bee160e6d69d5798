// Support desks of a location. Keys and secrets are sealed here; opened only for calls and for verifying webhooks, and
// returned once when a secret is created.

import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { randomToken } from '../ids.ts'
import type { Database, Queryable } from './db.ts'
import type { Seal } from './seal.ts'

const HOUR_MS = 3_600_000
/** Successes are recorded at most this often, unless one ends a series of failures. */
const NOTE_EVERY_MS = 60_000

type Kind = 'zendesk' | 'freshdesk' | 'generic'

export type SupportDesk = {
  id: string
  kind: Kind
  name: string
  address: string
  /** The webhook that we have set up there; null where people do it. */
  webhookId: string | null
  /** Whether the desk can prove who it is. */
  hasSecret: boolean
  previousSecretExpiresAt: Date | null
  rotatedAt: Date | null
  lastEventAt: Date | null
  lastCallAt: Date | null
  failedCode: string | null
  failingSince: Date | null
  createdAt: Date
}

export type DeskWish = {
  kind: Kind
  name: string
  address: string
  credentials?: { email: string; key: string } | undefined
  createdBy?: string
}

/** With open secrets, the current one first. */
export type OpenDeskRow = {
  deskId: string
  locationId: string
  kind: Kind
  address: string
  credentials: { email: string; key: string } | undefined
  secrets: string[]
}

type Deps = { db: Database; seal: Seal; now: () => Date }

/** 32 random bytes in the form of Standard Webhooks. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** One context for both columns: a rotation moves the sealed value from one to the other. */
const secretContext = (id: string): string => `support-desk:${id}:webhook`

const credentialsContext = (id: string): string => `support-desk:${id}:credentials`

const COLUMNS = [
  'id',
  'kind',
  'name',
  'address',
  'webhook_id as webhookId',
  sql<boolean>`webhook_secret is not null`.as('hasSecret'),
  'previous_secret_expires_at as previousSecretExpiresAt',
  'rotated_at as rotatedAt',
  'last_event_at as lastEventAt',
  'last_call_at as lastCallAt',
  'failed_code as failedCode',
  'failing_since as failingSince',
  'created_at as createdAt',
] as const

export type SupportDesks = ReturnType<typeof createSupportDesks>

/** The support desks of a location. */
export const createSupportDesks = ({ db, seal, now }: Deps) => {
  const update = (locationId: string, id: string, on: Queryable = db.kysely) =>
    on.updateTable('support_desks').where('location_id', '=', locationId).where('id', '=', id)
  const rows = (on: Queryable = db.kysely) => on.selectFrom('support_desks')

  type Row = NonNullable<Awaited<ReturnType<typeof firstRow>>>
  const firstRow = (locationId: string, id?: string) => {
    const all = rows().selectAll().where('location_id', '=', locationId)
    return (id === undefined ? all : all.where('id', '=', id)).orderBy('created_at').orderBy('id').executeTakeFirst()
  }

  const opened = (row: Row): OpenDeskRow => {
    const isOverlapping = row.previous_secret_expires_at !== null && row.previous_secret_expires_at > now()
    const sealed = [row.webhook_secret, isOverlapping ? row.previous_webhook_secret : null]
    return {
      deskId: row.id,
      locationId: row.location_id,
      kind: row.kind,
      address: row.address,
      credentials: row.credentials ? JSON.parse(seal.open(row.credentials, credentialsContext(row.id))) : undefined,
      secrets: sealed.flatMap((blob) => (blob ? [seal.open(blob, secretContext(row.id))] : [])),
    }
  }

  const secretColumns = (id: string, secret: string) => ({ webhook_secret: seal.seal(secret, secretContext(id)) })

  return {
    /** Zendesk creates the secret itself; for other desks it is returned only here. */
    async create(
      locationId: string,
      { kind, name, address, credentials, createdBy }: DeskWish,
      on: Queryable = db.kysely,
    ): Promise<{ desk: SupportDesk; secret: string | undefined }> {
      const id = `dsk_${randomToken(15)}`
      const secret = kind === 'zendesk' ? undefined : newSecret()
      const desk = await on
        .insertInto('support_desks')
        .values({
          location_id: locationId,
          id,
          kind,
          name,
          address,
          credentials: credentials ? seal.seal(JSON.stringify(credentials), credentialsContext(id)) : null,
          ...(secret ? secretColumns(id, secret) : {}),
          created_by: createdBy ?? null,
          created_at: now(),
        })
        .returning(COLUMNS)
        .executeTakeFirstOrThrow()
      return { desk, secret }
    },

    /** Oldest first: the first one gets the new tickets. */
    list: (locationId: string, on: Queryable = db.kysely): Promise<SupportDesk[]> =>
      rows(on).select(COLUMNS).where('location_id', '=', locationId).orderBy('created_at').orderBy('id').execute(),

    get: (locationId: string, id: string, on: Queryable = db.kysely): Promise<SupportDesk | undefined> =>
      rows(on).select(COLUMNS).where('location_id', '=', locationId).where('id', '=', id).executeTakeFirst(),

    /** The desk that is named, else the one that new tickets go to. */
    async access(locationId: string, id?: string): Promise<OpenDeskRow | undefined> {
      const row = await firstRow(locationId, id)
      return row && opened(row)
    },

    /**
     * The only look-up without a location: a webhook has only the desk's id, and its sender is verified with the result.
     */
    async findForWebhook(id: string): Promise<OpenDeskRow | undefined> {
      const row = await rows().selectAll().where('id', '=', id).executeTakeFirst()
      return row && opened(row)
    },

    /** The desk has no webhook of ours any more. */
    async forgetWebhook(locationId: string, id: string): Promise<void> {
      await update(locationId, id)
        .set({
          webhook_id: null,
          webhook_secret: null,
          previous_webhook_secret: null,
          previous_secret_expires_at: null,
        })
        .execute()
    },

    /** Locations that were uninstalled since then and whose desks still have a webhook of ours. For the worker. */
    async left(since: Date): Promise<string[]> {
      const found = await db.kysely
        .selectFrom('support_desks as desk')
        .innerJoin('installations', 'installations.tenant_id', 'desk.location_id')
        .select('desk.location_id as locationId')
        .distinct()
        .where('desk.webhook_id', 'is not', null)
        .where('installations.status', '=', 'uninstalled')
        .where('installations.uninstalled_at', '>', since)
        .execute()
      return found.map(({ locationId }) => locationId)
    },

    /** Undefined when the location has no such desk. */
    setCredentials: (
      locationId: string,
      id: string,
      { credentials, on }: { credentials: { email: string; key: string }; on?: Queryable },
    ): Promise<SupportDesk | undefined> =>
      update(locationId, id, on)
        .set({
          credentials: seal.seal(JSON.stringify(credentials), credentialsContext(id)),
          failed_code: null,
          failing_since: null,
        })
        .returning(COLUMNS)
        .executeTakeFirst(),

    /** Stores the desk's signing secret, as entered or returned by the desk. */
    setSecret: (
      locationId: string,
      id: string,
      { secret, webhookId = null, on }: { secret: string; webhookId?: string | null; on?: Queryable },
    ): Promise<SupportDesk | undefined> =>
      update(locationId, id, on)
        .set({ ...secretColumns(id, secret), webhook_id: webhookId, rotated_at: now() })
        .returning(COLUMNS)
        .executeTakeFirst(),

    /** A new secret of ours; the one before counts for `overlapHours` more (0 ends it at once). */
    async rotate(
      locationId: string,
      id: string,
      { overlapHours, on }: { overlapHours: number; on?: Queryable },
    ): Promise<{ desk: SupportDesk; secret: string } | undefined> {
      const secret = newSecret()
      const at = now()
      const isOverlapping = overlapHours > 0
      const desk = await update(locationId, id, on)
        .set((columns) => ({
          previous_webhook_secret: isOverlapping ? columns.ref('webhook_secret') : null,
          previous_secret_expires_at: isOverlapping ? new Date(at.getTime() + overlapHours * HOUR_MS) : null,
          ...secretColumns(id, secret),
          rotated_at: at,
        }))
        .returning(COLUMNS)
        .executeTakeFirst()
      return desk && { desk, secret }
    },

    remove: (locationId: string, id: string, on: Queryable = db.kysely): Promise<SupportDesk | undefined> =>
      on
        .deleteFrom('support_desks')
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .returning(COLUMNS)
        .executeTakeFirst(),

    /** Remembers when the last event came; never goes back. */
    async touch(locationId: string, id: string, at: Date): Promise<void> {
      await update(locationId, id)
        .where((is) => is.or([is('last_event_at', 'is', null), is('last_event_at', '<', at)]))
        .set({ last_event_at: at })
        .execute()
    },

    /** How the last call went: the code of its failure, null when it was a success. */
    async noted(locationId: string, id: string, code: string | null): Promise<void> {
      const at = now()
      if (code !== null) {
        await update(locationId, id)
          .set((is) => ({
            failed_code: code,
            failing_since: is.fn.coalesce('failing_since', is.val(at)),
            last_call_at: at,
          }))
          .execute()
        return
      }
      await update(locationId, id)
        .where((is) =>
          is.or([
            is('failed_code', 'is not', null),
            is('last_call_at', 'is', null),
            is('last_call_at', '<', new Date(at.getTime() - NOTE_EVERY_MS)),
          ]),
        )
        .set({ failed_code: null, failing_since: null, last_call_at: at })
        .execute()
    },
  }
}
