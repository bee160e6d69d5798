// A circuit breaker around calls to the CRM, shared by all accounts: it is one system.

import { AppError, type ErrorCode } from '../errors.ts'
import { type Breaker, throughBreaker } from '../relay/breaker.ts'
import type { Execute } from './actions.ts'

/** The CRM itself has a fault. Anything else it answers shows that it is up. */
const DOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['crm_unreachable', 'crm_unavailable'])
/** No call was made, or none that says anything of the CRM's health. */
const SAYS_NOTHING =
  /^(?:reconnect_needed|not_installed|token_refresh_failed|crm_rate_limited|action_|url_|file_|server_error)/

const CIRCUIT = {
  target: 'crm',
  resting: (retryAfterSeconds: number) => new AppError('target_resting', { retryAfterSeconds }),
  verdictOf: (code: ErrorCode) => (DOWN.has(code) ? 'down' : SAYS_NOTHING.test(code) ? 'unknown' : 'up'),
} as const

/** Throws `target_resting` with the wait, and what the execution throws. */
export const throughCircuit =
  (execute: Execute, breaker: Breaker): Execute =>
  (execution) =>
    throughBreaker(breaker, CIRCUIT, () => execute(execution))
