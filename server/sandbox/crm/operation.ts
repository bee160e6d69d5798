// A simulated operation is a row: what it is called, who may call it, what it accepts, what it does.

import { z } from 'zod'
import type { Grant } from './rows.ts'

export type Version = '2021-04-15' | '2021-07-28' | '2023-02-21' | 'v3'

/** Versions of most modules, and of conversations and calendars, which are older. */
export const MOST = ['2021-07-28', '2023-02-21', 'v3'] as const
export const OLDEST = ['2021-04-15', '2023-02-21', 'v3'] as const
/** Paths that v3 renamed: the old name and the new one. */
export const BEFORE_V3 = ['2021-07-28', '2023-02-21'] as const
export const ONLY_V3 = ['v3'] as const
export const PUBLISHED: readonly string[] = ['legacy', '2021-04-15', '2021-07-28', '2023-02-21', 'v3']

export type Call<Query = unknown, Body = unknown> = {
  params: Record<string, string>
  query: Query
  body: Body
  /** Whose token the call carries. */
  grant: Grant
  version: string
  isV3: boolean
}

export type Operation<Query = unknown, Body = unknown> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `:name` for parts that vary, no slash at the end. */
  path: string
  /** Undefined: no Version header is needed. */
  versions?: readonly Version[]
  /** Undefined: no token is needed. */
  tokens?: readonly Grant['kind'][]
  /** Of which the token needs at least one; empty: any token will do. */
  scopes?: readonly string[]
  query: z.ZodType<Query>
  body?: z.ZodType<Body>
  /** The location that the request names; the token must have access to it. */
  location?: (input: { params: Record<string, string>; query: Query; body: Body }) => string | undefined
  /** Objects and associations refuse foreign locations with 401, the rest with 403. */
  refusesForeignWith401?: boolean
  /** Status of the answer; 200 when left out. */
  status?: number
  /** 400 and 404 come in the nested shape. */
  hasNestedErrors?: boolean
  /** Keeps no state: the answer is a sample, and says so in a header. */
  isSample?: boolean
  /** Runs to its end before anything else does: no two calls interleave. Throws Refusal. */
  handle(call: Call<Query, Body>): unknown
}

const NO_QUERY = z.strictObject({})

type Input<Query, Body> = Omit<Operation<Query, Body>, 'query'> & { query?: z.ZodType<Query> }

/** Types a row by its schemas. Without a query schema the query must be empty. */
export const operation = <Query = Record<string, never>, Body = undefined>(
  input: Input<Query, Body>,
): Operation<never, never> => ({ query: NO_QUERY, ...input }) as unknown as Operation<never, never>

export type AnyOperation = Operation<never, never>

/** What most operations of a location share. */
export const forLocation = { versions: MOST, tokens: ['Location'] } as const
/** Those that a company's token may call for its locations, too. */
export const forEither = { versions: MOST, tokens: ['Location', 'Company'] } as const

/** Finds operations by method and path without walking all of them. */
export const createMatcher = (operations: readonly AnyOperation[]) => {
  const filed = new Map<string, { operation: AnyOperation; parts: string[] }[]>()
  const keyOf = (method: string, parts: string[]) => `${method} ${parts.length} ${parts[0] ?? ''}`
  for (const each of operations) {
    const parts = each.path.split('/').filter(Boolean)
    const key = keyOf(each.method, parts)
    const group = filed.get(key)
    if (group) group.push({ operation: each, parts })
    else filed.set(key, [{ operation: each, parts }])
  }
  // Fixed parts win over parts that vary: /contacts/upsert before /contacts/:contactId.
  const variable = (parts: string[]) => parts.map((part) => (part.startsWith(':') ? '1' : '0')).join('')
  for (const group of filed.values()) group.sort((a, b) => variable(a.parts).localeCompare(variable(b.parts)))

  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part)
    } catch {
      return part
    }
  }

  /** Every operation of this method and path (the same path may differ by version), best first. */
  return (method: string, path: string): { operation: AnyOperation; params: Record<string, string> }[] => {
    const parts = path.split('/').filter(Boolean)
    const found: { operation: AnyOperation; params: Record<string, string> }[] = []
    for (const candidate of filed.get(keyOf(method, parts)) ?? []) {
      if (!candidate.parts.every((part, index) => part.startsWith(':') || part === parts[index])) continue
      const params = Object.fromEntries(
        candidate.parts.flatMap((part, index) =>
          part.startsWith(':') ? [[part.slice(1), decode(parts[index]!)]] : [],
        ),
      )
      found.push({ operation: candidate.operation, params })
    }
    return found
  }
}
