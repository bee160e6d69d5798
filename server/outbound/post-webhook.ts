// Posts one signed webhook and classifies the answer. Retries are the caller's decision.

import { AppError } from '../errors.ts'
import { maskedAddress } from '../masked-address.ts'
import type { OutboundAnswer, OutboundHttp } from './http.ts'
import { signatureHeaders } from './sign.ts'

export type WebhookMessage = {
  /** Of the event; the same at every try. */
  id: string
  type: string
  /** When it happened. */
  timestamp: Date
  data: unknown
}

export type WebhookPost = { url: string; secrets: readonly string[]; message: WebhookMessage }

/** What is kept of a call and shown: no signature, no secret of the address. */
export type WebhookExchange = {
  request: { method: 'POST'; url: string; headers: Record<string, string>; body: unknown }
  response?: { status: number; durationMs: number; body: string }
}

export type PostWebhook = (
  post: WebhookPost,
  onExchange?: (exchange: WebhookExchange) => void,
) => Promise<OutboundAnswer>

type Deps = { http: Pick<OutboundHttp, 'send'>; now: () => Date }

/** What is kept of an answer: enough to see what was wrong. */
const MOST_LETTERS = 2_000
/** 4xx that pass: too early, too slow, too many. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429])
const MOST_RETRY_AFTER_SECONDS = 3_600

/** Seconds or a date (RFC 9110, 10.2.3), at most an hour: a stranger does not decide how long our retries take. */
export const retryAfter = (header: string | undefined, now: Date): number | undefined => {
  if (!header) return undefined
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now.getTime()) / 1000
  return seconds > 0 ? Math.min(Math.ceil(seconds), MOST_RETRY_AFTER_SECONDS) : undefined
}

const failureOf = ({ status, headers, body }: OutboundAnswer, now: Date): AppError => {
  const extra = { answer: { status, body: body.slice(0, MOST_LETTERS) } }
  if (status === 410) return new AppError('target_gone', { extra })
  if (status >= 300 && status < 400) {
    return new AppError('target_rejected', { detail: `It answered ${status}: redirects are not followed.`, extra })
  }
  if (status >= 500 || PASSING.has(status)) {
    const retryAfterSeconds = retryAfter(headers['retry-after'], now)
    return new AppError('target_unavailable', {
      detail: `The address answered ${status}.`,
      extra,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    })
  }
  return new AppError('target_rejected', { detail: `The address answered ${status}.`, extra })
}

/**
 * Answers 2xx. Throws `target_gone` (410), `target_rejected` (3xx, 4xx), `target_unavailable` (408, 425, 429, 5xx, with
 * Retry-After), `target_unreachable` and `url_not_allowed`; the answer is in `extra.answer`.
 */
export const createPostWebhook =
  ({ http, now }: Deps): PostWebhook =>
  async ({ url, secrets, message: { id, type, timestamp, data } }, onExchange = () => {}) => {
    const content = { type, timestamp: timestamp.toISOString(), data, id }
    const body = JSON.stringify(content)
    const sentAt = now()
    const signed = signatureHeaders({ id, sentAt, body, secrets })
    const { 'webhook-signature': _secret, ...shown } = signed
    const request = { method: 'POST', url: maskedAddress(url), headers: shown, body: content } as const
    onExchange({ request })
    const answer = await http.send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...signed },
      body,
    })
    const { status, durationMs } = answer
    onExchange({ request, response: { status, durationMs, body: answer.body.slice(0, MOST_LETTERS) } })
    if (status >= 200 && status < 300) return answer
    throw failureOf(answer, sentAt)
  }
