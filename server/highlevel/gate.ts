// Limits how many pieces of work run at once; the rest wait in order of arrival.

export type Gate = <T>(work: () => Promise<T>) => Promise<T>

/** A semaphore with `width` places, first come first served. */
export const createGate = (width: number): Gate => {
  let running = 0
  const waiting: (() => void)[] = []

  return async (work) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      // The place passes directly to the next in line, so that no newcomer can take it.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}

/** Runs `work` for each item, `width` at a time. Stops at the first failure, after the work in progress has ended. */
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
