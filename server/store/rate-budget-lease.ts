// How many calls of a tenant's rate budget may be made now, and who may make them: one statement, so that all processes agree.
// The shares are chosen in server/highlevel/budget.ts.

export type Limits = {
  /** Calls in one interval. */
  burst: number
  intervalMs: number
  /** Calls in one day (UTC). */
  daily: number
}

/** The limits in response headers; absent members were not reported. */
export type Observation = {
  burst?: number | undefined
  remaining?: number | undefined
  intervalMs?: number | undefined
  daily?: number | undefined
  dailyRemaining?: number | undefined
}

/** `interactive`: a user or API caller is waiting. `live`: an event just happened. `bulk`: can wait. */
export type Priority = 'interactive' | 'live' | 'bulk'

/**
 * The share of a limit (0 to 1) that is reserved for each kind. In a window it is twice the previous window's use, at least `least`
 * and at most `most`, so that unused calls soon go to others. In a day it is `least`, of the last calls. Bulk work gets the rest.
 */
export type Shares = Record<'interactive' | 'live', { least: number; most: number }>

export type LeaseWish = {
  /** Calls wanted at most. */
  calls: number
  /** At most this share of the remaining calls (above 0, up to 1), so that one process does not get all of the last calls. */
  portion: number
  priority: Priority
  shares: Shares
  now: Date
  /** For a tenant that has no row yet. */
  defaults: Limits
  observed?: Observation | undefined
}

/** What the statement answers for each tenant that has a row. */
export type LeaseRow = {
  location_id: string
  granted: number
  burst: number
  window_ends_at: Date
  blocked_until: Date | null
  day_is_over: boolean
}

/** HighLevel's window opens when the first call reaches it, a little after ours. */
export const GUARD_MS = 250

/**
 * One statement under the rows' locks. It resets a window or day that has ended, applies lower remaining counts from response headers,
 * and then grants calls from what remains after the unused reservations of other kinds. Calls used by neither `interactive` nor `bulk`
 * count as `live`, including calls known only from headers. Named, because planning it takes longer than running it. As in links.ts, a
 * join would read the whole table.
 */
export const LEASE = {
  name: 'rate_budgets.lease',
  text: `
    with wishes as (
      select * from json_to_recordset($1::json) as w (tenant text, at timestamptz, today date, said_burst int, said_ms int,
        said_daily int, said_left int, said_day_left int, calls int, portion float8, who text,
        least_interactive float8, most_interactive float8, least_live float8, most_live float8)
    ), limits as (
      select wishes.*, held.*,
        coalesce(said_burst, burst_limit) as burst,
        (coalesce(said_ms, interval_ms) + ${GUARD_MS}) * interval '1 millisecond' as length,
        coalesce(said_daily, day_limit) as daily
      from wishes cross join lateral (select * from rate_budgets where location_id = tenant for update) as held
    ), fresh as (
      select *,
        at >= window_started_at + length or at < window_started_at as is_new_window,
        at >= window_started_at and at < window_started_at + 2 * length as is_next_window,
        day <> today as is_new_day,
        floor(daily * least_interactive)::int as day_for_interactive,
        floor(daily * least_live)::int as day_for_live
      from limits
    ), used as (
      select *,
        case when is_new_window then at else window_started_at end as started_at,
        case when is_new_window then 0 else greatest(window_used, burst - coalesce(said_left, burst)) end as in_window,
        case when is_new_window then 0 else window_interactive end as by_interactive,
        case when is_new_window then 0 else window_bulk end as by_bulk,
        greatest(floor(burst * least_interactive)::int, least(floor(burst * most_interactive)::int,
          case when not is_new_window then coalesce(kept_interactive, 0)
            when is_next_window then 2 * window_interactive else 0 end)) as for_interactive,
        greatest(floor(burst * least_live)::int, least(floor(burst * most_live)::int,
          case when not is_new_window then coalesce(kept_live, 0)
            when is_next_window then 2 * (window_used - window_interactive - window_bulk) else 0 end)) as for_live,
        case when is_new_day then 0 else greatest(day_used, daily - coalesce(said_day_left, daily)) end as in_day,
        case when is_new_day then 0 else day_kept_interactive end as day_by_interactive,
        daily - day_for_interactive - day_for_live as day_for_all
      from fresh
    ), rest as (
      select *,
        burst - in_window
          - case when who = 'interactive' then 0 else greatest(0, for_interactive - by_interactive) end
          - case when who = 'live' then 0 else greatest(0, for_live - (in_window - by_interactive - by_bulk)) end
          as window_rest,
        daily - in_day
          - case when who = 'interactive' then 0 else greatest(0, day_for_interactive - day_by_interactive) end
          - case when who = 'live' then 0 else
              greatest(0, day_for_live - greatest(0, in_day - day_for_all - day_by_interactive)) end
          as day_rest
      from used
    ), given as (
      select *, case when blocked_until > at then 0 else
        greatest(0, least(calls, ceil(portion * window_rest)::int, day_rest)) end as granted
      from rest
    )
    update rate_budgets as budget set
      window_started_at = given.started_at,
      window_used = given.in_window + given.granted,
      window_interactive = given.by_interactive + case when given.who = 'interactive' then given.granted else 0 end,
      window_bulk = given.by_bulk + case when given.who = 'bulk' then given.granted else 0 end,
      kept_interactive = given.for_interactive,
      kept_live = given.for_live,
      burst_limit = given.burst,
      interval_ms = coalesce(given.said_ms, given.interval_ms),
      day = given.today,
      day_used = given.in_day + given.granted,
      day_kept_interactive = given.day_by_interactive + case when given.who = 'interactive'
        then least(given.granted, greatest(0, given.in_day + given.granted - given.day_for_all)) else 0 end,
      day_limit = given.daily,
      updated_at = given.at
    from given
    where budget.location_id = given.tenant
    returning budget.location_id, given.granted, given.burst, given.day_rest <= 0 as day_is_over, given.blocked_until,
      given.started_at + given.length as window_ends_at`,
}

export type TenantWish = { tenantId: string; wish: LeaseWish }

/** Of the statement, for wishes of different tenants. */
export const valuesOf = (wishes: TenantWish[]): [string] => [JSON.stringify(wishes.map(rowOf))]

const rowOf = ({ tenantId, wish: { now, calls, portion, priority, shares, observed: seen = {} } }: TenantWish) => ({
  ...{ tenant: tenantId, at: now, today: now.toISOString().slice(0, 10), calls, portion, who: priority },
  ...{ least_interactive: shares.interactive.least, most_interactive: shares.interactive.most },
  ...{ least_live: shares.live.least, most_live: shares.live.most },
  ...{ said_burst: seen.burst, said_ms: seen.intervalMs, said_daily: seen.daily },
  ...{ said_left: seen.remaining, said_day_left: seen.dailyRemaining },
})
