// Natural batching: while one write is in progress the next batch collects, so that callers share a commit and none
// waits for a timer. Knows neither events nor SQL.

export type BatcherOptions<Item, Result> = {
  /** Writes all items or none; resolves with one result per item, in order. */
  write: (items: Item[]) => Promise<Result[]>
  /** Items of one write at most, and their summed `sizeOf`. A single item may be larger. */
  maxItems: number
  maxSize?: number
  sizeOf?: (item: Item) => number
  /** Maximum parallel writes; another one starts only with as many items as each write in progress has. */
  maxInFlight?: number
  /** Whether a failure may lie in one of the items, so that each is to be written by itself. */
  isItemsFault?: (error: unknown) => boolean
}

export type Batcher<Item, Result> = {
  /** Resolves when the item's write is committed; rejects with the failure of the write. */
  add(item: Item): Promise<Result>
  /** Resolves when everything added so far is settled. */
  close(): Promise<void>
  /** What was added and is not settled. */
  pending(): { items: number; size: number }
}

type Entry<Item, Result> = {
  item: Item
  size: number
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/** Batches the calls of `add` into few calls of `write`. */
export const createBatcher = <Item, Result>({
  write,
  maxItems,
  maxSize = Number.POSITIVE_INFINITY,
  sizeOf = () => 1,
  maxInFlight = 1,
  isItemsFault = () => false,
}: BatcherOptions<Item, Result>): Batcher<Item, Result> => {
  type Own = Entry<Item, Result>
  const waiting: Own[] = []
  const idle: (() => void)[] = []
  let inFlight = 0
  let itemsInFlight = 0
  let isScheduled = false
  let pendingItems = 0
  let pendingSize = 0

  const take = (): Own[] => {
    let size = waiting[0]!.size
    let count = 1
    while (count < waiting.length && count < maxItems && size + waiting[count]!.size <= maxSize) {
      size += waiting[count++]!.size
    }
    return waiting.splice(0, count)
  }

  const settle = (entry: Own, done: () => void): void => {
    pendingItems--
    pendingSize -= entry.size
    done()
  }

  const writeAll = async (entries: Own[]): Promise<void> => {
    try {
      const results = await write(entries.map(({ item }) => item))
      for (const [index, entry] of entries.entries()) settle(entry, () => entry.resolve(results[index]!))
    } catch (error) {
      if (entries.length > 1 && isItemsFault(error)) {
        for (const entry of entries) await writeAll([entry])
      } else {
        for (const entry of entries) settle(entry, () => entry.reject(error))
      }
    }
  }

  /**
   * Starts a parallel write only when as many items wait as each write in progress has: small alternating writes cost
   * more.
   */
  const isWorthWriting = (): boolean =>
    waiting.length > 0 && inFlight < maxInFlight && waiting.length * inFlight >= itemsInFlight

  const pump = (): void => {
    isScheduled = false
    while (isWorthWriting()) {
      const entries = take()
      inFlight++
      itemsInFlight += entries.length
      void writeAll(entries).then(() => {
        inFlight--
        itemsInFlight -= entries.length
        pump()
      })
    }
    if (pendingItems === 0) for (const resolve of idle.splice(0)) resolve()
  }

  return {
    add: (item) =>
      new Promise<Result>((resolve, reject) => {
        const size = sizeOf(item)
        waiting.push({ item, size, resolve, reject })
        pendingItems++
        pendingSize += size
        if (isScheduled || !isWorthWriting()) return
        // Deferred: what arrives in this turn of the event loop joins the batch.
        isScheduled = true
        setImmediate(pump)
      }),
    close: () => (pendingItems === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    pending: () => ({ items: pendingItems, size: pendingSize }),
  }
}
