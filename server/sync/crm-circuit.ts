// A circuit breaker around calls to the CRM, shared by all accounts: it is one system.

import { AppError, asAppError, type ErrorCode } from '../errors.ts'
import type { Breaker } from '../relay/breaker.ts'
import type { Execute } from './actions.ts'

const CRM = 'crm'
/** The CRM itself has a fault. Anything else it answers shows that it is up. */
const DOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['crm_unreachable', 'crm_unavailable'])
/** No call was made, or none that says anything of the CRM's health. */
const SAYS_NOTHING =
  /^(?:reconnect_needed|not_installed|token_refresh_failed|crm_rate_limited|action_|url_|file_|server_error)/

/** Throws `target_resting` with the wait, and what the execution throws. */
export const throughCircuit =
  (execute: Execute, breaker: Breaker): Execute =>
  async (execution) => {
    const restMs = breaker.restOf(CRM)
    if (restMs > 0) throw new AppError('target_resting', { retryAfterSeconds: Math.ceil(restMs / 1000) })
    try {
      const executed = await execute(execution)
      breaker.succeeded(CRM)
      return executed
    } catch (error) {
      const { code } = asAppError(error)
      if (DOWN.has(code)) breaker.failed(CRM)
      else if (SAYS_NOTHING.test(code)) breaker.abandoned(CRM)
      else breaker.succeeded(CRM)
      throw error
    }
  }
