// The sealed tokens of installations and the state of their renewal. server/highlevel/tokens.ts decides when to renew.

import { sql } from 'kysely'
import type { Database, Queryable } from './db.ts'
import type { InstallationStatus } from './schema.ts'
import type { Seal } from './seal.ts'

export type OpenTokens = { accessToken: string; refreshToken: string | null; expiresAt: Date; version: number }

/** `refreshToken` undefined keeps the one there is; null takes it away. */
export type NewTokens = {
  accessToken: string
  refreshToken: string | null | undefined
  expiresAt: Date
  scopes: string[]
  at: Date
}

const accessContext = (tenantId: string) => `installation:${tenantId}:access`
const refreshContext = (tenantId: string) => `installation:${tenantId}:refresh`

/** Tokens of installations, sealed and opened here. */
export const createInstallationTokens = ({ db, seal }: { db: Database; seal: Seal }) => {
  /** The tokens, opened; undefined when there are none. */
  const tokens = async (tenantId: string, on: Queryable = db.kysely): Promise<OpenTokens | undefined> => {
    const row = await on
      .selectFrom('installations')
      .select(['access_token', 'refresh_token', 'access_expires_at', 'token_version'])
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst()
    if (!row?.access_token || !row.access_expires_at) return undefined
    return {
      accessToken: seal.open(row.access_token, accessContext(tenantId)),
      refreshToken: row.refresh_token && seal.open(row.refresh_token, refreshContext(tenantId)),
      expiresAt: row.access_expires_at,
      version: row.token_version,
    }
  }

  return {
    tokens,

    /** Seals and keeps a new pair and makes the installation active. Returns the pair's version. */
    storeTokens: async (tenantId: string, pair: NewTokens, on: Queryable = db.kysely): Promise<number> => {
      const { token_version } = await on
        .updateTable('installations')
        .set({
          access_token: seal.seal(pair.accessToken, accessContext(tenantId)),
          ...(pair.refreshToken === undefined
            ? {}
            : {
                refresh_token:
                  pair.refreshToken === null ? null : seal.seal(pair.refreshToken, refreshContext(tenantId)),
              }),
          access_expires_at: pair.expiresAt,
          scopes: pair.scopes,
          token_version: sql`token_version + 1`,
          refreshed_at: pair.at,
          refresh_failures: 0,
          refresh_failed_at: null,
          refresh_error: null,
          status: 'active',
          status_code: null,
          updated_at: sql`now()`,
        })
        .where('tenant_id', '=', tenantId)
        .returning('token_version')
        .executeTakeFirstOrThrow()
      return token_version
    },

    /** Notes a refresh that did not succeed; `status` and `code` when it changes what the installation is. */
    refreshFailed: async (
      tenantId: string,
      failure: { at: Date; error: string; status?: InstallationStatus; code?: string },
      on: Queryable = db.kysely,
    ): Promise<void> => {
      await on
        .updateTable('installations')
        .set({
          refresh_failures: sql`refresh_failures + 1`,
          refresh_failed_at: failure.at,
          refresh_error: failure.error.slice(0, 300),
          ...(failure.status ? { status: failure.status, status_code: failure.code ?? null } : {}),
          updated_at: sql`now()`,
        })
        .where('tenant_id', '=', tenantId)
        .execute()
    },

    /**
     * Tenants whose refresh token needs use to stay alive: active ones whose access token expired before `idleSince`,
     * and suspended ones not tried since `suspendedSince`. Longest waiting first.
     */
    dueForRefresh: async (due: { idleSince: Date; suspendedSince: Date; limit: number }): Promise<string[]> => {
      const rows = await db.kysely
        .selectFrom('installations')
        .select('tenant_id')
        .where((is) =>
          is.or([
            is.and([
              is('status', '=', 'active'),
              is('refresh_token', 'is not', null),
              is('access_expires_at', '<', due.idleSince),
              is.or([is('refresh_failed_at', 'is', null), is('refresh_failed_at', '<', due.suspendedSince)]),
            ]),
            is.and([is('status', '=', 'suspended'), is('refresh_failed_at', '<', due.suspendedSince)]),
          ]),
        )
        .orderBy('access_expires_at')
        .limit(due.limit)
        .execute()
      return rows.map(({ tenant_id }) => tenant_id)
    },
  }
}
