// Compares a secret with its hash in constant time.

import { timingSafeEqual } from 'node:crypto'
import { hashOfCredential } from './credential-text.ts'

type Kept = { hash: Buffer; expiresAt: Date | null }

/** Whether `secret` is one of those that have not expired at `now`. Looks at all of them in any case. */
export const matchesSecret = (secret: string, kept: readonly Kept[], now: Date): boolean => {
  const hash = hashOfCredential(secret)
  let isMatch = false
  for (const candidate of kept) {
    const isSame = timingSafeEqual(hash, candidate.hash)
    const isInTime = candidate.expiresAt === null || candidate.expiresAt > now
    isMatch = (isSame && isInTime) || isMatch
  }
  return isMatch
}
