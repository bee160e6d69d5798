// Maps HighLevel's error answers to coded errors. Reads both body shapes; nothing of the request gets into the error.

import { AppError, type ErrorCode, type FieldFault } from '../errors.ts'
import type { CrmAnswer } from './http.ts'
import { fitToShow } from './wording.ts'

export type Failure = {
  /** All messages in one line, unfiltered: do not show before `fitToShow`. */
  message: string
  messages: string[]
  code: string | undefined
  traceId: string | undefined
  meta: Record<string, unknown>
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/**
 * Reads `{ statusCode|status, message: string|string[], error, traceId, meta }`, v3's `{ error: { code, message } }` and
 * OAuth's `{ error, error_description }`.
 */
export const readFailure = (data: unknown): Failure => {
  const body = isRecord(data) ? data : {}
  const inner = isRecord(body.error) ? body.error : {}
  const said = inner.message ?? body.message ?? body.error_description ?? body.error ?? textOf(data)
  const messages = (Array.isArray(said) ? said : [said]).filter((item) => typeof item === 'string')
  return {
    message: messages.join('; ').slice(0, 1_000),
    messages,
    code: textOf(inner.code) ?? textOf(body.code) ?? (isRecord(body.error) ? undefined : textOf(body.error)),
    traceId: textOf(body.traceId) ?? textOf(inner.traceId),
    meta: isRecord(body.meta) ? body.meta : {},
  }
}

/** A paused or unpaid account. Its tokens work again once it is active. */
const saysSuspended = (message: string): boolean =>
  /(?:location|account|company|agency) is (?:not active|inactive|suspended|paused)/i.test(message)

const saysScope = (message: string): boolean =>
  /\bscopes?\b|not accessible from this token|does not have access|not authorized for/i.test(message)

const DEFAULT_WAIT_SECONDS = 10
const DAY_EMPTY_WAIT_SECONDS = 3_600

/** Retry-After in seconds, given as seconds or as a date. */
const retryAfterOf = (headers: CrmAnswer['headers'], now: Date): number | undefined => {
  const { 'retry-after': after } = headers
  if (after === undefined) return undefined
  const seconds = /^\d+(\.\d+)?$/.test(after) ? Number(after) : (Date.parse(after) - now.getTime()) / 1000
  return Number.isFinite(seconds) ? Math.min(Math.max(1, Math.ceil(seconds)), 86_400) : undefined
}

/** Seconds to wait after a 429: Retry-After, which is not documented, else what the rate headers say. */
const rateWaitOf = (headers: CrmAnswer['headers']): number => {
  if (headers['x-ratelimit-daily-remaining'] === '0') return DAY_EMPTY_WAIT_SECONDS
  const interval = Number(headers['x-ratelimit-interval-milliseconds'])
  return interval > 0 ? Math.ceil(interval / 1000) : DEFAULT_WAIT_SECONDS
}

const codeOf = (status: number, { message, meta, code }: Failure): ErrorCode => {
  if (status === 429) return 'crm_rate_limited'
  if (status === 408 || status >= 500 || status < 400) return 'crm_unavailable'
  if (saysSuspended(message)) return 'crm_suspended'
  if (status === 401) return saysScope(message) ? 'crm_scope_missing' : 'crm_unauthorized'
  if (status === 403) return 'crm_scope_missing'
  if (
    existingIdOf(meta) ||
    /duplicate/i.test(code ?? '') ||
    /duplicated? (?:contact|opportunity|relation)/i.test(message)
  ) {
    return 'crm_duplicate'
  }
  return status === 404 ? 'crm_not_found' : 'crm_rejected'
}

const existingIdOf = (meta: Record<string, unknown>): string | undefined =>
  textOf(meta.contactId) ?? textOf(meta.existingId)

// The validator behind the API: "email must be an email", "property foo should not exist".
const FIELD = /^(?:property )?([\w$]+(?:\.[\w$]+)*) (?:must|should|is|has|contains|cannot)\b/

const faultOf = (message: string): FieldFault => ({
  pointer: FIELD.exec(message)?.[1]?.replace(/^(?=.)|\./g, '/') ?? '',
  detail: fitToShow(message),
})

/**
 * The error for a status outside 2xx. `extra` holds `crmStatus`, `crmTraceId`, `crmMessage` and, for duplicates,
 * `existingId` and `matchingField`; all safe to show.
 */
export const failureOf = (answer: Pick<CrmAnswer, 'status' | 'data' | 'headers'>, now: Date): AppError => {
  const failure = readFailure(answer.data)
  const code = codeOf(answer.status, failure)
  const retryAfterSeconds =
    retryAfterOf(answer.headers, now) ?? (code === 'crm_rate_limited' ? rateWaitOf(answer.headers) : undefined)
  const existingId = existingIdOf(failure.meta)
  const matchingField = textOf(failure.meta.matchingField)
  return new AppError(code, {
    cause: new Error(`${answer.status} ${fitToShow(failure.message) || 'without a message'}`),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(code === 'crm_rejected' && failure.messages.length > 0 ? { errors: failure.messages.map(faultOf) } : {}),
    extra: {
      crmStatus: answer.status,
      ...(failure.message ? { crmMessage: fitToShow(failure.message) } : {}),
      ...(failure.traceId ? { crmTraceId: failure.traceId } : {}),
      ...(existingId ? { existingId } : {}),
      ...(matchingField ? { matchingField } : {}),
    },
  })
}
