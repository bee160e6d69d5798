// Workflows of the CRM's own builder that subscribe to our events. Knows neither what is sent nor how.

import type { Database, Queryable } from './db.ts'

export type BuilderSubscription = {
  id: string
  triggerKey: string
  targetPath: string
  status: 'active' | 'stale'
  lastFiredAt: Date | null
}

export type SubscriptionWish = Pick<BuilderSubscription, 'id' | 'triggerKey' | 'targetPath'> & {
  /** As they were sent. */
  filters: readonly unknown[]
  crmWorkflowId: string | null
  version: string | null
}

const COLUMNS = [
  'id',
  'trigger_key as triggerKey',
  'target_path as targetPath',
  'status',
  'last_fired_at as lastFiredAt',
] as const

export type BuilderSubscriptions = ReturnType<typeof createBuilderSubscriptions>

/** The builder's subscriptions of a location. */
export const createBuilderSubscriptions = ({ db, now }: { db: Database; now: () => Date }) => {
  const update = (locationId: string, id: string, on: Queryable) =>
    on.updateTable('builder_subscriptions').where('location_id', '=', locationId).where('id', '=', id)

  return {
    /** Makes it or changes it; either way it is active afterwards. */
    async put(locationId: string, wish: SubscriptionWish, on: Queryable = db.kysely): Promise<void> {
      const at = now()
      const row = {
        trigger_key: wish.triggerKey,
        target_path: wish.targetPath,
        filters: JSON.stringify(wish.filters),
        crm_workflow_id: wish.crmWorkflowId,
        version: wish.version,
        status: 'active' as const,
        updated_at: at,
      }
      await on
        .insertInto('builder_subscriptions')
        .values({ location_id: locationId, id: wish.id, created_at: at, ...row })
        .onConflict((conflict) => conflict.columns(['location_id', 'id']).doUpdateSet(row))
        .execute()
    },

    /** Undefined when the location has no such subscription. */
    get: (locationId: string, id: string): Promise<BuilderSubscription | undefined> =>
      db.kysely
        .selectFrom('builder_subscriptions')
        .select(COLUMNS)
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .executeTakeFirst(),

    /** How many the location has, whatever their state. */
    async count(locationId: string, on: Queryable = db.kysely): Promise<number> {
      const row = await on
        .selectFrom('builder_subscriptions')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('location_id', '=', locationId)
        .executeTakeFirstOrThrow()
      return Number(row.count)
    },

    async remove(locationId: string, id: string, on: Queryable = db.kysely): Promise<boolean> {
      const { numDeletedRows } = await on
        .deleteFrom('builder_subscriptions')
        .where('location_id', '=', locationId)
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },

    /** False when it was stale already, or is gone. */
    async markStale(locationId: string, id: string, on: Queryable = db.kysely): Promise<boolean> {
      const { numUpdatedRows } = await update(locationId, id, on)
        .where('status', '=', 'active')
        .set({ status: 'stale', updated_at: now() })
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async fired(locationId: string, id: string): Promise<void> {
      await update(locationId, id, db.kysely).set({ last_fired_at: now() }).execute()
    },
  }
}
