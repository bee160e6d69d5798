// List cursors, opaque to callers. A cursor contains a digest of its list, because using it with other filters would skip
// or repeat records.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../errors.ts'

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 12)

const shape = z.tuple([z.string(), z.array(z.union([z.string(), z.number(), z.null()])).min(1)])

/** Encodes a position in a list; the next page starts `after` it. `list` is whatever defines the list: filters and order. */
export const encodeCursor = (list: unknown, after: unknown[]): string =>
  Buffer.from(JSON.stringify([digest(list), after])).toString('base64url')

/** The position in a cursor, undefined without one. Throws `invalid_request` for a cursor of another list. */
export const decodeCursor = (list: unknown, text: string | undefined): unknown[] | undefined => {
  if (text === undefined) return undefined
  try {
    const [name, after] = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    if (name === digest(list)) return after
  } catch {
    // Not one of our cursors; rejected below.
  }
  const detail = 'Send the next_cursor of the page before, with the same filters and order.'
  throw new AppError('invalid_request', { errors: [{ pointer: '/cursor', detail }] })
}

/** Decodes a cursor whose position is a single string. Throws `invalid_request`. */
export const positionIn = (list: unknown, text: string | undefined): string | undefined => {
  const position = decodeCursor(list, text)?.[0]
  return position === undefined ? undefined : String(position)
}
