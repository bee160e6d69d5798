// The rate budget of each location and company. A process leases a block of calls, so the database is asked once per
// many calls. Interactive calls, live events and bulk work each have their share (SHARES). When the budget is empty the
// caller gets an error with the time to retry; nothing waits here. Limits: 100 calls per 10 s and 200,000 per day, per app
// and resource (https://marketplace.gohighlevel.com/docs/oauth/Authorization).

import { AppError } from '../errors.ts'
import type { Limits, Observation, Priority, Shares } from '../store/rate-budget-lease.ts'
import type { RateBudgets } from '../store/rate-budgets.ts'

const DEFAULT_LIMITS: Limits = { burst: 100, intervalMs: 10_000, daily: 200_000 }

/** Calls per lease: a drain makes many, a person few. What is unused at the end of the window is lost. */
const LEASE_CALLS: Record<Priority, number> = { interactive: 3, live: 10, bulk: 20 }
/**
 * A tenant that uses up a lease before its window ends gets twice as many calls in the next one, up to this number or a
 * tenth of the window.
 */
const GROWN_CALLS = 12
const GROWN_SHARE = 0.1
/** No lease is more than this part of what is left. */
const LEASE_PORTION = 0.25

/**
 * Neither a queue of live events nor a flood of API calls can starve the other, and both go before bulk work. Unused shares are
 * lent out: a person who opens a screen of a busy account finds `least`, and more in the next windows.
 */
export const SHARES: Shares = { interactive: { least: 0.1, most: 0.3 }, live: { least: 0.1, most: 0.5 } }
/** What bulk work may use while nothing else calls. */
export const BULK_SHARE = 1 - SHARES.interactive.least - SHARES.live.least
const MOST_ENTRIES = 20_000

/** `most`: size of the next lease, in calls. */
type Held = { size: number; left: number; until: number; most: number }

export type Budget = ReturnType<typeof createBudget>

/** The rate budget over all processes. `take` throws `crm_rate_limited` with the seconds to wait. */
export const createBudget = ({
  budgets,
  now,
  limits = DEFAULT_LIMITS,
  onRefused = () => {},
}: {
  budgets: Pick<RateBudgets, 'lease' | 'block'>
  now: () => Date
  limits?: Limits
  /** Told of each call that is refused. */
  onRefused?: (priority: Priority) => void
}) => {
  const leases = new Map<string, Held>()
  const emptyUntil = new Map<string, number>()
  const flights = new Map<string, Promise<void>>()
  const observations = new Map<string, Observation>()

  const keyOf = (tenantId: string, priority: Priority) => `${tenantId} ${priority}`

  const leaseMore = async (tenantId: string, priority: Priority): Promise<void> => {
    const key = keyOf(tenantId, priority)
    const before = leases.get(key)
    const isBusy = before !== undefined && now().getTime() < before.until
    const least = LEASE_CALLS[priority]
    const calls = isBusy ? Math.max(least, Math.min(before.size * 2, before.most)) : least
    const observed = observations.get(tenantId)
    observations.delete(tenantId)
    const lease = await budgets.lease(tenantId, {
      calls,
      portion: LEASE_PORTION,
      priority,
      shares: SHARES,
      now: now(),
      defaults: limits,
      observed,
    })
    if (leases.size >= MOST_ENTRIES) forgetOld()
    if (lease.granted > 0) {
      const most = Math.max(GROWN_CALLS, Math.floor(lease.burst * GROWN_SHARE))
      leases.set(key, { size: lease.granted, left: lease.granted, until: lease.until.getTime(), most })
    } else emptyUntil.set(key, lease.retryAt.getTime())
  }

  const forgetOld = (): void => {
    const moment = now().getTime()
    for (const [key, { until }] of leases) if (until <= moment) leases.delete(key)
    for (const [key, until] of emptyUntil) if (until <= moment) emptyUntil.delete(key)
    if (observations.size >= MOST_ENTRIES) observations.clear()
  }

  return {
    /**
     * Takes one call. Throws `crm_rate_limited` with the seconds to wait.
     */
    take: async (tenantId: string, priority: Priority): Promise<void> => {
      const key = keyOf(tenantId, priority)
      for (;;) {
        const moment = now().getTime()
        // From before the lease: a call that was in flight when another was refused.
        const emptyFor = (emptyUntil.get(key) ?? 0) - moment
        if (emptyFor > 0) {
          onRefused(priority)
          throw new AppError('crm_rate_limited', { retryAfterSeconds: Math.ceil(emptyFor / 1000) })
        }
        const held = leases.get(key)
        if (held && held.left > 0 && moment < held.until) {
          held.left -= 1
          return
        }
        // Concurrent callers share this lease and take another when it was not enough.
        let flight = flights.get(key)
        if (!flight) {
          flight = leaseMore(tenantId, priority).finally(() => flights.delete(key))
          flights.set(key, flight)
        }
        await flight
      }
    },

    /** Records the rate headers of an answer; other processes learn of them with the next lease. */
    observe: (tenantId: string, headers: Record<string, string>): void => {
      const seen: Observation = {
        burst: countIn(headers['x-ratelimit-max'], 1),
        remaining: countIn(headers['x-ratelimit-remaining'], 0),
        intervalMs: countIn(headers['x-ratelimit-interval-milliseconds'], 100),
        daily: countIn(headers['x-ratelimit-limit-daily'], 1),
        dailyRemaining: countIn(headers['x-ratelimit-daily-remaining'], 0),
      }
      if (Object.values(seen).some((value) => value !== undefined)) observations.set(tenantId, seen)
    },

    /** After a 429: blocks all calls for this tenant for that long, in every process. */
    limited: async (tenantId: string, seconds: number): Promise<void> => {
      const until = new Date(now().getTime() + seconds * 1000)
      for (const priority of ['interactive', 'live', 'bulk'] as const) {
        leases.delete(keyOf(tenantId, priority))
        emptyUntil.set(keyOf(tenantId, priority), until.getTime())
      }
      await budgets.block(tenantId, { until, now: now(), defaults: limits })
    },
  }
}

const countIn = (text: string | undefined, least: number): number | undefined => {
  const count = Number(text)
  return text !== undefined && Number.isInteger(count) && count >= least && count <= 100_000_000 ? count : undefined
}
