// `http.request`: one call to a user-entered address; its answer is the output. Knows no tenant; the guard in the HTTP
// client decides which addresses are allowed.

import { AppError } from '../errors.ts'
import { maskedAddress } from '../masked-address.ts'
import type { OutboundAnswer, OutboundHttp, OutboundRequest } from './http.ts'
import { retryAfter } from './post-webhook.ts'

type Input = {
  method: OutboundRequest['method']
  url: string
  query?: Record<string, unknown>
  headers?: Record<string, unknown>
  bodyType?: 'json' | 'form' | 'text'
  body?: unknown
  timeoutSeconds?: number
}

type Deps = { http: Pick<OutboundHttp, 'send'>; now: () => Date }

type Execution = {
  /** Checked against the action's fields. */
  input: Record<string, unknown>
  onExchange?: (exchange: { request: unknown; response?: unknown }) => void
}

const MASK = '••••'
const MOST_LETTERS = 2_000
/** They belong to the connection, or would say that somebody else calls. */
const OURS = /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|proxy-.*|x-forwarded-.*)$/i
const NAME = /^[\w!#$%&'*+.^`|~-]{1,100}$/
/** 4xx that pass: too early, too slow, too many. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429])

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

const addressOf = ({ url, query = {} }: Input): string => {
  const address = new URL(url)
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) address.searchParams.append(name, textOf(item))
  }
  return address.href
}

const headersOf = ({ headers = {} }: Input): Record<string, string> => {
  const entries = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), textOf(value)])
  const bad = entries.find(([name, value]) => !NAME.test(name) || OURS.test(name) || /[\r\n\0]/.test(value))
  if (!bad) return Object.fromEntries(entries)
  throw new AppError('action_input_invalid', {
    errors: [{ pointer: `/headers/${bad[0]}`, detail: 'this header cannot be set' }],
  })
}

const TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded', text: 'text/plain; charset=utf-8' }

const formOf = (body: unknown): string => {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw new AppError('action_input_invalid', {
      errors: [{ pointer: '/body', detail: 'must be names with values to be sent as a form' }],
    })
  }
  return new URLSearchParams(
    Object.entries(body).map(([name, value]): [string, string] => [name, textOf(value)]),
  ).toString()
}

const bodyOf = ({ method, bodyType = 'json', body }: Input): { body: string; type: string } | undefined => {
  if (method === 'GET' || body === undefined || body === null) return undefined
  if (bodyType === 'json') return { body: JSON.stringify(body), type: TYPES.json }
  return { body: bodyType === 'form' ? formOf(body) : textOf(body), type: TYPES[bodyType] }
}

/** JSON where it is JSON, else text. */
const readBody = ({ headers, body }: OutboundAnswer): unknown => {
  if (!/\bjson\b/i.test(headers['content-type'] ?? '')) return body
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

const failureOf = ({ status, headers, body }: OutboundAnswer, now: Date): AppError => {
  const extra = { answer: { status, body: body.slice(0, MOST_LETTERS) } }
  if (status < 400) {
    return new AppError('target_rejected', { detail: `It answered ${status}: redirects are not followed.`, extra })
  }
  if (status < 500 && !PASSING.has(status)) {
    return new AppError('target_rejected', { detail: `The address answered ${status}.`, extra })
  }
  const retryAfterSeconds = retryAfter(headers['retry-after'], now)
  return new AppError('target_unavailable', {
    detail: `The address answered ${status}.`,
    extra,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

/**
 * Output `{ status, headers, body }` of a 2xx. Throws `action_input_invalid`, `url_not_allowed`, `target_unreachable`,
 * `target_unavailable` (408, 425, 429, 5xx, with Retry-After) and `target_rejected` (3xx, 4xx; the answer in `extra.answer`).
 */
export const createHttpRequestAction =
  ({ http, now }: Deps) =>
  async ({ input, onExchange = () => {} }: Execution): Promise<{ output: Record<string, unknown> }> => {
    const wish = input as Input
    const [url, headers, content] = [addressOf(wish), headersOf(wish), bodyOf(wish)]
    const masked = Object.fromEntries(Object.keys(headers).map((name) => [name, MASK]))
    const shownBody = content === undefined ? {} : { body: content.body.slice(0, MOST_LETTERS) }
    const request = { method: wish.method, url: maskedAddress(url), headers: masked, ...shownBody }
    onExchange({ request })
    const answer = await http.send({
      method: wish.method,
      url,
      headers: { ...(content ? { 'content-type': content.type } : {}), ...headers },
      ...(content ? { body: content.body } : {}),
      ...(wish.timeoutSeconds === undefined ? {} : { timeoutMs: wish.timeoutSeconds * 1000 }),
    })
    const { status, durationMs, body } = answer
    onExchange({ request, response: { status, durationMs, body: body.slice(0, MOST_LETTERS) } })
    if (status < 200 || status > 299) throw failureOf(answer, now())
    const { 'set-cookie': _cookie, ...shown } = answer.headers
    return { output: { status, headers: shown, body: readBody(answer) } }
  }
