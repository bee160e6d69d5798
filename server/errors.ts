// The closed list of error codes. The code decides HTTP status, retry class and the text people read; the cause stays
// in the log. Doors turn an AppError into an RFC 9457 problem document (server/http/problem.ts).

import type { RetryClass } from './error-row.ts'
import { DOOR_ERRORS } from './errors-at-doors.ts'
import { WORK_ERRORS } from './errors-at-work.ts'

export type { RetryClass }

/** Every code with its HTTP status, retry class, short title and the sentence that says what to do. */
export const ERRORS = { ...DOOR_ERRORS, ...WORK_ERRORS } as const

export type ErrorCode = keyof typeof ERRORS

/** One fault of an input; `pointer` is a JSON pointer (RFC 6901) into the body. */
export type FieldFault = { pointer: string; detail: string }

export type AppErrorOptions = {
  /** Only for the log; never shown. */
  cause?: unknown
  /** Replaces the row's detail; must be safe to show. */
  detail?: string
  /** Faults of single fields, shown. */
  errors?: FieldFault[]
  /** Seconds after which a retry makes sense. */
  retryAfterSeconds?: number
  /** Extra members of the problem document; must be safe to show. */
  extra?: Record<string, unknown>
}

/** The only error class thrown on purpose. `new AppError('not_found')`. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly retry: RetryClass
  readonly title: string
  readonly detail: string
  readonly errors: FieldFault[] | undefined
  readonly retryAfterSeconds: number | undefined
  readonly extra: Record<string, unknown> | undefined

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const { status, retry, title, detail } = ERRORS[code]
    super(`${code}: ${options.detail ?? detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.status = status
    this.retry = retry
    this.title = title
    this.detail = options.detail ?? detail
    this.errors = options.errors
    this.retryAfterSeconds = options.retryAfterSeconds
    this.extra = options.extra
  }
}

/** Any thrown value as an AppError; what is not ours becomes `server_error` with the value as its cause. */
export const asAppError = (thrown: unknown): AppError =>
  thrown instanceof AppError ? thrown : new AppError('server_error', { cause: thrown })
