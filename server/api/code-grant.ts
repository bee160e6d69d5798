// The authorization code grant with PKCE (RFC 6749 4.1, RFC 7636): what a client must send, and what it gets for codes
// and refresh tokens. Refusals are return values, not exceptions. Knows no express and no database.

import { createHash } from 'node:crypto'
import type { KnownClient } from './client-authentication.ts'
import type { OAuthFault } from './oauth-fault.ts'
import { parseScopeText, type Role, type Scope, scopesOfRole, scopesWithin } from './scopes.ts'

/** 43 characters are what SHA-256 makes in base64url. */
export const CODE_CHALLENGE = /^[\w-]{43}$/
const CODE_VERIFIER = /^[\w.~-]{43,128}$/

/** The S256 code challenge of a verifier (RFC 7636, 4.2). */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

export type CodeGrant = {
  id: string
  locationId: string
  userId: string
  userRole: Role
  scopes: string[]
}

type Redeemed =
  | { ok: true; grant: CodeGrant; refreshToken: string }
  | { ok: false; reason: 'unknown' | 'reused' | 'mismatch' }

type By = Pick<KnownClient, 'mode' | 'isPublic'> & { clientId: string; requestId: string }

type Deps = {
  redeemCode: (code: string, by: By & { redirectUri: string; codeChallenge: string }) => Promise<Redeemed>
  /** `mismatch`, and the token stays good, when it does not fit. */
  refresh: (token: string, by: By & { fits: (grant: CodeGrant) => boolean }) => Promise<Redeemed>
  /** What the person is in the account now; undefined when they are there no more. The last known role when nobody can tell. */
  roleNow: (grant: CodeGrant) => Promise<Role | undefined>
  /** Ends the grant of a person who is not there any more. */
  end: (grant: CodeGrant, by: By) => Promise<void>
  /** Whether the tenant still has the app; answer from memory. */
  installed: (tenantId: string) => Promise<boolean>
}

export type Exchanged = { ok: true; grant: CodeGrant; scopes: Scope[]; refreshToken: string } | OAuthFault

const invalidGrant = (description: string): OAuthFault => ({ ok: false, error: 'invalid_grant', description })
const invalidRequest = (description: string): OAuthFault => ({ ok: false, error: 'invalid_request', description })

const REASONS: Record<'code' | 'token', Record<'unknown' | 'reused' | 'mismatch', OAuthFault>> = {
  code: {
    unknown: invalidGrant('The code is unknown, too old or of another client.'),
    reused: invalidGrant('The code was used before; for safety the access that came with it has ended.'),
    mismatch: invalidGrant(
      'The redirect_uri or the code_verifier does not match the authorization request. The code is used up; start a new one.',
    ),
  },
  token: {
    unknown: invalidGrant('The refresh token is unknown, too old or ended.'),
    reused: invalidGrant('The refresh token was used before; for safety the access that came with it has ended.'),
    mismatch: { ok: false, error: 'invalid_scope', description: 'More is asked for than was agreed to.' },
  },
}

type Wish = { client: KnownClient; wanted: string | undefined }

/** What a client was allowed, or as much of it as is wanted; undefined when that is more. */
const agreedOf = (grant: CodeGrant, { client, wanted }: Wish): Scope[] | undefined => {
  const own = scopesWithin(grant.scopes, client.scopes)
  if (wanted === undefined) return own
  const { scopes, unknown } = parseScopeText(wanted)
  return unknown.length > 0 || scopes.some((scope) => !own.includes(scope)) ? undefined : scopes
}

const byOf = ({ id: clientId, mode, isPublic }: KnownClient, requestId: string): By => ({
  clientId,
  mode,
  isPublic,
  requestId,
})

/** What is asked of the token endpoint, by its form. */
export const createCodeGrant = ({ redeemCode, refresh, roleNow, end, installed }: Deps) => {
  const redeemed = async (kind: 'code' | 'token', result: Redeemed, by: By, wish: Wish): Promise<Exchanged> => {
    if (!result.ok) return REASONS[kind][result.reason]
    const { grant, refreshToken } = result
    if (!(await installed(grant.locationId))) return invalidGrant('The account does not have the app any more.')
    const role = await roleNow(grant)
    if (role === undefined) {
      await end(grant, by)
      return invalidGrant('The person who has agreed is not in the account any more.')
    }
    // The person may do less than they could when they agreed: then that is what there is (RFC 6749, 3.3).
    const scopes = scopesWithin(agreedOf(grant, wish) ?? [], scopesOfRole(role))
    return { ok: true, grant, scopes, refreshToken }
  }

  return {
    async byCode(form: Record<string, string>, client: KnownClient, requestId: string): Promise<Exchanged> {
      const { code, redirect_uri: redirectUri, code_verifier: verifier } = form
      if (code === undefined) return invalidRequest('Send the code.')
      if (redirectUri === undefined) return invalidRequest('Send the redirect_uri of the authorization request.')
      if (!CODE_VERIFIER.test(verifier ?? '')) return invalidRequest('Send the code_verifier of 43 to 128 characters.')
      const by = byOf(client, requestId)
      const result = await redeemCode(code, { ...by, redirectUri, codeChallenge: challengeOf(verifier!) })
      return await redeemed('code', result, by, { client, wanted: undefined })
    },

    async byRefreshToken(form: Record<string, string>, client: KnownClient, requestId: string): Promise<Exchanged> {
      const { refresh_token: token, scope: wanted } = form
      if (token === undefined) return invalidRequest('Send the refresh_token.')
      const by = byOf(client, requestId)
      const wish = { client, wanted }
      const fits = (grant: CodeGrant): boolean => agreedOf(grant, wish) !== undefined
      return await redeemed('token', await refresh(token, { ...by, fits }), by, wish)
    },
  }
}

export type CodeGrants = ReturnType<typeof createCodeGrant>
