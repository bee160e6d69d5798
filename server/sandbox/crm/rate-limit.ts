// Requests per interval and per day, counted for each app and resource (a location or a company). Header names are the
// platform's own. What is over the limit is refused and not counted.

export type Limits = {
  /** Requests per interval; 100. */
  burst: number
  /** 10,000. */
  intervalMs: number
  /** Requests per UTC day; 200,000. */
  daily: number
}

type Window = { startedAt: number; used: number; day: number; usedToday: number }

const DAY_MS = 86_400_000

/** `take` counts one request and says whether it may pass, and with which headers. */
export const createRateLimit = ({ now, limits }: { now: () => Date; limits: Limits }) => {
  const windows = new Map<string, Window>()

  return {
    take(clientId: string, resourceId: string): { isAllowed: boolean; headers: Record<string, string> } {
      const at = now().getTime()
      const day = Math.floor(at / DAY_MS)
      const key = `${clientId} ${resourceId}`
      const window = windows.get(key) ?? { startedAt: at, used: 0, day, usedToday: 0 }
      windows.set(key, window)
      if (at - window.startedAt >= limits.intervalMs) Object.assign(window, { startedAt: at, used: 0 })
      if (window.day !== day) Object.assign(window, { day, usedToday: 0 })

      const isAllowed = window.used < limits.burst && window.usedToday < limits.daily
      if (isAllowed) {
        window.used += 1
        window.usedToday += 1
      }
      return {
        isAllowed,
        headers: {
          'X-RateLimit-Limit-Daily': String(limits.daily),
          'X-RateLimit-Daily-Remaining': String(limits.daily - window.usedToday),
          'X-RateLimit-Daily-Reset': String((day + 1) * DAY_MS - at),
          'X-RateLimit-Interval-Milliseconds': String(limits.intervalMs),
          'X-RateLimit-Max': String(limits.burst),
          'X-RateLimit-Remaining': String(limits.burst - window.used),
        },
      }
    },
    /** Forgets what was counted. */
    reset: () => windows.clear(),
  }
}
