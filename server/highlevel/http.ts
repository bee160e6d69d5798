// The HTTP client for HighLevel. Returns any status; failure.ts decides what it means. Knows no tenant and stores no
// token.

import { AppError } from '../errors.ts'
import { type Answer, createExchange, type Exchange, type NoAnswer, type Request } from '../exchange/http.ts'
import { hideSecrets } from './wording.ts'

export type CrmRequest = Request
export type CrmAnswer = Answer

/** `send` throws `crm_unreachable` (no connection, or no answer in time) or `crm_unavailable` (answer too large). */
export type CrmHttp = Exchange

type Options = { apiUrl: string; timeoutMs?: number; maxAnswerBytes?: number }

const failed = ({ isTooLarge, isTooSlow, code, message }: NoAnswer): AppError => {
  const cause = new Error(hideSecrets(isTooSlow ? 'no complete answer in time' : `${code ?? 'error'}: ${message}`))
  return new AppError(isTooLarge ? 'crm_unavailable' : 'crm_unreachable', { cause })
}

/** `apiUrl` without a trailing slash. One instance per process; call `close` before the process ends. */
export const createCrmHttp = (options: Options): CrmHttp =>
  createExchange({ ...options, maxBodyBytes: 20 * 1024 * 1024, sockets: { most: 64, idle: 64 }, failed })
