// Systems besides the CRM that actions call: each call passes the circuit breaker of its own target, so that one that is down
// holds up nobody else's work.

import { AppError, asAppError, type ErrorCode } from '../errors.ts'
import type { Breaker } from '../relay/breaker.ts'
import type { Exchange } from './action.ts'

export type TargetExecution = {
  locationId: string
  actionId: string
  input: Record<string, unknown>
  eventId?: string
  onExchange?: (exchange: Exchange) => void
}

/** How the actions of one system are carried out. */
export type Target = {
  execute(execution: TargetExecution): Promise<{ output: unknown }>
  /** What rests when calls fail in a row, e.g. `rankr:con_1`. May throw: then nothing is called. */
  circuitOf(execution: TargetExecution): Promise<string> | string
  /** What a call is answered with while it rests; not `target_resting`, for which all the account's events would wait. */
  resting: ErrorCode
}

/** The target itself has a fault; any other answer shows that it is up. */
const DOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'rankr_unreachable',
  'rankr_unavailable',
  'support_unreachable',
  'support_unavailable',
  'target_unreachable',
  'target_unavailable',
])
/** Nothing was called, or nothing that tells how the target is. */
const SAYS_NOTHING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'action_input_invalid',
  'action_unknown',
  'rankr_not_connected',
  'rankr_rate_limited',
  'support_not_connected',
  'support_rate_limited',
  'url_not_allowed',
  'server_error',
])

/** Throws the target's `resting` code with the wait, and what its execution throws. */
export const createCallTarget =
  (breaker: Breaker) =>
  async (target: Target, execution: TargetExecution): Promise<unknown> => {
    const circuit = await target.circuitOf(execution)
    const restMs = breaker.restOf(circuit)
    if (restMs > 0) {
      throw new AppError(target.resting, {
        detail: 'The other side has failed several times in a row; calls are held back for a moment.',
        retryAfterSeconds: Math.ceil(restMs / 1000),
      })
    }
    try {
      const { output } = await target.execute(execution)
      breaker.succeeded(circuit)
      return output
    } catch (error) {
      const { code } = asAppError(error)
      if (DOWN.has(code)) breaker.failed(circuit)
      else if (SAYS_NOTHING.has(code)) breaker.abandoned(circuit)
      else breaker.succeeded(circuit)
      throw error
    }
  }
