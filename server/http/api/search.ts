// `/v1/search`: full-text search over several record types, one after the other. Independent of the resources; each is a source.

import { z } from 'zod'
import { AppError, type ErrorCode } from '../../errors.ts'
import type { ApiCall } from '../../sync/api-actions.ts'
import { json } from '../reply.ts'
import { callOf } from './calls.ts'
import { decodeCursor, encodeCursor } from './cursors.ts'
import { defineOperation, type OperationRoute } from './operation.ts'
import { cursor, limit, page, queryOf } from './schemas.ts'

/** A record type that can be searched. */
export type SearchSource = {
  /** The type's name, and the member of a result that holds the record. */
  type: string
  schema: z.ZodType
  /** Searches by text; `next` is the position after which the next page starts. */
  find(
    call: ApiCall,
    search: { text: string; limit: number; after: unknown[] | undefined },
  ): Promise<{ found: unknown[]; next: unknown[] | null }>
}

/** Errors that mean that records of a type cannot be read in the account. */
const UNAVAILABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['crm_scope_missing', 'order_place_missing'])

/** The end of a page: the index of the source, then the position in it. */
type Place = [source: number, ...after: unknown[]]

/** The search over these sources, one after the other. Throws a source's error when only its type was requested. */
export const searchRoutes = (sources: readonly SearchSource[]): OperationRoute[] => {
  const types = sources.map(({ type }) => type) as [string, ...string[]]
  const results = sources.map(({ type, schema }) =>
    z.object({ type: z.literal(type).meta({ description: 'Which kind of record it is.' }), [type]: schema }),
  )

  const find = async (
    call: ApiCall,
    text: string,
    { wanted, size, from }: { wanted: string | undefined; size: number; from: Place },
  ) => {
    const data: Record<string, unknown>[] = []
    const unavailable: { type: string; code: string }[] = []
    let [place, ...after] = from
    while (place < sources.length && data.length < size) {
      const { type, find: search } = sources[place]!
      if (wanted === undefined || wanted === type) {
        const page = { text, limit: size - data.length, after: after.length > 0 ? after : undefined }
        const { found, next } = await search(call, page).catch((error: unknown) => {
          // One type that cannot be read must not hide the results of the others.
          if (wanted !== undefined || !(error instanceof AppError && UNAVAILABLE.has(error.code))) throw error
          unavailable.push({ type, code: error.code })
          return { found: [], next: null }
        })
        data.push(...found.map((record) => ({ type, [type]: record })))
        if (next) return { data, unavailable, next: [place, ...next] as Place }
      }
      place += 1
      after = []
    }
    const isMore = place < sources.length && (wanted === undefined || types.slice(place).includes(wanted))
    return { data, unavailable, next: isMore ? ([place] as Place) : null }
  }

  return [
    defineOperation({
      id: 'search',
      tag: 'Search',
      summary: 'Search',
      description:
        'Finds records by a part of a name, company, e-mail address, phone number or number: first customers, then what they bought and owe.',
      method: 'GET',
      path: '/v1/search',
      scopes: ['search.read'],
      input: {
        query: queryOf({
          q: z.string().trim().min(1).max(75).meta({ description: 'What to look for.', example: 'okafor' }),
          type: z.enum(types).optional().meta({ description: 'Only records of this kind.' }),
          limit,
          cursor,
        }),
      },
      answers: {
        200: {
          description: 'A page of what was found.',
          schema: page(z.union(results))
            .extend({
              unavailable: z
                .array(
                  z.object({
                    type: z.enum(types).meta({ description: 'The kind of records.' }),
                    code: z.string().meta({ description: 'Why, as an error code.', example: 'order_place_missing' }),
                  }),
                )
                .meta({ description: 'Kinds of records that cannot be read in the account, and why.' }),
            })
            .meta({ id: 'SearchPage' }),
        },
      },
      errors: ['crm_rejected', 'order_place_missing'],
      audit: { none: 'reads only' },
      async handler(call) {
        const { q, type, limit: size, cursor: text } = call.query
        const list = { q, type }
        const from = (decodeCursor(list, text) ?? [0]) as Place
        const { data, unavailable, next } = await find(callOf(call), q, { wanted: type, size, from })
        return json({ data, unavailable, next_cursor: next && encodeCursor(list, next) })
      },
    }),
  ]
}
