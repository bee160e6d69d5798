// A circuit breaker per target, so that a dead host does not eat workers: after some failures in a row nobody calls it
// for a while, then one call tries. Counts only faults of the target (no answer, 5xx), never of the data.
//
// Each process has its own: what it knows is the way from this process to the target, and a node whose own network is broken
// must not stop the others. The price is small: N nodes find a dead host out with N times the threshold and ask it N times per
// rest, which is one place of a node's 16 for the time-out (15 s) in 135 s. Sharing it would save N - 1 of N such calls and need a
// write, an announcement, and a lease on the trial call for the node that dies with it.

import { type AppError, asAppError, type ErrorCode } from '../errors.ts'

export type BreakerLimits = {
  /** Failures in a row that open it. */
  threshold: number
  /** How long it rests then; doubles while the trial call fails too. */
  restMs: number
  maxRestMs: number
}

const BREAKER_LIMITS: BreakerLimits = { threshold: 10, restMs: 5_000, maxRestMs: 120_000 }

export type Breaker = {
  /** Milliseconds until the target may be called; 0 when it may be now. The caller who gets 0 must report the result. */
  restOf(target: string): number
  succeeded(target: string): void
  failed(target: string): void
  /** The call came to nothing that says how the target is. */
  abandoned(target: string): void
}

type Circuit = { failures: number; openUntil: number; restMs: number; isTrying: boolean }

/** Targets remembered at most; those that work are forgotten at once. */
const MAX_CIRCUITS = 10_000

/** A circuit breaker for many targets, by key. */
export const createBreaker = ({
  now,
  limits = BREAKER_LIMITS,
}: {
  now: () => Date
  limits?: BreakerLimits
}): Breaker => {
  const circuits = new Map<string, Circuit>()

  return {
    restOf(target) {
      const circuit = circuits.get(target)
      if (!circuit || circuit.failures < limits.threshold) return 0
      const left = circuit.openUntil - now().getTime()
      if (left > 0) return left
      // Half open: one call may try; the others wait for its result.
      if (circuit.isTrying) return circuit.restMs
      circuit.isTrying = true
      return 0
    },
    succeeded(target) {
      circuits.delete(target)
    },
    abandoned(target) {
      const circuit = circuits.get(target)
      if (circuit) circuit.isTrying = false
    },
    failed(target) {
      const circuit = circuits.get(target) ?? { failures: 0, openUntil: 0, restMs: limits.restMs / 2, isTrying: false }
      circuit.failures++
      // Calls already in progress when it opened must not lengthen the pause.
      if (circuit.failures === limits.threshold || circuit.isTrying) {
        circuit.restMs = Math.min(limits.maxRestMs, circuit.restMs * 2)
        circuit.openUntil = now().getTime() + circuit.restMs
        circuit.isTrying = false
      }
      circuits.set(target, circuit)
      if (circuits.size > MAX_CIRCUITS) circuits.delete(circuits.keys().next().value!)
    },
  }
}

type Guarded = {
  /** The breaker's key. */
  target: string
  /** What is thrown while the target rests. */
  resting: (retryAfterSeconds: number) => AppError
  /** What a failed call says about the target: at fault, working, or nothing. */
  verdictOf: (code: ErrorCode) => 'down' | 'up' | 'unknown'
}

/** Makes a call unless its target rests, and reports the result to the breaker. Throws `resting`, and what the call throws. */
export const throughBreaker = async <Result>(
  breaker: Breaker,
  { target, resting, verdictOf }: Guarded,
  call: () => Promise<Result>,
): Promise<Result> => {
  const restMs = breaker.restOf(target)
  if (restMs > 0) throw resting(Math.ceil(restMs / 1000))
  try {
    const result = await call()
    breaker.succeeded(target)
    return result
  } catch (error) {
    const verdict = verdictOf(asAppError(error).code)
    if (verdict === 'down') breaker.failed(target)
    else if (verdict === 'unknown') breaker.abandoned(target)
    else breaker.succeeded(target)
    throw error
  }
}
