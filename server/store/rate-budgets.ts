// Calls that a tenant may still make, shared by all processes. Given out in leases, so that a call costs no round trip;
// put right by what HighLevel's headers say. How a lease is worked out is in rate-budget-lease.ts.

import { sql } from 'kysely'
import type { Database } from './db.ts'
import {
  GUARD_MS,
  LEASE,
  type LeaseRow,
  type LeaseWish,
  type Limits,
  type TenantWish,
  valuesOf,
} from './rate-budget-lease.ts'

export type Lease = {
  /** 0 when nothing is left. */
  granted: number
  /** Calls that a window has in all. */
  burst: number
  /** The granted calls must be made before this. */
  until: Date
  /** When asking again makes sense, with `granted` 0. */
  retryAt: Date
}

export type BudgetUse = {
  usedToday: number
  dailyLimit: number
  /** In an interval that is under way. */
  usedNow: number
  burst: number
  intervalMs: number
  /** Calls of an interval that were kept last, for people and API callers, and for live events; null before there were any. */
  keptInteractive: number | null
  keptLive: number | null
  blockedUntil: Date | null
}

/** Over all tenants, for operators. */
export type BudgetPressure = {
  /** Calls given out today (UTC). */
  callsToday: number
  /** Tenants for which nobody may call after a 429. */
  blocked: number
  /** Tenants that have used four fifths of their day, or more. */
  nearlySpent: number
}

const DAY_MS = 86_400_000
/** When HighLevel counts its day from is not documented: look again this often. */
const DAY_RETRY_MS = 3_600_000

export type RateBudgets = ReturnType<typeof createRateBudgets>

/** Groups of wishes, no tenant twice in one; in the order of tenants, so that two nodes cannot lock each other out. */
const roundsOf = (wishes: TenantWish[]): TenantWish[][] => {
  const rounds: TenantWish[][] = []
  for (const ofOne of Map.groupBy(wishes, ({ tenantId }) => tenantId).values()) {
    for (const [round, wish] of ofOne.entries()) rounds[round] = [...(rounds[round] ?? []), wish]
  }
  return rounds.map((round) => round.sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1)))
}

export const createRateBudgets = ({ db }: { db: Database }) => {
  const leaseFromRows = async (wishes: TenantWish[]): Promise<Map<string, LeaseRow>> => {
    const { rows } = await db.pool.query<LeaseRow>({ ...LEASE, values: valuesOf(wishes) })
    return new Map(rows.map((row) => [row.location_id, row]))
  }

  /** For tenants that have no row yet. */
  const addRows = async (wishes: TenantWish[]): Promise<void> => {
    const values = wishes.map(({ tenantId, wish: { now, defaults } }) => ({
      location_id: tenantId,
      window_started_at: now,
      burst_limit: defaults.burst,
      interval_ms: defaults.intervalMs,
      day: now.toISOString().slice(0, 10),
      day_limit: defaults.daily,
    }))
    await db.kysely
      .insertInto('rate_budgets')
      .values(values)
      .onConflict((conflict) => conflict.column('location_id').doNothing())
      .execute()
  }

  /** Takes up to `calls` calls out of the budget of each; one answer per wish, in their order. */
  const leaseAll = async (wishes: TenantWish[]): Promise<Lease[]> => {
    const leases = new Map<TenantWish, Lease>()
    for (const round of roundsOf(wishes)) {
      const found = await leaseFromRows(round)
      const missing = round.filter(({ tenantId }) => !found.has(tenantId))
      if (missing.length > 0) {
        await addRows(missing)
        for (const [tenantId, row] of await leaseFromRows(missing)) found.set(tenantId, row)
      }
      for (const wish of round) leases.set(wish, leaseOf(found.get(wish.tenantId)!, wish.wish.now))
    }
    return wishes.map((wish) => leases.get(wish)!)
  }

  return {
    leaseAll,

    /** The same for one tenant. */
    lease: async (tenantId: string, wish: LeaseWish): Promise<Lease> => (await leaseAll([{ tenantId, wish }]))[0]!,

    /** Calls given out today (UTC) and in the interval under way, and their limits; undefined before the first call. */
    async read(tenantId: string, now: Date): Promise<BudgetUse | undefined> {
      const day = now.toISOString().slice(0, 10)
      const { rows } = await sql<BudgetUse>`
        select case when day = ${day}::date then day_used else 0 end as "usedToday", day_limit as "dailyLimit",
          case when ${now}::timestamptz < window_started_at + (interval_ms + ${GUARD_MS}) * interval '1 millisecond'
            then window_used else 0 end as "usedNow", burst_limit as burst, interval_ms as "intervalMs",
          kept_interactive as "keptInteractive", kept_live as "keptLive",
          case when blocked_until > ${now}::timestamptz then blocked_until end as "blockedUntil"
        from rate_budgets where location_id = ${tenantId}`.execute(db.kysely)
      return rows[0]
    },

    async pressure(now: Date): Promise<BudgetPressure> {
      const day = now.toISOString().slice(0, 10)
      const { rows } = await sql<BudgetPressure>`
        select coalesce(sum(day_used) filter (where day = ${day}::date), 0)::float8 as "callsToday",
          count(*) filter (where blocked_until > ${now}::timestamptz)::int as blocked,
          count(*) filter (where day = ${day}::date and day_used >= day_limit * 0.8)::int as "nearlySpent"
        from rate_budgets`.execute(db.kysely)
      return rows[0]!
    },

    /** Nobody calls for this tenant before `until`; a block that is longer already stays. */
    block: async (
      tenantId: string,
      { until, now, defaults }: { until: Date; now: Date; defaults: Limits },
    ): Promise<void> => {
      await db.kysely
        .insertInto('rate_budgets')
        .values({
          location_id: tenantId,
          window_started_at: now,
          burst_limit: defaults.burst,
          interval_ms: defaults.intervalMs,
          day: now.toISOString().slice(0, 10),
          day_limit: defaults.daily,
          blocked_until: until,
        })
        .onConflict((conflict) =>
          conflict.column('location_id').doUpdateSet({
            blocked_until: sql`greatest(rate_budgets.blocked_until, excluded.blocked_until)`,
            updated_at: now,
          }),
        )
        .execute()
    },
  }
}

const leaseOf = (row: LeaseRow, now: Date): Lease => {
  const midnight = (Math.floor(now.getTime() / DAY_MS) + 1) * DAY_MS
  const retryAt = row.day_is_over
    ? new Date(Math.min(midnight, now.getTime() + DAY_RETRY_MS))
    : row.blocked_until && row.blocked_until > now
      ? row.blocked_until
      : row.window_ends_at
  return { granted: row.granted, burst: row.burst, until: row.window_ends_at, retryAt }
}
