// Access tokens for Rankr's API: a connection's client credentials, exchanged once for all concurrent callers (RFC
// 6749, 4.4). Kept in memory only.

import { z } from 'zod'
import { AppError } from '../errors.ts'
import { failureOf } from './failure.ts'
import type { RankrHttp } from './http.ts'

export type RankrCredentials = { clientId: string; clientSecret: string }

const tokenAnswer = z.looseObject({ access_token: z.string().min(1), expires_in: z.number().positive().optional() })

const DEFAULT_LIFE_SECONDS = 300
/** Renewed this long before expiry. */
const EARLY_MS = 30_000

type Deps = { http: Pick<RankrHttp, 'send'>; now: () => Date }

type Kept = { token: Promise<string>; clientSecret: string; expiresAt: number }

export type RankrTokens = ReturnType<typeof createRankrTokens>

/**
 * Access tokens per connection. `tokenFor` and `check` throw `rankr_unauthorized` when the credentials are refused,
 * other rankr_* otherwise.
 */
export const createRankrTokens = ({ http, now }: Deps) => {
  const kept = new Map<string, Kept>()

  const ask = async ({ clientId, clientSecret }: RankrCredentials) => {
    const basic = [clientId, clientSecret].map(encodeURIComponent).join(':')
    const answer = await http.send({
      method: 'POST',
      path: '/oauth/token',
      body: { grant_type: 'client_credentials' },
      bodyStyle: 'form',
      headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
    })
    // RFC 6749 also refuses a client with 400.
    if (answer.status === 400) throw new AppError('rankr_unauthorized', { extra: { rankrStatus: 400 } })
    if (answer.status < 200 || answer.status > 299) throw failureOf(answer, now())
    const parsed = tokenAnswer.safeParse(answer.data)
    if (!parsed.success) throw new AppError('rankr_unavailable', { cause: new Error('no token in the answer') })
    return parsed.data
  }

  return {
    /** A valid token. Throws rankr_*; `rankr_unauthorized` when the credentials are refused. */
    async tokenFor(connectionId: string, credentials: RankrCredentials): Promise<string> {
      const known = kept.get(connectionId)
      const isUsable = known?.clientSecret === credentials.clientSecret && known.expiresAt > now().getTime()
      if (isUsable) return await known.token
      const asked = ask(credentials)
      const entry: Kept = {
        token: asked.then(({ access_token }) => access_token),
        clientSecret: credentials.clientSecret,
        expiresAt: Number.POSITIVE_INFINITY,
      }
      kept.set(connectionId, entry)
      try {
        // Both are awaited here: an unhandled rejection would end the process.
        const [token, { expires_in = DEFAULT_LIFE_SECONDS }] = await Promise.all([entry.token, asked])
        entry.expiresAt = now().getTime() + expires_in * 1000 - EARLY_MS
        return token
      } catch (error) {
        if (kept.get(connectionId) === entry) kept.delete(connectionId)
        throw error
      }
    },
    /** Checks the credentials with Rankr. Throws as `tokenFor`; stores nothing. */
    async check(credentials: RankrCredentials): Promise<void> {
      await ask(credentials)
    },
    /** Drops a refused token; the next call gets another. */
    async refused(connectionId: string, token: string): Promise<void> {
      const known = kept.get(connectionId)
      if (known && (await known.token.catch(() => undefined)) === token) kept.delete(connectionId)
    },
  }
}
