// Requests and answers fit to be kept and shown: sensitive fields masked, tokens never among them, size bounded.

import type { BuiltRequest } from '../catalog/request.ts'
import type { Action } from '../catalog/schema.ts'
import { maskedAddress } from '../masked-address.ts'
import type { CrmResult } from './client.ts'

export type MaskedRequest = { method: string; path: string; query?: unknown; body?: unknown }
export type MaskedResponse = { status: number; data: unknown }

const MASK = '••••'
const MOST_BYTES = 32 * 1024

/** Masked whatever the catalog says. */
const ALWAYS = /^(?:authorization|password|secret|api_?key|(?:access|refresh)_?token|client_?secret)$/i

const sensitiveNames = (fields: Action['input'], names = new Set<string>()): Set<string> => {
  for (const field of fields) {
    if (field.sensitive) names.add(field.name ?? field.key)
    if (field.fields) sensitiveNames(field.fields, names)
  }
  return names
}

/** Answers repeat a value under longer names: `emailLowerCase`, `phoneLabel`, `additionalEmails`. */
const isSensitive = (key: string, names: Set<string>): boolean => {
  if (names.has(key) || ALWAYS.test(key)) return true
  const stem = key.replace(/^additional/, '').toLowerCase()
  return [...names].some((name) => name.length > 4 && stem.startsWith(name.toLowerCase()))
}

const masked = (value: unknown, names: Set<string>): unknown => {
  if (Array.isArray(value)) return value.map((item) => masked(item, names))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      item !== null && isSensitive(key, names) ? MASK : masked(item, names),
    ]),
  )
}

/** What is too large is kept as its beginning. */
const bounded = (value: unknown): unknown => {
  const text = JSON.stringify(value) ?? 'null'
  return text.length <= MOST_BYTES ? value : { truncated: true, beginning: text.slice(0, 2_000) }
}

export const maskRequest = (request: BuiltRequest, { input }: Action): MaskedRequest => {
  const names = sensitiveNames(input)
  const files = Object.fromEntries(request.files.map(({ name, addresses }) => [name, addresses.map(maskedAddress)]))
  return {
    method: request.method,
    path: request.path,
    ...(Object.keys(request.query).length > 0 ? { query: masked(request.query, names) } : {}),
    ...(request.body ? { body: bounded({ ...(masked(request.body, names) as object), ...files }) } : {}),
  }
}

export const maskResponse = ({ status, data }: CrmResult, { input }: Action): MaskedResponse => ({
  status,
  data: bounded(masked(data, sensitiveNames(input))),
})
