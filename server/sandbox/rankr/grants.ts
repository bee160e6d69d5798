// Authentication of the simulated Rankr's API: the workspace's key, or a token from a connection's client credentials.
// Tokens are in memory only.

import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Workspace } from './records.ts'

const TOKEN_SECONDS = 3_600
/** Who calls with the access that people copy. */
const BY_HAND = 'by-hand'

const isSame = (given: string, wanted: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Client id and secret of a connection. */
export const newCredentials = (): { clientId: string; clientSecret: string } => ({
  clientId: `rkc_${randomBytes(9).toString('base64url')}`,
  clientSecret: `rks_${randomBytes(24).toString('base64url')}`,
})

type Issued = { connectionId: string; expiresAt: number }

/** Issues tokens and identifies callers. */
export const createGrants = ({ workspace, now }: { workspace: Workspace; now: () => Date }) => {
  const tokens = new Map<string, Issued>()
  return {
    /** A token for an hour, or undefined when the credentials are nobody's. */
    issue({ clientId, clientSecret }: { clientId: string; clientSecret: string }) {
      const known = [...workspace.connections, { ...workspace.apiAccess, id: BY_HAND }]
      const found = known.find((one) => one.clientId !== undefined && one.clientId === clientId)
      if (!found?.clientSecret || !isSame(clientSecret, found.clientSecret)) return undefined
      const token = `rkt_${randomBytes(24).toString('base64url')}`
      tokens.set(token, { connectionId: found.id, expiresAt: now().getTime() + TOKEN_SECONDS * 1000 })
      return { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS }
    },
    /** Who calls, by the Authorization header; undefined when nobody may. */
    callerOf(header: string | undefined): string | undefined {
      const [scheme, key = ''] = (header ?? '').split(' ')
      if (scheme?.toLowerCase() !== 'bearer') return undefined
      if (isSame(key, workspace.apiKey)) return 'workspace'
      const issued = tokens.get(key)
      if (!issued || issued.expiresAt <= now().getTime()) return undefined
      const isKnown =
        issued.connectionId === BY_HAND || workspace.connections.some(({ id }) => id === issued.connectionId)
      return isKnown ? issued.connectionId : undefined
    },
    /** Every token ends now. */
    revokeAll: (): void => tokens.clear(),
  }
}

export type Grants = ReturnType<typeof createGrants>
