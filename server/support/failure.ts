// Maps desks' error answers to coded errors. Nothing of the request gets into them. A refused key only stops the steps
// that need the desk: they become dead letters to be replayed.

import { AppError, type ErrorCode, type FieldFault } from '../errors.ts'
import type { Answer, NoAnswer } from '../exchange/http.ts'
import { retryAfterOf, shownText } from '../exchange/refusal.ts'
import { rowOf, rowsOf } from './answer.ts'

const DEFAULT_WAIT_SECONDS = 30

const codeOf = (status: number): ErrorCode => {
  if (status === 429) return 'support_rate_limited'
  // Redirects are not followed: the key would travel to an address that nobody has checked. A conflict of two writers passes.
  if (status < 400 || status === 408 || status === 409 || status === 425 || status >= 500) return 'support_unavailable'
  if (status === 401 || status === 403) return 'support_unauthorized'
  return status === 404 || status === 410 ? 'support_not_found' : 'support_rejected'
}

/** Zendesk names faults by field, `{ details: { status: [{ description }] } }`; Freshdesk lists them, `{ errors: [{ field, message }] }`. */
const faultsOf = (body: Record<string, unknown>): FieldFault[] => {
  const listed = rowsOf(body.errors).map(({ field, message }) => ({ field: String(field ?? ''), text: message }))
  const named = Object.entries(rowOf(body.details)).flatMap(([field, faults]) =>
    rowsOf(faults).map(({ description }) => ({ field, text: description })),
  )
  return [...listed, ...named].flatMap(({ field, text }) => {
    const detail = shownText(text)
    return detail ? [{ pointer: `/${field.replaceAll('.', '/')}`, detail }] : []
  })
}

/** The error of an answer outside 2xx; `extra` has `deskStatus` and, where there is one, `deskMessage`. */
export const failureOf = ({ status, data, headers }: Omit<Answer, 'durationMs'>, now: Date): AppError => {
  const body = rowOf(data)
  const inner = rowOf(body.error)
  const code = codeOf(status)
  const message =
    shownText(body.description) ?? shownText(body.message) ?? shownText(inner.message) ?? shownText(body.error)
  const errors = code === 'support_rejected' ? faultsOf(body) : []
  const wait =
    retryAfterOf(headers['retry-after'], now) ?? (code === 'support_rate_limited' ? DEFAULT_WAIT_SECONDS : undefined)
  return new AppError(code, {
    cause: new Error(`${status} ${message ?? 'without a message'}`),
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    ...(errors.length > 0 ? { errors } : {}),
    extra: { deskStatus: status, ...(message ? { deskMessage: message } : {}) },
  })
}

/** The coded error of a call without an answer. */
export const noAnswerOf = ({ isTooLarge, isTooSlow, code }: NoAnswer): AppError => {
  const cause = new Error(isTooSlow ? 'no complete answer in time' : (code ?? 'error'))
  return new AppError(isTooLarge ? 'support_unavailable' : 'support_unreachable', { cause })
}
