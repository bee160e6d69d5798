// The one way out to Rankr's API. Sends what it is given and answers with whatever status came; what a status means is
// decided in failure.ts. Knows no tenant and keeps no token.

import { AppError } from '../errors.ts'
import { type Answer, createExchange, type Exchange, type NoAnswer, type Request } from '../exchange/http.ts'

export type RankrRequest = Request
export type RankrAnswer = Answer

/** `send` throws `rankr_unreachable` (no connection, no answer in time) or `rankr_unavailable` (answer too large). */
export type RankrHttp = Exchange

type Options = { apiUrl: string; timeoutMs?: number; maxAnswerBytes?: number }

const failed = ({ isTooLarge, isTooSlow, code }: NoAnswer): AppError => {
  const cause = new Error(isTooSlow ? 'no complete answer in time' : (code ?? 'error'))
  return new AppError(isTooLarge ? 'rankr_unavailable' : 'rankr_unreachable', { cause })
}

/** `apiUrl` without a slash at the end. One instance per process; call `close` before the process ends. */
export const createRankrHttp = (options: Options): RankrHttp =>
  createExchange({ ...options, maxBodyBytes: 1024 * 1024, sockets: { most: 32, idle: 16 }, failed })
