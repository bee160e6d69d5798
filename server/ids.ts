// Identifiers we make. Time-ordered where rows are inserted in bulk; derived where a second try must find the first.

import { hash, randomBytes } from 'node:crypto'
import { v7 } from 'uuid'

/** The two bits that say the UUID is of RFC 9562, and two of the hash. */
const VARIANTS = ['8', '9', 'a', 'b']

/** A new UUID version 7 (RFC 9562): sorts by time of creation, within a process also those of one millisecond. */
export const newId = (): string => v7()

/** The same parts always give the same UUID (version 8, SHA-256 of the parts, each length-prefixed). */
export const derivedId = (...parts: (string | number)[]): string => {
  let text = ''
  for (const part of parts) text += `${String(part).length}:${part};`
  // As text at once: with bytes between, it takes twice as long.
  const hex = hash('sha256', text, 'hex')
  const variant = VARIANTS[Number.parseInt(hex[16]!, 16) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Unguessable text of `size` random bytes in base64url. */
export const randomToken = (size = 24): string => randomBytes(size).toString('base64url')
