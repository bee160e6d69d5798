// A short-lived cache of lists: bounded by the total number of items, with one read at a time per list.

type Entry = { items: Promise<unknown[]>; until: number; size: number }

export type ItemCache = {
  /** The cached list, or what `read` returns. Failed reads are not cached. */
  get(key: string, read: () => Promise<unknown[]>): Promise<unknown[]>
  /** Drops every list whose key starts with this. */
  forget(prefix: string): void
}

/** `mostItems` over all lists; the least recently used list is dropped first. */
export const createItemCache = ({
  now,
  lifeMs,
  mostItems,
}: {
  now: () => Date
  lifeMs: number
  mostItems: number
}): ItemCache => {
  // A Map keeps insertion order; used entries move to the end.
  const entries = new Map<string, Entry>()
  let held = 0

  const drop = (key: string): void => {
    held -= entries.get(key)?.size ?? 0
    entries.delete(key)
  }

  const fetch = (key: string, read: () => Promise<unknown[]>): Promise<unknown[]> => {
    // Counts at least one, so that empty lists are bounded too.
    const entry: Entry = { items: read(), until: Number.POSITIVE_INFINITY, size: 1 }
    entries.set(key, entry)
    held += entry.size
    entry.items.then(
      (items) => {
        entry.until = now().getTime() + lifeMs
        if (entries.get(key) !== entry) return
        held += items.length
        entry.size += items.length
        for (const oldest of entries.keys()) {
          if (held <= mostItems) break
          drop(oldest)
        }
      },
      () => {
        if (entries.get(key) === entry) drop(key)
      },
    )
    return entry.items
  }

  return {
    get(key, read) {
      const entry = entries.get(key)
      if (!entry || entry.until <= now().getTime()) {
        drop(key)
        return fetch(key, read)
      }
      entries.delete(key)
      entries.set(key, entry)
      return entry.items
    },
    forget(prefix) {
      for (const key of entries.keys()) if (key.startsWith(prefix)) drop(key)
    },
  }
}
