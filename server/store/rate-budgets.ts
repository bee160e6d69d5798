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
  granted: number
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
 * One statement under the row's lock: a window or day that is over starts anew, then what headers said is taken over where
 * it is less than we thought, then calls are given out. Named, since planning it takes longer than running it.
 */
const LEASE = {
  name: 'rate_budgets.lease',
  text: `
    with held as (
      select * from rate_budgets where location_id = $1 for update
    ), limits as (
      select *,
        coalesce($4::int, burst_limit) as burst,
        coalesce($5::int, interval_ms) as every_ms,
        coalesce($6::int, day_limit) as daily
      from held
    ), fresh as (
      select *,
        ($2::timestamptz >= window_started_at + (every_ms + ${GUARD_MS}) * interval '1 millisecond'
          or $2::timestamptz < window_started_at) as is_new_window,
        day <> $3::date as is_new_day
      from limits
    ), used as (
      select *,
        case when is_new_window then $2::timestamptz else window_started_at end as started_at,
        case when is_new_window then 0
          else greatest(window_used, burst - coalesce($7::int, burst)) end as in_window,
        case when is_new_day then 0
          else greatest(day_used, daily - coalesce($8::int, daily)) end as in_day
      from fresh
    ), given as (
      select *,
        case when blocked_until > $2::timestamptz then 0 else greatest(0, least(
          $9::int,
          floor(burst * (1 - $10::float8))::int - in_window,
          floor(daily * (1 - $10::float8))::int - in_day
        )) end as granted,
        floor(daily * (1 - $10::float8))::int - in_day <= 0 as day_is_over
      from used
    )
    update rate_budgets as budget set
      window_started_at = given.started_at,
      window_used = given.in_window + given.granted,
      burst_limit = given.burst,
      interval_ms = given.every_ms,
      day = $3::date,
      day_used = given.in_day + given.granted,
      day_limit = given.daily,
      updated_at = $2
    from given
    where budget.location_id = given.location_id
    returning given.granted, given.day_is_over, given.blocked_until,
      given.started_at + (given.every_ms + ${GUARD_MS}) * interval '1 millisecond' as window_ends_at`,
}

export const createRateBudgets = ({ db }: { db: Database }) => {
  const leaseFromRow = async (
    tenantId: string,
    { now, calls, reserve, observed: seen = {} }: LeaseWish,
  ): Promise<Row | undefined> => {
    const { rows } = await db.pool.query<Row>({
      ...LEASE,
      values: [
        ...[tenantId, now, now.toISOString().slice(0, 10)],
        ...[seen.burst, seen.intervalMs, seen.daily, seen.remaining, seen.dailyRemaining].map((said) => said ?? null),
        ...[calls, reserve],
      ],
    })
    return rows[0]
  }

  return {
    /** Takes up to `calls` calls out of the tenant's budget. */
    lease: async (tenantId: string, wish: LeaseWish): Promise<Lease> => {
      let row = await leaseFromRow(tenantId, wish)
      if (!row) {
        const { now, defaults } = wish
        await db.kysely
          .insertInto('rate_budgets')
          .values({
            location_id: tenantId,
            window_started_at: now,
            burst_limit: defaults.burst,
            interval_ms: defaults.intervalMs,
            day: now.toISOString().slice(0, 10),
            day_limit: defaults.daily,
          })
          .onConflict((conflict) => conflict.column('location_id').doNothing())
          .execute()
        row = await leaseFromRow(tenantId, wish)
      }
      return leaseOf(row!, wish.now)
    },

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
  return { granted: row.granted, until: row.window_ends_at, retryAt }
}
