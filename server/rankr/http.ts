// The HTTP client for Rankr's API. Returns any status; failure.ts decides what it means. Knows no tenant and stores no
// token.

import { AppError } from '../errors.ts'
import { type Answer, createExchange, type Exchange, type NoAnswer, type Request } from '../exchange/http.ts'

export type RankrRequest = Request
export type RankrAnswer = Answer

/**
 * `send` throws `rankr_unreachable` (no connection, or no answer in time) or `rankr_unavailable` (answer too large).
 */
export type RankrHttp = Exchange

type Options = { apiUrl: string; timeoutMs?: number; maxAnswerBytes?: number }

const failed = ({ isTooLarge, isTooSlow, code }: NoAnswer): AppError => {
  const cause = new Error(isTooSlow ? 'no complete answer in time' : (code ?? 'error'))
  return new AppError(isTooLarge ? 'rankr_unavailable' : 'rankr_unreachable', { cause })
}

/** `apiUrl` without a trailing slash. One instance per process; call `close` before the process ends. */
export const createRankrHttp = (options: Options): RankrHttp =>
  createExchange({ ...options, maxBodyBytes: 1024 * 1024, sockets: { most: 32, idle: 16 }, failed })
