// CORS (https://fetch.spec.whatwg.org/#http-cors-protocol) for routes that pages of any site may call. It grants no
// access: a page needs a token, and cookies are never sent.

import type { Response } from 'express'

const ASKED = 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-API-Key, X-Request-Id'
const SHOWN =
  'ETag, Idempotency-Replayed, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id'
/** Browsers cache it for two hours at most. */
const PREFLIGHT_SECONDS = 7_200

/** Alternating names and values; on every answer of such a route, refusals included. */
export const HEADERS_OF_SHARED = ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', SHOWN] as const

/** Sets the CORS headers of an answer. */
export const shareAnswer = (response: Response): void => {
  for (let at = 0; at < HEADERS_OF_SHARED.length; at += 2) {
    response.setHeader(HEADERS_OF_SHARED[at]!, HEADERS_OF_SHARED[at + 1]!)
  }
}

/** The answer to OPTIONS (preflight). */
export const sharePreflight = (response: Response, methods: Iterable<string>): void => {
  shareAnswer(response)
  response.setHeader('Access-Control-Allow-Methods', [...methods].join(', '))
  response.setHeader('Access-Control-Allow-Headers', ASKED)
  response.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS)
}
