// Rows that pages of any site may call (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol): what browsers are told.
// Nothing is let in by it: a page must hold a token, and cookies are never taken along.

import type { Response } from 'express'

const ASKED = 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-API-Key, X-Request-Id'
const SHOWN =
  'ETag, Idempotency-Replayed, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id'
/** Browsers keep it for two hours at most. */
const PREFLIGHT_SECONDS = 7_200

/** Names and values in turn; on every answer of such a row, refusals too. */
export const HEADERS_OF_SHARED = ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', SHOWN] as const

export const shareAnswer = (response: Response): void => {
  for (let at = 0; at < HEADERS_OF_SHARED.length; at += 2) {
    response.setHeader(HEADERS_OF_SHARED[at]!, HEADERS_OF_SHARED[at + 1]!)
  }
}

/** On the answer to OPTIONS, before a call that a form could not make. */
export const sharePreflight = (response: Response, methods: Iterable<string>): void => {
  shareAnswer(response)
  response.setHeader('Access-Control-Allow-Methods', [...methods].join(', '))
  response.setHeader('Access-Control-Allow-Headers', ASKED)
  response.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS)
}
