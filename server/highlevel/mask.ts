// Masks requests and answers so that they can be stored and shown: no sensitive fields, never a token, bounded in size.

import type { BuiltRequest } from '../catalog/request.ts'
import type { Action } from '../catalog/schema.ts'
import { maskedAddress } from '../masked-address.ts'
import type { CrmResult } from './client.ts'

export type MaskedRequest = { method: string; path: string; query?: unknown; body?: unknown }
export type MaskedResponse = { status: number; data: unknown }

const MASK = '••••'
const MOST_BYTES = 32 * 1024

/** Masked regardless of the catalog. */
const ALWAYS = /^(?:authorization|password|secret|api_?key|(?:access|refresh)_?token|client_?secret)$/i

/** Members of one action's requests and answers: which are sensitive, and a cache of names seen so far. */
type Names = { exact: ReadonlySet<string>; stems: readonly string[]; met: Map<string, boolean> }

/** Answers may have any number of distinct member names (maps by id). */
const MOST_MET = 1_000

const namesOf = (fields: Action['input'], exact = new Set<string>()): Set<string> => {
  for (const field of fields) {
    if (field.sensitive) exact.add(field.name ?? field.key)
    if (field.fields) namesOf(field.fields, exact)
  }
  return exact
}

/** Answers repeat a value under longer names: `emailLowerCase`, `phoneLabel`, `additionalEmails`. */
const judge = (key: string, { exact, stems }: Names): boolean => {
  if (exact.has(key) || ALWAYS.test(key)) return true
  const stem = key.replace(/^additional/, '').toLowerCase()
  return stems.some((name) => stem.startsWith(name))
}

const isSensitive = (key: string, names: Names): boolean => {
  let is = names.met.get(key)
  if (is === undefined) {
    is = judge(key, names)
    if (names.met.size < MOST_MET) names.met.set(key, is)
  }
  return is
}

/** Counts characters as it goes, so that only values that may be too large are measured exactly. */
type Tally = { letters: number }

const masked = (value: unknown, names: Names, tally: Tally): unknown => {
  if (typeof value === 'string') tally.letters += value.length
  if (Array.isArray(value)) return value.map((item) => masked(item, names, tally))
  if (value === null || typeof value !== 'object') return value
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    tally.letters += key.length + NUMBER_LETTERS
    copy[key] = item !== null && isSensitive(key, names) ? MASK : masked(item, names, tally)
  }
  return copy
}

/** Maximum size of a number and the punctuation around a member. */
const NUMBER_LETTERS = 30
/** An escaped character takes six in JSON. */
const MOST_SURE_LETTERS = MOST_BYTES / 6

/** Truncates what is too large. */
const bounded = (value: unknown, { letters }: Tally): unknown => {
  if (letters <= MOST_SURE_LETTERS && !Array.isArray(value)) return value
  const text = JSON.stringify(value) ?? 'null'
  return text.length <= MOST_BYTES ? value : { truncated: true, beginning: text.slice(0, 2_000) }
}

/** Masks for requests and answers by action, cached since an action never changes. */
export const createMasks = () => {
  // An action's sensitive fields never change, and every call needs them.
  const known = new Map<string, Names>()
  const of = ({ id, input }: Action): Names => {
    let names = known.get(id)
    if (!names) {
      const exact = namesOf(input)
      const stems = [...exact].filter((name) => name.length > 4).map((name) => name.toLowerCase())
      names = { exact, stems, met: new Map() }
      known.set(id, names)
    }
    return names
  }
  const clean = (value: unknown, action: Action, more: Record<string, unknown> = {}): unknown => {
    const tally = { letters: 0 }
    const copy = masked(value, of(action), tally)
    return bounded(Object.keys(more).length > 0 ? { ...(copy as object), ...more } : copy, tally)
  }

  return {
    request(request: BuiltRequest, action: Action): MaskedRequest {
      const { method, path, query, body } = request
      const files = Object.fromEntries(request.files.map(({ name, addresses }) => [name, addresses.map(maskedAddress)]))
      return {
        method,
        path,
        ...(Object.keys(query).length > 0 ? { query: masked(query, of(action), { letters: 0 }) } : {}),
        ...(body ? { body: clean(body, action, files) } : {}),
      }
    },
    response: ({ status, data }: CrmResult, action: Action): MaskedResponse => ({ status, data: clean(data, action) }),
  }
}
