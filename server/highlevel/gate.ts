// Lets so many pieces of work run at once; the others wait in the order they came.

export type Gate = <T>(work: () => Promise<T>) => Promise<T>

export const createGate = (width: number): Gate => {
  let running = 0
  const waiting: (() => void)[] = []

  return async (work) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      // The place is handed over, not given back: nobody who comes just now can take it first.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}

/** Runs `work` for each item, so many at once. Stops at the first failure, after what is under way has ended. */
export const eachAtOnce = async <T>(items: readonly T[], width: number, work: (item: T) => Promise<void>) => {
  let next = 0
  let failed = false
  const worker = async () => {
    while (next < items.length && !failed) {
      try {
        await work(items[next++]!)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const results = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
}
