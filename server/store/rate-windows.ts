// The current window of each limit of our API, shared by all nodes. Calls are taken in leases
// (server/api/rate-lease.ts), so that it is not one write per request.

import { sql } from 'kysely'
import type { Database } from './db.ts'

export type RateWindow = { startedAt: Date; used: number }

export type RateWindows = ReturnType<typeof createRateWindows>

export const createRateWindows = ({ db }: { db: Database }) => ({
  /**
   * Takes `calls` calls of a limit and answers how many are taken now, these included. A window that is over at `at`
   * gives way to a new one.
   */
  async take(
    locationId: string,
    { name, calls, windowMs, at }: { name: string; calls: number; windowMs: number; at: Date },
  ): Promise<RateWindow> {
    const over = sql<boolean>`w.started_at + ${windowMs} * interval '1 ms' <= excluded.started_at`
    const { rows } = await sql<RateWindow>`
      insert into api_rate_windows as w (location_id, name, started_at, used) values (${locationId}, ${name}, ${at}, ${calls})
      on conflict (location_id, name) do update set
        used = case when ${over} then excluded.used else w.used + excluded.used end,
        started_at = case when ${over} then excluded.started_at else w.started_at end
      returning started_at as "startedAt", used`.execute(db.kysely)
    return rows[0]!
  },

  /** Forgets windows that began before `before`. */
  async prune(before: Date): Promise<void> {
    await db.kysely.deleteFrom('api_rate_windows').where('started_at', '<', before).execute()
  },
})
