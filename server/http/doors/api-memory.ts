// A memory between the door of our API and the database. A change of any credential empties it: one made by this process at
// once, one made by another within a second, since how often credentials were changed is asked that often (one row, however
// many callers). Asked, not announced: a channel between nodes could fail unnoticed.

import type { KnownKey, KnownToken, TokenName } from '../../api/authenticate.ts'
import { createBriefCache } from '../../brief-cache.ts'

/** For what is changed past us, by hand. */
const LIFE_MS = 60_000
const COUNT_LIFE_MS = 1_000

type Deps = {
  findKey: (hash: Buffer) => Promise<KnownKey | undefined>
  tokenState: (token: TokenName) => Promise<KnownToken | undefined>
  /** Counts the changes of credentials made by this process. */
  version: { current(): number }
  /** Counts the changes of credentials made by all processes. */
  changes: () => Promise<number>
  now: () => Date
}

export const createApiMemory = ({ findKey, tokenState, version, changes, now }: Deps) => {
  const lifeMs = () => LIFE_MS
  // What follows the counts is the name that was asked for; no id has a space.
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
  /** Asked before what is remembered under it is read. */
  const count = async (): Promise<string> => `${version.current()} ${await counts.get(String(version.current()))}`
  return {
    findKey: async (hash: Buffer) => await keys.get(`${await count()} ${hash.toString('hex')}`),
    tokenState: async ({ clientId, jti, grantId = '' }: TokenName) =>
      await tokens.get(`${await count()} ${clientId} ${jti} ${grantId}`),
  }
}
