// Calls that a tenant may still make, shared by all processes. Given out in leases, so that a call costs no round trip;
// put right by what HighLevel's headers say. Which caller gets how much is decided in server/highlevel/budget.ts.

import { sql } from 'kysely'
import type { Database } from './db.ts'

export type Limits = {
  /** Calls in one interval. */
  burst: number
  intervalMs: number
  /** Calls in one day (UTC). */
  daily: number
}

/** What the headers of an answer said; absent members were not said. */
export type Observation = {
  burst?: number | undefined
  remaining?: number | undefined
  intervalMs?: number | undefined
  daily?: number | undefined
  dailyRemaining?: number | undefined
}

export type LeaseWish = {
  /** Calls wanted at most. */
  calls: number
  /** Share of both limits that must be left for others, 0 to 1. */
  reserve: number
  now: Date
  /** For a tenant that has no row yet. */
  defaults: Limits
  observed?: Observation | undefined
}

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

type Row = {
  location_id: string
  granted: number
  burst: number
  window_ends_at: Date
  blocked_until: Date | null
  day_is_over: boolean
}

const DAY_MS = 86_400_000
/** HighLevel's window opens when the first call reaches it, a little after ours. */
const GUARD_MS = 250
/** When HighLevel counts its day from is not documented: look again this often. */
const DAY_RETRY_MS = 3_600_000

export type RateBudgets = ReturnType<typeof createRateBudgets>

/**
 * One statement under the rows' locks: a window or day that is over starts anew, then what headers said is taken over where
 * it is less than we thought, then calls are given out. Named, since planning it takes longer than running it. As in links.ts,
 * a join would read the whole table.
 */
const LEASE = {
  name: 'rate_budgets.lease',
  text: `
    with wishes as (
      select * from json_to_recordset($1::json) as w (tenant text, at timestamptz, today date, said_burst int, said_ms int,
        said_daily int, said_left int, said_day_left int, calls int, reserve float8)
    ), limits as (
      select wishes.*, held.*,
        coalesce(said_burst, burst_limit) as burst,
        coalesce(said_ms, interval_ms) as every_ms,
        coalesce(said_daily, day_limit) as daily
      from wishes cross join lateral (select * from rate_budgets where location_id = tenant for update) as held
    ), fresh as (
      select *,
        (at >= window_started_at + (every_ms + ${GUARD_MS}) * interval '1 millisecond' or at < window_started_at)
          as is_new_window,
        day <> today as is_new_day
      from limits
    ), used as (
      select *,
        case when is_new_window then at else window_started_at end as started_at,
        case when is_new_window then 0 else greatest(window_used, burst - coalesce(said_left, burst)) end as in_window,
        case when is_new_day then 0 else greatest(day_used, daily - coalesce(said_day_left, daily)) end as in_day
      from fresh
    ), given as (
      select *,
        case when blocked_until > at then 0 else greatest(0, least(
          calls,
          floor(burst * (1 - reserve))::int - in_window,
          floor(daily * (1 - reserve))::int - in_day
        )) end as granted,
        floor(daily * (1 - reserve))::int - in_day <= 0 as day_is_over
      from used
    )
    update rate_budgets as budget set
      window_started_at = given.started_at,
      window_used = given.in_window + given.granted,
      burst_limit = given.burst,
      interval_ms = given.every_ms,
      day = given.today,
      day_used = given.in_day + given.granted,
      day_limit = given.daily,
      updated_at = given.at
    from given
    where budget.location_id = given.tenant
    returning budget.location_id, given.granted, given.burst, given.day_is_over, given.blocked_until,
      given.started_at + (given.every_ms + ${GUARD_MS}) * interval '1 millisecond' as window_ends_at`,
}

type TenantWish = { tenantId: string; wish: LeaseWish }

const rowOf = ({ tenantId, wish: { now, calls, reserve, observed: seen = {} } }: TenantWish) => ({
  ...{ tenant: tenantId, at: now, today: now.toISOString().slice(0, 10), calls, reserve },
  ...{ said_burst: seen.burst, said_ms: seen.intervalMs, said_daily: seen.daily },
  ...{ said_left: seen.remaining, said_day_left: seen.dailyRemaining },
})

/** Groups of wishes, no tenant twice in one; in the order of tenants, so that two nodes cannot lock each other out. */
const roundsOf = (wishes: TenantWish[]): TenantWish[][] => {
  const rounds: TenantWish[][] = []
  for (const ofOne of Map.groupBy(wishes, ({ tenantId }) => tenantId).values()) {
    for (const [round, wish] of ofOne.entries()) rounds[round] = [...(rounds[round] ?? []), wish]
  }
  return rounds.map((round) => round.sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1)))
}

export const createRateBudgets = ({ db }: { db: Database }) => {
  const leaseFromRows = async (wishes: TenantWish[]): Promise<Map<string, Row>> => {
    const { rows } = await db.pool.query<Row>({ ...LEASE, values: [JSON.stringify(wishes.map(rowOf))] })
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

const leaseOf = (row: Row, now: Date): Lease => {
  const midnight = (Math.floor(now.getTime() / DAY_MS) + 1) * DAY_MS
  const retryAt = row.day_is_over
    ? new Date(Math.min(midnight, now.getTime() + DAY_RETRY_MS))
    : row.blocked_until && row.blocked_until > now
      ? row.blocked_until
      : row.window_ends_at
  return { granted: row.granted, burst: row.burst, until: row.window_ends_at, retryAt }
}
