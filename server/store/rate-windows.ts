// The current window of each API rate limit, shared by all nodes. Calls are taken in leases (server/api/rate-lease.ts),
// not one write per request.

import type { Database } from './db.ts'

export type RateWindow = { startedAt: Date; used: number }

/** `calls` calls of the limit `name`, wanted at `at`. */
export type WindowWish = { locationId: string; name: string; calls: number; windowMs: number; at: Date }

type Row = RateWindow & { locationId: string; name: string }

const OVER = `held.started_at <= excluded.started_at - $5 * interval '1 ms'`

const TAKE = {
  name: 'rate_windows.take',
  text: `
    insert into api_rate_windows as held (location_id, name, started_at, used)
    select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[])
    on conflict (location_id, name) do update set
      used = case when ${OVER} then excluded.used else held.used + excluded.used end,
      started_at = case when ${OVER} then excluded.started_at else held.started_at end
    returning location_id as "locationId", name, started_at as "startedAt", used`,
}

const keyOf = ({ locationId, name }: Pick<Row, 'locationId' | 'name'>): string => `${locationId} ${name}`

export type RateWindows = ReturnType<typeof createRateWindows>

/** Leases of API rate limits. */
export const createRateWindows = ({ db }: { db: Database }) => ({
  /**
   * Takes calls from limits and returns for each how many are now taken, including these, in the given order. A window that has
   * ended is replaced by a new one. Each limit may occur only once.
   */
  async takeAll(wishes: WindowWish[]): Promise<RateWindow[]> {
    const taken = new Map<string, RateWindow>()
    for (const [windowMs, alike] of Map.groupBy(wishes, (wish) => wish.windowMs)) {
      // In one order, so that two nodes cannot lock each other out.
      const sorted = alike.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      const { rows } = await db.pool.query<Row>({
        ...TAKE,
        values: [
          sorted.map(({ locationId }) => locationId),
          sorted.map(({ name }) => name),
          sorted.map(({ at }) => at),
          sorted.map(({ calls }) => calls),
          windowMs,
        ],
      })
      for (const { startedAt, used, ...limit } of rows) taken.set(keyOf(limit), { startedAt, used })
    }
    return wishes.map((wish) => taken.get(keyOf(wish))!)
  },

  /** Forgets windows that began before `before`. */
  async prune(before: Date): Promise<void> {
    await db.kysely.deleteFrom('api_rate_windows').where('started_at', '<', before).execute()
  },
})
