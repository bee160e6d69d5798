// Systems besides the CRM that actions call. Each target has its own circuit breaker, so that one that is down delays
// no other work.

import { AppError, type ErrorCode } from '../errors.ts'
import { type Breaker, throughBreaker } from '../relay/breaker.ts'
import type { Exchange } from './action.ts'

export type TargetExecution = {
  locationId: string
  actionId: string
  input: Record<string, unknown>
  eventId?: string
  onExchange?: (exchange: Exchange) => void
}

/** How one system's actions are run. */
export type Target = {
  execute(execution: TargetExecution): Promise<{ output: unknown }>
  /** The circuit breaker's key, e.g. `rankr:con_1`. May throw: then no call is made. */
  circuitOf(execution: TargetExecution): Promise<string> | string
  /** Error code while the breaker is open; not `target_resting`, which would hold all events of the account. */
  resting: ErrorCode
}

/** The target itself is at fault; any other answer shows that it is up. */
const DOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'rankr_unreachable',
  'rankr_unavailable',
  'support_unreachable',
  'support_unavailable',
  'target_unreachable',
  'target_unavailable',
])
/** No call was made, or none that tells whether the target is up. */
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

const verdictOf = (code: ErrorCode) => (DOWN.has(code) ? 'down' : SAYS_NOTHING.has(code) ? 'unknown' : 'up')

/** Throws the target's `resting` code with the wait, and what its execution throws. */
export const createCallTarget =
  (breaker: Breaker) =>
  async (target: Target, execution: TargetExecution): Promise<unknown> => {
    const guarded = {
      target: await target.circuitOf(execution),
      resting: (retryAfterSeconds: number) =>
        new AppError(target.resting, {
          detail: 'The other side has failed several times in a row; calls are held back for a moment.',
          retryAfterSeconds,
        }),
      verdictOf,
    }
    const { output } = await throughBreaker(breaker, guarded, () => target.execute(execution))
    return output
  }
