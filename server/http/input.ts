// Parses a request into the input its route declares, or throws an AppError that names each fault.

import type { Request } from 'express'
import type { z } from 'zod'
import { AppError, type ErrorCode, type FieldFault } from '../errors.ts'
import { parseBody, parseJson } from './body.ts'
import { SIGNATURE_DOORS } from './doors/doors.ts'
import type { Route } from './route.ts'

const pointerTo = (path: PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** What to send, where zod would tell of JavaScript's types. */
const detailOf = ({ code, message, path }: z.core.$ZodIssue): string => {
  if (code !== 'invalid_type') return message
  if (message.endsWith('received undefined')) return path.length === 0 ? 'Send a body.' : 'This is required.'
  if (message.endsWith('received NaN')) return 'Send a number.'
  if (message.endsWith('received null')) return `${message}. Leave the member out instead.`
  return message
}

/** zod's issues as faults with JSON pointers (RFC 6901). */
export const faultsOf = (error: z.ZodError): FieldFault[] =>
  error.issues.flatMap((issue) => {
    // Unknown members of an object; a query lists its own.
    if (issue.code !== 'unrecognized_keys' || !issue.message.startsWith('Unrecognized')) {
      return [{ pointer: pointerTo(issue.path), detail: detailOf(issue) }]
    }
    return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: 'There is no such member.' }))
  })

/** A parameter that was sent several times is an array, and its fault would speak of that. */
const asSentOnce =
  (query: object) =>
  (fault: FieldFault): FieldFault => {
    const isRepeated = Array.isArray((query as Record<string, unknown>)[fault.pointer.slice(1)])
    return isRepeated ? { ...fault, detail: 'Send it once, as a single value.' } : fault
  }

const check = (schema: z.ZodType | undefined, value: unknown, code: ErrorCode): unknown => {
  if (!schema) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = faultsOf(parsed.error)
  throw new AppError(code, { errors: code === 'invalid_request' ? faults.map(asSentOnce(value as object)) : faults })
}

/** Webhook senders are not held to a content type, and get one code for any fault of the body. */
const signedBody = (bytes: Buffer): unknown => {
  try {
    return parseJson(bytes)
  } catch (error) {
    throw new AppError('invalid_body', {
      cause: error,
      errors: [{ pointer: '', detail: 'The body is not valid JSON' }],
    })
  }
}

type Input = { params: unknown; query: unknown; body: unknown }

/**
 * Throws `not_found` for path parameters, `invalid_request` for the query, and `invalid_body`, `malformed_json` or
 * `unsupported_media_type` for the body.
 */
export const readInput = (row: Route, request: Request, rawBody: Buffer): Input => {
  const { params, query, body } = row.input ?? {}
  const sent = !body
    ? undefined
    : SIGNATURE_DOORS.has(row.door)
      ? signedBody(rawBody)
      : parseBody(rawBody, request.get('content-type'), { isJsonOnly: row.door === 'api' })
  return {
    params: check(params, request.params, 'not_found'),
    query: check(query, request.query, 'invalid_request'),
    body: check(body, sent, 'invalid_body'),
  }
}
