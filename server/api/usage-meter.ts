// Counts API calls in memory and writes them every few seconds, so that no request costs a write. A crash loses those
// seconds' counts. Knows no express and no database.

/** One finished call. */
export type CountedCall = {
  locationId: string
  clientId: string
  keyId: string | undefined
  /** The route's own text: `GET /v1/customers/:id`. */
  route: string
  status: number
}

/** Calls of one client to one route in one hour that ended in one class of status (2, 3, 4 or 5). */
export type UsageCount = {
  locationId: string
  /** The beginning of the hour. */
  hour: Date
  clientId: string
  route: string
  statusClass: number
  calls: number
}

/** When a credential was last used. */
export type Use = { locationId: string; clientId: string; keyId: string | undefined; at: Date }

type Deps = {
  store: {
    add(counts: UsageCount[]): Promise<void>
    /** Remembers when clients and keys were last used; writes at most once a minute for each. */
    touch(uses: Use[]): Promise<void>
  }
  now: () => Date
  log: { warn(details: object, text: string): void }
  flushEveryMs?: number
  /** Different counters kept while the database cannot be reached; what comes beyond is not counted. */
  size?: number
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

export type UsageMeter = {
  count(call: CountedCall): void
  /** Writes what was counted since. Never throws: what cannot be written is kept for the next time. */
  flush(): Promise<void>
  start(): void
  /** Writes the rest. */
  stop(): Promise<void>
}

/** The meter; `flushEveryMs` between writes, at most `size` different counters in memory. */
export const createUsageMeter = ({ store, now, log, flushEveryMs = 5_000, size = 50_000 }: Deps): UsageMeter => {
  let counts = new Map<string, UsageCount>()
  let uses = new Map<string, Use>()
  // When each credential's use was last handed over: most flushes have nothing to say about it.
  const touched = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let flushed = Promise.resolve()

  const add = (count: UsageCount): void => {
    const key = JSON.stringify([count.locationId, count.hour.getTime(), count.clientId, count.route, count.statusClass])
    const found = counts.get(key)
    if (found) found.calls += count.calls
    else if (counts.size < size) counts.set(key, count)
  }

  const use = (call: CountedCall, at: Date): void => {
    const key = JSON.stringify([call.locationId, call.clientId, call.keyId])
    if (at.getTime() - (touched.get(key) ?? Number.NEGATIVE_INFINITY) < MINUTE_MS) return
    const { locationId, clientId, keyId } = call
    if (uses.size < size) uses.set(key, { locationId, clientId, keyId, at })
  }

  const write = async (): Promise<void> => {
    if (counts.size === 0) return
    const [taken, used] = [counts, uses]
    counts = new Map()
    uses = new Map()
    try {
      await store.add([...taken.values()])
    } catch (error) {
      log.warn({ err: error, counters: taken.size }, 'calls could not be counted yet')
      for (const count of taken.values()) add(count)
      return
    }
    try {
      await store.touch([...used.values()])
      if (touched.size > size) touched.clear()
      for (const [key, { at }] of used) touched.set(key, at.getTime())
    } catch (error) {
      // The next call of the credential says it again.
      log.warn({ err: error }, 'the last use of credentials could not be written')
    }
  }

  // One after the other, so that a stop waits for all.
  const flush = (): Promise<void> => {
    flushed = flushed.then(write)
    return flushed
  }

  return {
    count(call) {
      const at = now()
      const { locationId, clientId, route, status } = call
      const hour = new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS)
      add({ locationId, hour, clientId, route, statusClass: Math.trunc(status / 100), calls: 1 })
      use(call, at)
    },
    flush,
    start() {
      timer ??= setInterval(() => void flush(), flushEveryMs).unref()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      await flush()
    },
  }
}
