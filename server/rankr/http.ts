// The one way out to Rankr's API: an axios instance with bounded time and size. Sends what it is given and answers with
// whatever status came; what a status means is decided in failure.ts. Knows no tenant and keeps no token.

import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import axios, { type AxiosResponse } from 'axios'
import { AppError } from '../errors.ts'

export type RankrRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Begins with a slash, encoded. */
  path: string
  /** A list is sent as the same name several times. */
  query?: Record<string, string | string[]> | undefined
  body?: Record<string, unknown> | undefined
  bodyStyle?: 'json' | 'form' | undefined
  headers?: Record<string, string> | undefined
  signal?: AbortSignal | undefined
}

export type RankrAnswer = {
  status: number
  /** Parsed JSON; text when it was none. */
  data: unknown
  /** Names in lower case. */
  headers: Record<string, string>
  durationMs: number
}

export type RankrHttp = {
  /** Throws `rankr_unreachable` (no connection, no answer in time) or `rankr_unavailable` (answer too large). */
  send(request: RankrRequest): Promise<RankrAnswer>
  close(): void
}

type Options = { apiUrl: string; timeoutMs?: number; maxAnswerBytes?: number }

/** `apiUrl` without a slash at the end. One instance per process; call `close` before the process ends. */
export const createRankrHttp = ({
  apiUrl,
  timeoutMs = 15_000,
  maxAnswerBytes = 10 * 1024 * 1024,
}: Options): RankrHttp => {
  const pool = { keepAlive: true, maxSockets: 32, maxFreeSockets: 16 }
  const httpAgent = new HttpAgent(pool)
  const httpsAgent = new HttpsAgent(pool)
  const client = axios.create({
    baseURL: apiUrl,
    // A path that looks like an address must not take the token elsewhere.
    allowAbsoluteUrls: false,
    httpAgent,
    httpsAgent,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: maxAnswerBytes,
    maxBodyLength: 1024 * 1024,
    headers: { accept: 'application/json', 'user-agent': 'RankrConnect/1' },
    paramsSerializer: { indexes: null },
    validateStatus: () => true,
  })

  return {
    async send({ method, path, query, body, bodyStyle = 'json', headers = {}, signal }) {
      if (!path.startsWith('/')) throw new TypeError('A path begins with a slash')
      const startedAt = performance.now()
      // The timeout of axios starts anew with each byte; this one ends the whole exchange.
      const deadline = AbortSignal.timeout(timeoutMs)
      try {
        const answer = await client.request<unknown>({
          method,
          url: path,
          headers,
          signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
          ...(query ? { params: query } : {}),
          ...(body ? { data: bodyStyle === 'json' ? body : formOf(body) } : {}),
        })
        const { status, data } = answer
        return { status, data, headers: headersOf(answer), durationMs: Math.round(performance.now() - startedAt) }
      } catch (error) {
        throw asCoded(error, deadline.aborted)
      }
    },
    close() {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}

const formOf = (body: Record<string, unknown>): URLSearchParams =>
  new URLSearchParams(Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]))

const headersOf = (answer: AxiosResponse): Record<string, string> =>
  Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]))

const asCoded = (thrown: unknown, isTooSlow: boolean): AppError => {
  const { message, code } = thrown instanceof Error ? (thrown as Error & { code?: string }) : { message: '' }
  // Not the error itself: an axios error carries the request, and with it the token.
  const cause = new Error(isTooSlow ? 'no complete answer in time' : (code ?? 'error'))
  return new AppError(message.includes('maxContentLength') ? 'rankr_unavailable' : 'rankr_unreachable', { cause })
}
