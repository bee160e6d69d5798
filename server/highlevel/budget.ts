// The rate budget of each location and company: a call takes one unit from a lease that this process holds, so the
// database is asked once in many calls. When nothing is left the caller is told when to come back; nobody waits here.
// https://marketplace.gohighlevel.com/docs/oauth/Authorization: 100 calls in 10 s and 200,000 a day, per app and resource.

import { AppError } from '../errors.ts'
import type { Limits, Observation, RateBudgets } from '../store/rate-budgets.ts'

/** `interactive`: a person waits. `live`: an event just happened. `bulk`: it can wait. */
export type Priority = 'interactive' | 'live' | 'bulk'

const DEFAULT_LIMITS: Limits = { burst: 100, intervalMs: 10_000, daily: 200_000 }

/** Calls per lease: a drain makes many, a person few. What is not used when the window ends is lost. */
const LEASE_CALLS: Record<Priority, number> = { interactive: 3, live: 10, bulk: 20 }
/** Who has used a lease up before its window ended gets twice as many calls with the next one, up to this or a tenth of the window. */
const GROWN_CALLS = 12
const GROWN_SHARE = 0.1

/** Bulk work leaves this share to the others. */
export const BULK_RESERVE = 0.2
const MOST_ENTRIES = 20_000

/** `most`: calls of the next lease. */
type Held = { size: number; left: number; until: number; most: number }

export type Budget = ReturnType<typeof createBudget>

export const createBudget = ({
  budgets,
  now,
  limits = DEFAULT_LIMITS,
}: {
  budgets: Pick<RateBudgets, 'lease' | 'block'>
  now: () => Date
  limits?: Limits
}) => {
  const leases = new Map<string, Held>()
  const emptyUntil = new Map<string, number>()
  const flights = new Map<string, Promise<void>>()
  const observations = new Map<string, Observation>()

  const keyOf = (tenantId: string, priority: Priority) => `${tenantId} ${priority}`

  const leaseMore = async (tenantId: string, priority: Priority, least: number): Promise<void> => {
    const key = keyOf(tenantId, priority)
    const before = leases.get(key)
    const isBusy = before !== undefined && now().getTime() < before.until
    const calls = isBusy ? Math.max(least, Math.min(before.size * 2, before.most)) : least
    const observed = observations.get(tenantId)
    observations.delete(tenantId)
    const lease = await budgets.lease(tenantId, {
      calls,
      reserve: priority === 'bulk' ? BULK_RESERVE : 0,
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
     * Takes one call. `calls` says how many are to come, so that one lease serves them. Throws `crm_rate_limited` with the
     * seconds after which there is more.
     */
    take: async (tenantId: string, priority: Priority, { calls = LEASE_CALLS[priority] } = {}): Promise<void> => {
      const key = keyOf(tenantId, priority)
      for (;;) {
        const moment = now().getTime()
        // Before the lease: one that was under way when a call was refused has come since.
        const emptyFor = (emptyUntil.get(key) ?? 0) - moment
        if (emptyFor > 0) throw new AppError('crm_rate_limited', { retryAfterSeconds: Math.ceil(emptyFor / 1000) })
        const held = leases.get(key)
        if (held && held.left > 0 && moment < held.until) {
          held.left -= 1
          return
        }
        // Those who come meanwhile share this lease, and ask for another when it was not enough.
        let flight = flights.get(key)
        if (!flight) {
          flight = leaseMore(tenantId, priority, calls).finally(() => flights.delete(key))
          flights.set(key, flight)
        }
        await flight
      }
    },

    /** Remembers what the headers of an answer say; told to the other processes with the next lease. */
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

    /** After a 429: nobody calls for this tenant for so long, in no process. */
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
