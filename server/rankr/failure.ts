// Maps Rankr's error answers to coded errors. Nothing of the request gets into them.

import { AppError, type ErrorCode, type FieldFault } from '../errors.ts'
import { retryAfterOf, shownText } from '../exchange/refusal.ts'
import type { RankrAnswer } from './http.ts'

const DEFAULT_WAIT_SECONDS = 10

const codeOf = (status: number): ErrorCode => {
  if (status === 429) return 'rankr_rate_limited'
  // Redirects are not followed: the token would go to an unchecked address.
  if (status < 400 || status === 408 || status === 425 || status >= 500) return 'rankr_unavailable'
  if (status === 401 || status === 403) return 'rankr_unauthorized'
  return status === 404 || status === 410 ? 'rankr_not_found' : 'rankr_rejected'
}

const faultsOf = (fields: unknown): FieldFault[] =>
  (Array.isArray(fields) ? fields : []).flatMap((one) => {
    const { field, message } = (one ?? {}) as { field?: unknown; message?: unknown }
    const detail = shownText(message)
    return detail ? [{ pointer: `/${String(field ?? '').replaceAll('.', '/')}`, detail }] : []
  })

/**
 * The error for a status outside 2xx, from `{ error, message, fields: [{ field, message }] }`. `extra` has
 * `rankrStatus` and, where given, `rankrMessage`.
 */
export const failureOf = ({ status, data, headers }: Omit<RankrAnswer, 'durationMs'>, now: Date): AppError => {
  const body = (data !== null && typeof data === 'object' ? data : {}) as Record<string, unknown>
  const code = codeOf(status)
  const message = shownText(body.message) ?? shownText(body.error)
  const errors = code === 'rankr_rejected' ? faultsOf(body.fields) : []
  const wait =
    retryAfterOf(headers['retry-after'], now) ?? (code === 'rankr_rate_limited' ? DEFAULT_WAIT_SECONDS : undefined)
  return new AppError(code, {
    cause: new Error(`${status} ${message ?? 'without a message'}`),
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    ...(errors.length > 0 ? { errors } : {}),
    extra: { rankrStatus: status, ...(message ? { rankrMessage: message } : {}) },
  })
}
