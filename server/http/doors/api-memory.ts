// A memory of seconds between the door of our API and the database. A change of any credential in this process empties it
// at once (the count in the key); elsewhere a revocation is seen when the seconds are over. No channel between nodes that
// could fail unnoticed.

import type { KnownKey, KnownToken, TokenName } from '../../api/authenticate.ts'
import { createBriefCache } from '../brief-cache.ts'

const LIFE_MS = 5_000

type Deps = {
  findKey: (hash: Buffer) => Promise<KnownKey | undefined>
  tokenState: (token: TokenName) => Promise<KnownToken | undefined>
  /** Counts the changes of credentials made by this process. */
  version: { current(): number }
  now: () => Date
}

export const createApiMemory = ({ findKey, tokenState, version, now }: Deps) => {
  const lifeMs = () => LIFE_MS
  // What follows the first space is the name that was asked for; no id has one.
  const keys = createBriefCache({
    load: (name) => findKey(Buffer.from(name.split(' ')[1]!, 'hex')),
    lifeMs,
    now,
  })
  const tokens = createBriefCache({
    load: (name) => {
      const [, clientId, jti, grantId] = name.split(' ')
      return tokenState({ clientId: clientId!, jti: jti!, grantId: grantId || undefined })
    },
    lifeMs,
    now,
  })
  return {
    findKey: (hash: Buffer) => keys.get(`${version.current()} ${hash.toString('hex')}`),
    tokenState: ({ clientId, jti, grantId = '' }: TokenName) =>
      tokens.get(`${version.current()} ${clientId} ${jti} ${grantId}`),
  }
}
