// A short-lived, bounded cache for look-ups that every webhook needs; one load at a time per key.

type Deps<Value> = {
  load: (key: string) => Promise<Value>
  /** How long an answer holds, in milliseconds; a negative answer should hold shorter than a positive one. */
  lifeMs: (value: Value) => number
  now: () => Date
  /** Keys kept; the one longest unused goes first. */
  size?: number
  /** `renew` reads again only when the answer is older than this. */
  renewAfterMs?: number
}

export type BriefCache<Value> = {
  get: (key: string) => Promise<Value>
  /** Reads again when the answer at hand is older than `renewAfterMs`; false when it is not, so that nobody can force reads. */
  renew: (key: string) => Promise<boolean>
  forget: (key: string) => void
}

type Entry<Value> = { value: Promise<Value>; loadedAt: number; until: number }

/** Failed loads are not kept: the next caller asks again. */
export const createBriefCache = <Value>(deps: Deps<Value>): BriefCache<Value> => {
  const { load, lifeMs, now, size = 10_000, renewAfterMs = 1_000 } = deps
  // A Map keeps the order of insertion; what is used moves to the end.
  const entries = new Map<string, Entry<Value>>()

  const fetch = (key: string): Promise<Value> => {
    const loadedAt = now().getTime()
    const entry: Entry<Value> = { loadedAt, until: Number.POSITIVE_INFINITY, value: load(key) }
    entry.value.then(
      (value) => {
        entry.until = loadedAt + lifeMs(value)
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key)
      },
    )
    entries.set(key, entry)
    if (entries.size > size) entries.delete(entries.keys().next().value!)
    return entry.value
  }

  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry || entry.until <= now().getTime()) {
        entries.delete(key)
        return fetch(key)
      }
      // Who was used last matters only when somebody must go soon: moving takes a fortieth of the time of an event.
      if (entries.size > size / 2) {
        entries.delete(key)
        entries.set(key, entry)
      }
      return entry.value
    },
    async renew(key) {
      const entry = entries.get(key)
      if (entry && now().getTime() - entry.loadedAt <= renewAfterMs) return false
      entries.delete(key)
      await fetch(key)
      return true
    },
    forget(key) {
      entries.delete(key)
    },
  }
}
