// Lists that were read a moment ago: bounded by how many items they hold together, one read at a time for the same list.

type Entry = { items: Promise<unknown[]>; until: number; size: number }

export type ItemCache = {
  /** The kept list, or what `read` brings. A read that fails is not kept. */
  get(key: string, read: () => Promise<unknown[]>): Promise<unknown[]>
  /** Drops every list whose key begins so. */
  forget(prefix: string): void
}

/** `mostItems` over all lists; the list longest unused goes first. */
export const createItemCache = ({
  now,
  lifeMs,
  mostItems,
}: {
  now: () => Date
  lifeMs: number
  mostItems: number
}): ItemCache => {
  // A Map keeps the order of insertion; what is used moves to the end.
  const entries = new Map<string, Entry>()
  let held = 0

  const drop = (key: string): void => {
    held -= entries.get(key)?.size ?? 0
    entries.delete(key)
  }

  const fetch = (key: string, read: () => Promise<unknown[]>): Promise<unknown[]> => {
    // Never empty, so that lists without items are bounded, too.
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
