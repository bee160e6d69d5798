// A single call to the API of a known system: an axios instance with limits on time and size that follows no redirects. The
// meaning of a status and the error codes are up to the caller. Independent of the called system.

import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Readable } from 'node:stream'
import axios, { Axios, type AxiosAdapter, AxiosError } from 'axios'
import { AppError } from '../errors.ts'
import { createTextAdapter, ENCODINGS, type TextAnswer } from './adapter.ts'

/** A streamed file, never held in memory as a whole. `size` in bytes, if known in advance. */
export type FilePart = {
  /** The part of the body it goes into. */
  field: string
  name: string
  type: string
  size: number | undefined
  /** Its failure, an AppError, becomes that of the call. */
  content: Readable
}

export type Request = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Begins with a slash, encoded. */
  path: string
  /** A list is sent as the same name several times. */
  query?: Record<string, string | string[]> | undefined
  body?: Record<string, unknown> | undefined
  bodyStyle?: 'json' | 'form' | 'multipart' | undefined
  /** Files of a multipart body. They are closed when the call ends, whether they were read or not. */
  files?: readonly FilePart[] | undefined
  /** Overrides the default limit. */
  timeoutMs?: number | undefined
  headers?: Record<string, string> | undefined
  signal?: AbortSignal | undefined
  /** Base URL for systems with one address per customer; checked by the caller. No trailing slash. */
  apiUrl?: string | undefined
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
  /** Resolves for any status. Throws what `failed` returns for a call without a response, or a file's own error. */
  send(request: Request): Promise<Answer>
  close(): void
}

/** Why there was no response. `message` may contain parts of the request, so do not show it. */
export type NoAnswer = { isTooLarge: boolean; isTooSlow: boolean; code: string | undefined; message: string }

type Options = {
  /** Without a slash at the end; needed where requests bring none of their own. */
  apiUrl?: string | undefined
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
  const headers = { accept: 'application/json', 'accept-encoding': ENCODINGS, 'user-agent': 'RankrConnect/1' }
  const settings = { httpAgent, httpsAgent, headers, maxContentLength: maxAnswerBytes, maxBodyLength: maxBodyBytes }
  /** Without the defaults of axios, which are for its own adapters: to merge them into each call takes half of its time. */
  const texts = new Axios({ adapter: createTextAdapter(settings) as AxiosAdapter })
  const streams = axios.create({
    ...settings,
    adapter: 'http',
    // A path that looks like a URL must not send the token elsewhere.
    allowAbsoluteUrls: false,
    proxy: false,
    maxRedirects: 0,
    validateStatus: () => true,
    // Bodies come as they are to be sent, and answers are parsed below.
    transformRequest: [],
    transformResponse: [],
    responseType: 'text',
  })

  return {
    async send({ method, path, query, body, bodyStyle = 'json', files = [], headers = {}, signal, ...call }) {
      if (!path.startsWith('/')) throw new TypeError('A path begins with a slash')
      const baseURL = call.apiUrl ?? apiUrl
      if (baseURL === undefined) throw new TypeError('There is no address to call')
      const startedAt = performance.now()
      const timeout = call.timeoutMs ?? timeoutMs
      const content = body && (files.length > 0 ? withFiles(body, files) : encode(body, bodyStyle))
      const isText = content === undefined || typeof content === 'string'
      // The timeout of axios's default adapter restarts with each byte; this one limits the whole exchange.
      const deadline = isText ? undefined : AbortSignal.timeout(timeout)
      const broken = failureIn(files)
      try {
        const {
          status,
          data,
          headers: received,
        } = await (isText ? texts : streams).request<TextAnswer | string>({
          method,
          baseURL,
          url: query ? `${path}?${queryOf(query)}` : path,
          headers: typeof content === 'string' ? { 'content-type': CONTENT_TYPES[bodyStyle], ...headers } : headers,
          ...(content === undefined ? {} : { data: content }),
          ...(deadline
            ? { signal: signal ? AbortSignal.any([signal, deadline]) : deadline }
            : { timeout, ...(signal ? { signal } : {}) }),
          // The size of each file was limited when it was opened.
          ...(files.length > 0 ? { maxBodyLength: Number.POSITIVE_INFINITY } : {}),
        })
        const durationMs = Math.round(performance.now() - startedAt)
        const answer = typeof data === 'string' ? { text: data, headers: received } : data
        return { status, data: parsed(answer.text), headers: headersOf(answer.headers), durationMs }
      } catch (error) {
        if (broken.error) throw broken.error
        // Not the error itself: an axios error carries the request, and with it the token.
        throw failed(reasonOf(error, deadline))
      } finally {
        for (const { content } of files) content.destroy()
      }
    },
    close() {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}

const CONTENT_TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded;charset=utf-8',
  /** Axios adds the boundary. */
  multipart: 'multipart/form-data',
} as const

/** What is text goes out as it is (adapter.ts). */
const encode = (body: Record<string, unknown>, style: NonNullable<Request['bodyStyle']>): string | FormData => {
  if (style === 'json') return JSON.stringify(body)
  if (style === 'form') return new URLSearchParams(textsOf(body)).toString()
  const form = new FormData()
  for (const [name, text] of textsOf(body)) form.append(name, text)
  return form
}

const queryOf = (query: Record<string, string | string[]>): string =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  ).toString()

const parsed = (text: string): unknown => {
  if (text === '') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const textsOf = (body: Record<string, unknown>): [name: string, text: string][] =>
  Object.entries(body).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]],
  )

/** The form of axios (npm's form-data) pipes streams; the one of the web platform wants whole files. */
const withFiles = (body: Record<string, unknown>, files: readonly FilePart[]): unknown => {
  const form = axios.toFormData({})
  for (const [name, text] of textsOf(body)) form.append(name, text)
  for (const { field, name: filename, type: contentType, size, content } of files) {
    form.append(field, content, { filename, contentType, ...(size === undefined ? {} : { knownLength: size }) })
  }
  return form
}

/** `error` is set as soon as one of the files fails with a code of its own. */
const failureIn = (files: readonly FilePart[]): { error?: AppError } => {
  const failure: { error?: AppError } = {}
  for (const { content } of files) {
    content.on('error', (error) => {
      if (error instanceof AppError) failure.error ??= error
    })
  }
  return failure
}

const headersOf = (received: object): Record<string, string> => {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(received)) headers[name.toLowerCase()] = String(value)
  return headers
}

const reasonOf = (thrown: unknown, deadline: AbortSignal | undefined): NoAnswer => {
  const { message, code } =
    thrown instanceof Error ? (thrown as Error & { code?: string }) : { message: String(thrown), code: undefined }
  const isTooSlow = deadline ? deadline.aborted : code === AxiosError.ECONNABORTED
  return { isTooLarge: message.includes('maxContentLength'), isTooSlow, code, message }
}
