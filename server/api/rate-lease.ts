// Rate limits over all nodes without a database call per request: a node leases a few calls at a time and hands them
// out. Leases shrink near the limit, which is never exceeded; calls leased but unused at the end of the window are
// lost, a few percent at most. Knows no database.

const MAX_LEASE = 50
/** A lease is this part of what is left. */
const LEASE_PART = 16
const MAX_WINDOWS = 50_000

type Window = { startedAt: Date; used: number }

type Deps = {
  /** Takes calls from the shared window and answers how many are taken now, these included. */
  take: (locationId: string, lease: { name: string; calls: number; windowMs: number; at: Date }) => Promise<Window>
  limit: number
  windowMs: number
  now: () => Date
}

type Lease = { startedAt: number; next: number; last: number }

export type Hit = {
  /** Which call of the window it is; above the limit when it is one too many. */
  number: number
  resetsAt: Date
}

/** Returns a counter per key; a call beyond the limit gets the time to wait. */
export const createRateLease = ({ take, limit, windowMs, now }: Deps) => {
  const leases = new Map<string, Lease>()
  const taking = new Map<string, Promise<void>>()

  const currentOf = (key: string): Lease | undefined => {
    const lease = leases.get(key)
    if (lease && lease.startedAt + windowMs > now().getTime()) return lease
    leases.delete(key)
    return undefined
  }

  const forgetOld = (): void => {
    for (const key of [...leases.keys()]) currentOf(key)
  }

  const refill = async (key: string, locationId: string, name: string): Promise<void> => {
    const left = limit - (currentOf(key)?.last ?? 0)
    const calls = Math.min(MAX_LEASE, Math.max(1, Math.floor(left / LEASE_PART)))
    const { startedAt, used } = await take(locationId, { name, calls, windowMs, at: now() })
    if (leases.size >= MAX_WINDOWS) forgetOld()
    leases.set(key, { startedAt: startedAt.getTime(), next: used - calls + 1, last: used })
  }

  /** Counts one call. Throws what `take` throws. */
  return async (locationId: string, name: string): Promise<Hit> => {
    // No id has a space.
    const key = `${locationId} ${name}`
    for (;;) {
      const lease = currentOf(key)
      if (lease) {
        const resetsAt = new Date(lease.startedAt + windowMs)
        if (lease.next <= lease.last) return { number: lease.next++, resetsAt }
        // Over is over until the window ends: no need to ask.
        if (lease.last >= limit) return { number: limit + 1, resetsAt }
      }
      // One asks, all others wait for the same answer.
      let refilling = taking.get(key)
      if (!refilling) {
        refilling = refill(key, locationId, name).finally(() => taking.delete(key))
        taking.set(key, refilling)
      }
      await refilling
    }
  }
}
