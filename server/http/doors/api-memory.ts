// Caches credentials for the API's door. Any credential change empties the cache: this process's own at once, another
// process's within a second, by polling a change counter (one row for all callers). Polled, because a missed
// notification would go unnoticed.

import type { KnownKey, KnownToken, TokenName } from '../../api/authenticate.ts'
import { createBriefCache } from '../../brief-cache.ts'

/** For changes made directly in the database. */
const LIFE_MS = 60_000
const COUNT_LIFE_MS = 1_000

type Deps = {
  findKey: (hash: Buffer) => Promise<KnownKey | undefined>
  tokenState: (token: TokenName) => Promise<KnownToken | undefined>
  /** Counts credential changes made by this process. */
  version: { current(): number }
  /** Counts credential changes made by all processes. */
  changes: () => Promise<number>
  now: () => Date
}

/** Cached look-ups of API keys and access tokens. */
export const createApiMemory = ({ findKey, tokenState, version, changes, now }: Deps) => {
  const lifeMs = () => LIFE_MS
  // The cache key: both counters, then the name; ids contain no space.
  const keys = createBriefCache({
    load: (name) => findKey(Buffer.from(name.split(' ')[2]!, 'hex')),
    lifeMs,
    now,
  })
  const tokens = createBriefCache({
    load: (name) => {
      const [, , clientId, jti, grantId] = name.split(' ')
      return tokenState({ clientId: clientId!, jti: jti!, grantId: grantId || undefined })
    },
    lifeMs,
    now,
  })
  const counts = createBriefCache({ load: changes, lifeMs: () => COUNT_LIFE_MS, now })
  /** Read before the cached value is used. */
  const count = async (): Promise<string> => `${version.current()} ${await counts.get(String(version.current()))}`
  return {
    findKey: async (hash: Buffer) => await keys.get(`${await count()} ${hash.toString('hex')}`),
    tokenState: async ({ clientId, jti, grantId = '' }: TokenName) =>
      await tokens.get(`${await count()} ${clientId} ${jti} ${grantId}`),
  }
}
