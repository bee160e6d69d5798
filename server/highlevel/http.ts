// The one way out to HighLevel. Sends what it is given and answers with whatever status came; what a status means is
// decided in failure.ts. Knows no tenant and keeps no token.

import { AppError } from '../errors.ts'
import { type Answer, createExchange, type Exchange, type NoAnswer, type Request } from '../exchange/http.ts'
import { hideSecrets } from './wording.ts'

export type CrmRequest = Request
export type CrmAnswer = Answer

/** `send` throws `crm_unreachable` (no answer in time, no connection) or `crm_unavailable` (answer too large). */
export type CrmHttp = Exchange

type Options = { apiUrl: string; timeoutMs?: number; maxAnswerBytes?: number }

const failed = ({ isTooLarge, isTooSlow, code, message }: NoAnswer): AppError => {
  const cause = new Error(hideSecrets(isTooSlow ? 'no complete answer in time' : `${code ?? 'error'}: ${message}`))
  return new AppError(isTooLarge ? 'crm_unavailable' : 'crm_unreachable', { cause })
}

/** `apiUrl` without a slash at the end. One instance per process; call `close` before the process ends. */
export const createCrmHttp = (options: Options): CrmHttp =>
  createExchange({ ...options, maxBodyBytes: 20 * 1024 * 1024, sockets: { most: 64, idle: 64 }, failed })
