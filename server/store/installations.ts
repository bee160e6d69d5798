// Installations of the app on locations and companies. Provides the lock under which an installation may change;
// server/highlevel/evidence.ts decides what evidence means.

import { sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'
import {
  fromRow,
  type Installation,
  type InstallationChange,
  type InstallationKind,
  toColumns,
} from './installation-row.ts'
import { createInstallationTokens } from './installation-tokens.ts'
import type { InstallationStatus } from './schema.ts'
import type { Seal } from './seal.ts'

export type { Installation, InstallationChange, InstallationKind } from './installation-row.ts'
export type { NewTokens, OpenTokens } from './installation-tokens.ts'

export type Installations = ReturnType<typeof createInstallations>

/** All installations; `locked` runs work under a tenant's lock. */
export const createInstallations = ({ db, seal }: { db: Database; seal: Seal }) => {
  const find = async (tenantId: string, on: Queryable = db.kysely): Promise<Installation | undefined> => {
    const row = await on.selectFrom('installations').selectAll().where('tenant_id', '=', tenantId).executeTakeFirst()
    return row && fromRow(row)
  }

  return {
    ...createInstallationTokens({ db, seal }),
    find,

    /** The status of each, in the order of the ids; undefined where there is no installation. */
    async statuses(tenantIds: readonly string[]): Promise<({ status: InstallationStatus } | undefined)[]> {
      const rows = await db.kysely
        .selectFrom('installations')
        .select(['tenant_id', 'status'])
        .where('tenant_id', '=', sql<string>`any(${tenantIds})`)
        .execute()
      const found = new Map(rows.map((row) => [row.tenant_id, row]))
      return tenantIds.map((id) => found.get(id))
    },

    /**
     * Runs `work` alone for this tenant across all processes, in one transaction, with the row as it is after the wait.
     * Hold one such lock at a time: two in different orders would deadlock. Waits 30 s at most; a holder that hangs
     * for 60 s between statements loses its connection and with it the lock.
     */
    locked: <T>(tenantId: string, work: (tx: Tx, current: Installation | undefined) => Promise<T>): Promise<T> =>
      db.transaction(async (tx) => {
        // An advisory lock and not "for update": there may be no row yet, and readers of the row are not held up.
        await sql`select set_config('lock_timeout', '30s', true),
          set_config('idle_in_transaction_session_timeout', '60s', true)`.execute(tx)
        await sql`select pg_advisory_xact_lock(hashtextextended(${`installation ${tenantId}`}, 0))`.execute(tx)
        return await work(tx, await find(tenantId, tx))
      }),

    create: async (
      tenantId: string,
      { kind, status, ...change }: InstallationChange & { kind: InstallationKind; status: InstallationStatus },
      on: Queryable = db.kysely,
    ): Promise<Installation> =>
      fromRow(
        await on
          .insertInto('installations')
          .values({ tenant_id: tenantId, kind, status, ...toColumns(change) })
          .returningAll()
          .executeTakeFirstOrThrow(),
      ),

    update: async (tenantId: string, change: InstallationChange, on: Queryable = db.kysely): Promise<void> => {
      await on
        .updateTable('installations')
        .set({ ...toColumns(change), updated_at: sql`now()` })
        .where('tenant_id', '=', tenantId)
        .execute()
    },

    /** Marks as uninstalled: tokens are deleted, the row stays so that late deliveries are recognised. */
    end: async (tenantId: string, at: Date, on: Queryable = db.kysely): Promise<void> => {
      await on
        .updateTable('installations')
        .set({
          status: 'uninstalled',
          status_code: null,
          access_token: null,
          refresh_token: null,
          access_expires_at: null,
          refresh_failures: 0,
          refresh_failed_at: null,
          refresh_error: null,
          uninstalled_at: sql`greatest(uninstalled_at, ${at})`,
          updated_at: sql`now()`,
        })
        .where('tenant_id', '=', tenantId)
        .execute()
    },

    /** Locations of a company, whatever their status. */
    locationsOf: async (companyId: string, on: Queryable = db.kysely): Promise<Installation[]> => {
      const rows = await on
        .selectFrom('installations')
        .selectAll()
        .where('company_id', '=', companyId)
        .where('kind', '=', 'location')
        .orderBy('tenant_id')
        .execute()
      return rows.map(fromRow)
    },

    /** Companies whose token works, those that install for future locations first. */
    activeCompanies: async (limit: number): Promise<Installation[]> => {
      const rows = await db.kysely
        .selectFrom('installations')
        .selectAll()
        .where('kind', '=', 'company')
        .where('status', '=', 'active')
        .orderBy('install_to_future', 'desc')
        .orderBy('installed_at', 'desc')
        .limit(limit)
        .execute()
      return rows.map(fromRow)
    },

    /** Domains under which companies show the CRM as their own, of installations that are in use. */
    whiteLabelDomains: async (): Promise<string[]> => {
      const rows = await db.kysely
        .selectFrom('installations')
        .select('white_label_domain')
        .distinct()
        .where('white_label_domain', 'is not', null)
        .where('status', '!=', 'uninstalled')
        .orderBy('white_label_domain')
        .execute()
      return rows.map(({ white_label_domain }) => white_label_domain!)
    },
  }
}
