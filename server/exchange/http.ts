// One call to the API of a known system and its answer: an axios instance with bounded time and size, which follows nobody
// elsewhere. What a status means, and which of our codes a failure has, is for whoever makes one. Knows no system.

import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import axios, { type AxiosResponse } from 'axios'

export type Request = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Begins with a slash, encoded. */
  path: string
  /** A list is sent as the same name several times. */
  query?: Record<string, string | string[]> | undefined
  body?: Record<string, unknown> | undefined
  bodyStyle?: 'json' | 'form' | 'multipart' | undefined
  headers?: Record<string, string> | undefined
  signal?: AbortSignal | undefined
}

export type Answer = {
  status: number
  /** Parsed JSON; text when it was none. */
  data: unknown
  /** Names in lower case. */
  headers: Record<string, string>
  durationMs: number
}

export type Exchange = {
  /** Answers with whatever status came; throws what `failed` makes of a call without an answer. */
  send(request: Request): Promise<Answer>
  close(): void
}

/** Why there was no answer. `message` may hold parts of the request: nothing to be shown as it is. */
export type NoAnswer = { isTooLarge: boolean; isTooSlow: boolean; code: string | undefined; message: string }

type Options = {
  /** Without a slash at the end. */
  apiUrl: string
  timeoutMs?: number | undefined
  maxAnswerBytes?: number | undefined
  maxBodyBytes: number
  /** Connections at once, and those kept open when idle. */
  sockets: { most: number; idle: number }
  failed(reason: NoAnswer): Error
}

const TIMEOUT_MS = 15_000
const MAX_ANSWER_BYTES = 10 * 1024 * 1024

/** One instance per system and process; call `close` before the process ends. */
export const createExchange = (options: Options): Exchange => {
  const { apiUrl, timeoutMs = TIMEOUT_MS, maxAnswerBytes = MAX_ANSWER_BYTES, maxBodyBytes, sockets, failed } = options
  const pool = { keepAlive: true, maxSockets: sockets.most, maxFreeSockets: sockets.idle }
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
    maxBodyLength: maxBodyBytes,
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
          ...(body ? { data: encode(body, bodyStyle) } : {}),
        })
        const { status, data } = answer
        return { status, data, headers: headersOf(answer), durationMs: Math.round(performance.now() - startedAt) }
      } catch (error) {
        // Not the error itself: an axios error carries the request, and with it the token.
        throw failed(reasonOf(error, deadline.aborted))
      }
    },
    close() {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}

const encode = (body: Record<string, unknown>, style: NonNullable<Request['bodyStyle']>): unknown => {
  if (style === 'json') return body
  const form = style === 'form' ? new URLSearchParams() : new FormData()
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue
    form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return form
}

const headersOf = (answer: AxiosResponse): Record<string, string> =>
  Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]))

const reasonOf = (thrown: unknown, isTooSlow: boolean): NoAnswer => {
  const { message, code } =
    thrown instanceof Error ? (thrown as Error & { code?: string }) : { message: String(thrown), code: undefined }
  return { isTooLarge: message.includes('maxContentLength'), isTooSlow, code, message }
}
