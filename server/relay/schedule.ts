// The retry schedule of failed events. Pure.

export type RetryLimits = {
  /** The first delay before jitter; doubles with every try. */
  baseMs: number
  capMs: number
  /** Total attempts, including the first. */
  maxAttempts: number
}

/**
 * 21 attempts over 22 hours on average: up to 2 s, 4 s, 8 s … 4.6 h, then up to 6 h each. Most trouble passes in
 * seconds.
 */
export const RETRY_LIMITS: RetryLimits = { baseMs: 2_000, capMs: 6 * 3_600_000, maxAttempts: 21 }

export type NextAttempt = { delayMs: number } | { giveUp: true }

/**
 * @param attempt number of the try that failed, 1 for the first.
 * @param retryAfterSeconds what the other side asked for: never sooner than that.
 * @param random from 0 (included) to 1 (not), as Math.random.
 */
export const nextAttempt = ({
  attempt,
  retryAfterSeconds = 0,
  random,
  limits = RETRY_LIMITS,
}: {
  attempt: number
  retryAfterSeconds?: number | undefined
  random: () => number
  limits?: RetryLimits
}): NextAttempt => {
  if (attempt >= limits.maxAttempts) return { giveUp: true }
  const ceiling = Math.min(limits.capMs, limits.baseMs * 2 ** (attempt - 1))
  // Full jitter (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter): those that failed
  // together do not come back together.
  return { delayMs: Math.max(retryAfterSeconds * 1000, Math.round(random() * ceiling)) }
}
