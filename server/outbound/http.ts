// The HTTP client for user-entered addresses: one guarded POST, one bounded answer. Knows no tenant and no event.

import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import axios, { AxiosError } from 'axios'
import { AppError } from '../errors.ts'
import type { Guard } from './guard.ts'

const ANSWER_BYTES = 64 * 1024

export type OutboundRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Record<string, string>
  /** Sent byte for byte: a signature may cover it. */
  body?: string
  timeoutMs?: number
}

/** What came back, whatever its status. `body` is text, at most 64 KB. */
export type OutboundAnswer = { status: number; headers: Record<string, string>; body: string; durationMs: number }

export type OutboundHttp = {
  /**
   * Throws `url_not_allowed` (permanent) or `target_unreachable` (passing: no answer, too slow, too large). Redirects are
   * not followed: their target was never checked; they come back as an answer with their 3xx status.
   */
  send(request: OutboundRequest): Promise<OutboundAnswer>
  close(): void
}

/** One instance per process; keeps connections alive. */
export const createOutboundHttp = ({
  guard,
  timeoutMs = 10_000,
}: {
  guard: Guard
  timeoutMs?: number
}): OutboundHttp => {
  const options = { keepAlive: true, maxSockets: 32, maxFreeSockets: 16, timeout: 30_000, lookup: guard.lookup }
  const httpAgent = new HttpAgent(options)
  const httpsAgent = new HttpsAgent(options)
  const client = axios.create({
    httpAgent,
    httpsAgent,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: ANSWER_BYTES,
    responseType: 'text',
    transformRequest: [(body) => body],
    transformResponse: [(body) => body],
    validateStatus: () => true,
  })

  return {
    async send({ method, url, headers = {}, body, timeoutMs: limit = timeoutMs }) {
      const checked = guard.check(url)
      const startedAt = performance.now()
      try {
        const answer = await client.request<string>({
          method,
          url: checked.href,
          headers: { 'user-agent': 'RankrConnect/1', ...headers },
          ...(body === undefined ? {} : { data: body }),
          timeout: limit,
          // The timeout of axios starts anew with each byte; this one ends the whole exchange.
          signal: AbortSignal.timeout(limit),
        })
        return {
          status: answer.status,
          headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
          body: answer.data ?? '',
          durationMs: Math.round(performance.now() - startedAt),
        }
      } catch (error) {
        throw asCoded(error)
      }
    },
    close() {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}

const asCoded = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof AxiosError) {
    if (thrown.cause instanceof AppError) return thrown.cause
    if (axios.isCancel(thrown) || thrown.code === 'ECONNABORTED' || thrown.code === 'ETIMEDOUT') {
      return new AppError('target_unreachable', { detail: 'The address did not answer in time.', cause: thrown })
    }
    if (thrown.message.includes('maxContentLength')) {
      return new AppError('target_unreachable', { detail: 'The answer was larger than 64 KB.', cause: thrown })
    }
  }
  return new AppError('target_unreachable', { cause: thrown })
}
