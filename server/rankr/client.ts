// Calls Rankr's API for one location: its connection's token, one retry after a 401, coded errors. Any other retry is
// the caller's decision.

import { z } from 'zod'
import { encodePart } from '../catalog/request.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import { failureOf } from './failure.ts'
import type { RankrHttp, RankrRequest } from './http.ts'
import type { RankrCredentials, RankrTokens } from './tokens.ts'

export type RankrKind = 'customers' | 'orders' | 'invoices' | 'users' | 'issues'

export type RankrCall = Omit<RankrRequest, 'headers'> & {
  locationId: string
  /** For the log: the event that caused the call. */
  eventId?: string | undefined
}

export type RankrResult = { status: number; data: unknown }

/** A page of a list, oldest change first; `next` is the cursor of the next page, undefined at the end. */
export type RankrPage = { records: Record<string, unknown>[]; next: string | undefined; total: number | undefined }

type Deps = {
  http: Pick<RankrHttp, 'send'>
  tokens: RankrTokens
  /** The connection a location calls through; undefined when it has none with credentials. */
  access: (locationId: string) => Promise<{ connectionId: string; credentials: RankrCredentials } | undefined>
  now: () => Date
  log: Pick<Log, 'debug'>
}

const pageAnswer = z.looseObject({
  data: z.array(z.record(z.string(), z.unknown())),
  next_cursor: z.string().nullish(),
  total: z.number().nullish(),
})

type Fields = Record<string, unknown>
type One = { locationId: string; kind: RankrKind; id: string; eventId?: string }

const pathOf = ({ kind, id }: Pick<One, 'kind' | 'id'>): string => `/${kind}/${encodePart(id)}`

export type RankrClient = ReturnType<typeof createRankrClient>

/**
 * All methods throw rankr_* (failure.ts, http.ts), and `rankr_not_connected` when the location has no connection with
 * credentials.
 */
export const createRankrClient = ({ http, tokens, access, now, log }: Deps) => {
  const accessOf = async (locationId: string) => {
    const found = await access(locationId)
    if (!found) throw new AppError('rankr_not_connected')
    return found
  }

  /** Resolves with a 2xx answer. */
  const call = async ({ locationId, eventId, ...request }: RankrCall): Promise<RankrResult> => {
    const { connectionId, credentials } = await accessOf(locationId)
    const once = async () => {
      const token = await tokens.tokenFor(connectionId, credentials)
      const answer = await http.send({ ...request, headers: { authorization: `Bearer ${token}` } })
      const { method, path } = request
      const { status, durationMs } = answer
      log.debug({ tenantId: locationId, eventId, method, path, status, durationMs }, 'rankr call')
      return { token, answer }
    }
    let { token, answer } = await once()
    if (answer.status === 401) {
      await tokens.refused(connectionId, token)
      ;({ token, answer } = await once())
    }
    if (answer.status >= 200 && answer.status <= 299) return { status: answer.status, data: answer.data }
    throw failureOf(answer, now())
  }

  const record = ({ data }: RankrResult): Fields => {
    if (data !== null && typeof data === 'object' && !Array.isArray(data)) return data as Fields
    throw new AppError('rankr_unavailable', { cause: new Error('the answer is no record') })
  }

  return {
    call,

    /** The connection used for the location's calls. */
    connectionOf: async (locationId: string): Promise<string> => (await accessOf(locationId)).connectionId,

    /** Oldest change first: what changes during paging comes again later, so nothing is missed. `limit` ≤ 200. */
    async list({
      locationId,
      kind,
      cursor,
      limit = 100,
      updatedSince,
      signal,
    }: {
      locationId: string
      kind: RankrKind
      cursor?: string | undefined
      limit?: number
      updatedSince?: Date | undefined
      signal?: AbortSignal | undefined
    }): Promise<RankrPage> {
      const query = {
        limit: String(limit),
        ...(cursor === undefined ? {} : { cursor }),
        ...(updatedSince === undefined ? {} : { updated_since: updatedSince.toISOString() }),
      }
      const { data } = await call({ locationId, method: 'GET', path: `/${kind}`, query, signal })
      const page = pageAnswer.safeParse(data)
      if (!page.success) throw new AppError('rankr_unavailable', { cause: new Error('the answer is no list') })
      const { data: records, next_cursor, total } = page.data
      return { records, next: next_cursor ?? undefined, total: total ?? undefined }
    },

    get: async ({ locationId, eventId, ...one }: One): Promise<Fields> =>
      record(await call({ locationId, eventId, method: 'GET', path: pathOf(one) })),

    /** Changes only the given members. */
    update: async ({ locationId, eventId, body, ...one }: One & { body: Fields }): Promise<Fields> =>
      record(await call({ locationId, eventId, method: 'PATCH', path: pathOf(one), body })),
  }
}
