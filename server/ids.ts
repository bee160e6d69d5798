// Identifiers we make. Time-ordered where rows are inserted in bulk; derived where a second try must find the first.

import { hash, randomBytes } from 'node:crypto'
import { v7 } from 'uuid'

/** A new UUID version 7 (RFC 9562): sorts by time of creation. */
export const newId = (): string => v7()

/** The same parts always give the same UUID (version 8, SHA-256 of the parts, each length-prefixed). */
export const derivedId = (...parts: (string | number)[]): string => {
  const text = parts.map((part) => `${String(part).length}:${part};`).join('')
  const bytes = hash('sha256', text, 'buffer')
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Unguessable text of `size` random bytes in base64url. */
export const randomToken = (size = 24): string => randomBytes(size).toString('base64url')
