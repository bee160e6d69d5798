// The platform's error answers, with texts as seen in practice, so that clients that parse them are tested with them.

import { randomUUID } from 'node:crypto'

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
}

/** Thrown by operations; the dispatcher turns it into an answer. */
export class Refusal extends Error {
  readonly status: number
  readonly text: string | string[]
  readonly extra: Record<string, unknown>

  constructor(status: number, text: string | string[], extra: Record<string, unknown> = {}) {
    super(`${status}: ${text}`)
    this.name = 'Refusal'
    this.status = status
    this.text = text
    this.extra = extra
  }
}

/** 401: the access token is unknown or expired. */
export const invalidToken = (): Refusal => new Refusal(401, 'Invalid token: access token is invalid')
/** 401: the token lacks the scope. */
export const scopeMissing = (): Refusal => new Refusal(401, 'The token is not authorized for this scope.')
/** 401: a company's token where a location's is needed, or the reverse. */
export const wrongTokenKind = (): Refusal =>
  new Refusal(
    401,
    'This authClass type is not allowed to access this scope. Please verify your IAM configuration if this is not the case.',
  )
/** 403: another location's resource. */
export const foreignLocation = (): Refusal => new Refusal(403, 'The token does not have access to this location.')
/** The same, in the words of the objects side of the platform. */
export const inaccessibleLocation = (): Refusal => new Refusal(401, 'This location is not accessible from this token.')
/** 404. */
export const notFound = (what: string): Refusal => new Refusal(404, `${what} not found`)
/** 422 with validation messages. */
export const unprocessable = (...faults: string[]): Refusal => new Refusal(422, faults)

/** The flat body of most modules. */
export const flatBody = ({ status, text, extra }: Refusal): Record<string, unknown> => ({
  statusCode: status,
  message: text,
  ...(REASONS[status] && { error: REASONS[status] }),
  ...extra,
  traceId: randomUUID(),
})

const NESTED_CODES: Record<number, string> = { 400: 'INVALID_ARGUMENT', 404: 'RESOURCE_NOT_FOUND' }

/** The nested body of the newer modules. */
export const nestedBody = ({ status, text }: Refusal): Record<string, unknown> => ({
  error: {
    code: NESTED_CODES[status] ?? 'FAILED',
    message: Array.isArray(text) ? text.join(', ') : text,
    resolution: 'Correct the request and send it again.',
  },
})
