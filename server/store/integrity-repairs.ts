// The position of a check's "repair all". At most one per check is running.

import { sql } from 'kysely'
import type { Database, Queryable, Tx } from './db.ts'

export type IntegrityRepairs = ReturnType<typeof createIntegrityRepairs>

/** The running repair of a check. */
export const createIntegrityRepairs = ({ db }: { db: Database }) => {
  const one = (locationId: string, id: string, on: Queryable = db.kysely) =>
    on.updateTable('integrity_checks').where('location_id', '=', locationId).where('id', '=', id)

  return {
    /** False when one is running already, or the check has not ended. */
    async start(
      locationId: string,
      id: string,
      { total, by }: { total: number; by: string },
      tx: Tx,
    ): Promise<boolean> {
      const { numUpdatedRows } = await one(locationId, id, tx)
        .where('status', '=', 'done')
        .where((where) => where.or([where('repair_status', 'is', null), where('repair_status', '!=', 'running')]))
        .set({ repair_status: 'running', repair_place: 0, repair_total: total, repair_done: 0, repair_by: by })
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** Records a processed finding. False when the repair was stopped, or another turn is further ahead. */
    async passed(locationId: string, id: string, place: number): Promise<boolean> {
      const { numUpdatedRows } = await one(locationId, id)
        .where('repair_status', '=', 'running')
        .where('repair_place', '<', place)
        .set({ repair_place: place, repair_done: sql<number>`repair_done + 1` })
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    /** False when it does not run. */
    async end(locationId: string, id: string, status: 'stopped' | 'done', on: Queryable = db.kysely): Promise<boolean> {
      const { numUpdatedRows } = await one(locationId, id, on)
        .where('repair_status', '=', 'running')
        .set({ repair_status: status })
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
  }
}
