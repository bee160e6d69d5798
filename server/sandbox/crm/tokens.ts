// Codes, access tokens and refresh tokens. Kept by their hash only; access tokens look like the platform's (JWT), but
// nothing in them is trusted.

import { createHash, randomBytes } from 'node:crypto'
import type { AuthorizationCode, Credential, Grant } from './rows.ts'
import { ownerKey, type State } from './state.ts'

const CODE_LIFE_MS = 60_000
const REFRESH_LIFE_MS = 365 * 86_400_000

const hash = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export type IssuedTokens = { accessToken: string; refreshToken: string; refreshTokenId: string; expiresIn: number }

/** Only the members of a grant, whatever else `source` has. */
export const grantOf = (source: Grant): Grant => ({
  clientId: source.clientId,
  appId: source.appId,
  kind: source.kind,
  companyId: source.companyId,
  locationId: source.locationId,
  userId: source.userId,
  scopes: source.scopes,
  isBulk: source.isBulk,
})

type TokensOptions = { state: State; now: () => Date; lifeSeconds: number }

/** The token side of the simulation. */
export const createTokens = ({ state, now, lifeSeconds }: TokensOptions) => {
  const isLive = ({ expiresAt }: Credential): boolean => expiresAt > now().getTime()

  const dropExpired = (owner: string): void => {
    for (const row of state.accessTokens.by('owner', owner)) if (!isLive(row)) state.accessTokens.delete(row.id)
    for (const row of state.codes.by('owner', owner)) if (!isLive(row)) state.codes.delete(row.id)
  }

  const accessTokenText = (grant: Grant): string => {
    const payload = {
      authClass: grant.kind,
      authClassId: grant.locationId ?? grant.companyId,
      source: 'INTEGRATION',
      channel: 'OAUTH',
      primaryAuthClassId: grant.locationId ?? grant.companyId,
      iat: Math.floor(now().getTime() / 1000),
      jti: randomBytes(12).toString('hex'),
    }
    return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(payload)}.${randomBytes(24).toString('base64url')}`
  }

  return {
    /** A new pair for `grant`; the refresh token works once. */
    issue(grant: Grant): IssuedTokens {
      const accessToken = accessTokenText(grant)
      const refreshToken = randomBytes(48).toString('base64url')
      const at = now().getTime()
      dropExpired(ownerKey({ ...grant, id: '', expiresAt: 0 }))
      state.accessTokens.put({ ...grantOf(grant), id: hash(accessToken), expiresAt: at + lifeSeconds * 1000 })
      state.refreshTokens.put({ ...grantOf(grant), id: hash(refreshToken), expiresAt: at + REFRESH_LIFE_MS })
      return { accessToken, refreshToken, refreshTokenId: randomBytes(12).toString('hex'), expiresIn: lifeSeconds }
    },
    /** Whom an access token stands for; undefined when unknown or expired. */
    grantOf(accessToken: string): Grant | undefined {
      const row = state.accessTokens.get(hash(accessToken))
      return row && isLive(row) ? row : undefined
    },
    /** Whom a refresh token stands for, without using it up. */
    peekRefresh(refreshToken: string, clientId: string): Grant | undefined {
      const row = state.refreshTokens.get(hash(refreshToken))
      return row && row.clientId === clientId && isLive(row) ? row : undefined
    },
    useRefresh(refreshToken: string): void {
      state.refreshTokens.delete(hash(refreshToken))
    },
    /** A new code for `grant`: single use, 60 seconds. */
    newCode(grant: Grant, details: Pick<AuthorizationCode, 'redirectUri' | 'approvedLocations'>): string {
      const code = randomBytes(20).toString('hex')
      state.codes.put({ ...grantOf(grant), ...details, id: hash(code), expiresAt: now().getTime() + CODE_LIFE_MS })
      return code
    },
    /** What a code stands for; it is used up even when it turns out to be too old. */
    takeCode(code: string, clientId: string): AuthorizationCode | undefined {
      const row = state.codes.get(hash(code))
      if (!row || row.clientId !== clientId) return undefined
      state.codes.delete(row.id)
      return isLive(row) ? row : undefined
    },
    /** Ends every credential of one owner: after an uninstall. */
    revoke(owner: { clientId: string; locationId?: string | undefined; companyId: string }): void {
      const key = `${owner.clientId} ${owner.locationId ?? owner.companyId}`
      for (const table of [state.codes, state.accessTokens, state.refreshTokens]) {
        for (const row of table.by('owner', key)) table.delete(row.id)
      }
    },
    /** Access tokens of a location or company expire now; refresh tokens stay. */
    expire(resourceId: string): void {
      for (const row of [...state.accessTokens.all()]) {
        if ((row.locationId ?? row.companyId) === resourceId) state.accessTokens.put({ ...row, expiresAt: 0 })
      }
    },
    /** All tokens of a location or company, and those made from them, are without these scopes. */
    withdraw(resourceId: string, scopes: readonly string[]): void {
      const less = <Row extends Credential>(row: Row): Row => ({
        ...row,
        scopes: row.scopes.filter((scope) => !scopes.includes(scope)),
      })
      const isTheirs = (row: Grant): boolean => (row.locationId ?? row.companyId) === resourceId
      for (const row of [...state.accessTokens.all()]) if (isTheirs(row)) state.accessTokens.put(less(row))
      for (const row of [...state.refreshTokens.all()]) if (isTheirs(row)) state.refreshTokens.put(less(row))
    },
    /** Refresh tokens of a location or company are gone, as if somebody else had used them. */
    forgetRefresh(resourceId: string): void {
      for (const row of [...state.refreshTokens.all()]) {
        if ((row.locationId ?? row.companyId) === resourceId) state.refreshTokens.delete(row.id)
      }
    },
  }
}

export type Tokens = ReturnType<typeof createTokens>
