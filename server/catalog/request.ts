// From an action and its input to the request that makes the call. Pure: data in, data out; it sends nothing and knows
// no host and no token.
import { checkInput, type Fault, type FillContext } from './input.ts'
import type { Action, Field, FileLimits } from './schema.ts'

/** Files to be copied: the part of the body they go into, where they lie, and what is taken. */
export type FileWish = { name: string; addresses: string[]; limits: FileLimits }

export type BuiltRequest = {
  method: NonNullable<Action['method']>
  /** Encoded, begins with a slash, without host and query. */
  path: string
  /** The CRM's API version of this call; Rankr's calls have none. */
  version: Action['version']
  /** A list is sent as the same name several times. */
  query: Record<string, string | string[]>
  headers: Record<string, string>
  /** Undefined when the call has no body. */
  body: Record<string, unknown> | undefined
  bodyStyle: Action['bodyStyle']
  /** Parts of a multipart body that are no text: they are not in `body`, but streamed from their addresses. */
  files: FileWish[]
  token: Action['token']
}

export type RequestResult = { ok: true; request: BuiltRequest } | { ok: false; faults: Fault[] }

/** Lets a dot through as `%2E`, since `.` and `..` as a whole part would climb in the path. */
export const encodePart = (value: unknown): string =>
  encodeURIComponent(String(value)).replace(/^\.+$/, (dots) => dots.replaceAll('.', '%2E'))

/** Nested values under the names they have on the wire. */
const toWire = (field: Field, value: unknown): unknown => {
  const { fields } = field
  if (!fields || value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item) => toWire(field, item))
  const record = value as Record<string, unknown>
  return Object.fromEntries(
    fields.flatMap((nested) =>
      Object.hasOwn(record, nested.key) ? [[nested.name ?? nested.key, toWire(nested, record[nested.key])]] : [],
    ),
  )
}

const toText = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/**
 * Builds the request of one call to the CRM or to Rankr.
 * Faults of the input come back as `{ ok: false, faults }`; an action without method and path is a programming error.
 */
export const buildRequest = (action: Action, input: unknown, context: FillContext): RequestResult => {
  const { method, path: template } = action
  if (!method || !template) throw new TypeError(`${action.id} is no call over HTTP`)
  const checked = checkInput({ fields: action.input, input, context })
  if (!checked.ok) return checked

  const parts = new Map<string, string>()
  const query: BuiltRequest['query'] = {}
  const headers: BuiltRequest['headers'] = {}
  const body: Record<string, unknown> = {}
  const files: FileWish[] = []
  for (const field of action.input) {
    if (!Object.hasOwn(checked.value, field.key)) continue
    const value = toWire(field, checked.value[field.key])
    const name = field.name ?? field.key
    if (field.file) files.push({ name, addresses: [value].flat().map(String), limits: field.file })
    else if (field.in === 'path') parts.set(name, encodePart(value))
    else if (field.in === 'query') query[name] = Array.isArray(value) ? value.map(toText) : toText(value)
    else if (field.in === 'header') headers[name] = toText(value)
    else if (field.in === 'cleared') for (const emptied of [value].flat()) body[String(emptied)] ??= null
    else body[name] = value
  }
  const hasBody = method !== 'GET' && action.input.some((field) => field.in === 'body')
  return {
    ok: true,
    request: {
      method,
      path: template.replaceAll(/\{(\w+)\}/g, (_part, name: string) => parts.get(name) ?? ''),
      version: action.version,
      query,
      headers,
      body: hasBody ? body : undefined,
      bodyStyle: action.bodyStyle,
      files,
      token: action.token,
    },
  }
}
