// Access tokens of our API: JWTs by RFC 9068, signed by us, valid for a quarter of an hour. authenticate.ts checks in
// the database whether the token's client still has access.

import { errors, jwtVerify, SignJWT } from 'jose'
import { newId } from '../ids.ts'
import { type KeyRing, SIGNING_ALGORITHM } from './key-ring.ts'
import { parseScopeText, type Scope } from './scopes.ts'

const LIFE_SECONDS = 15 * 60
const TYPE = 'at+jwt'
/** Ours have about 600 characters; nobody makes us parse more. */
const MAX_LENGTH = 4_096

export type OpenedToken = {
  jti: string
  clientId: string
  /** What a person has agreed to; undefined for a client that acts for itself. */
  grantId?: string | undefined
  /** That person; else the client. */
  subject: string
  scopes: Scope[]
  issuedAt: Date
  expiresAt: Date
}

/** `invalid`: not signed by us, or not an access token. */
export type Opened = { ok: true; token: OpenedToken } | { ok: false; reason: 'invalid' | 'expired' }

type Deps = {
  keyRing: KeyRing
  /** Our public address; no slash at the end. */
  publicUrl: string
  now: () => Date
}

type Grant = {
  clientId: string
  scopes: readonly Scope[]
  /** Tokens issued before are refused: a new one must not be, although it may be issued in the same second. */
  validFrom: Date
  /** Whose behalf it is on. */
  grant?: { id: string; userId: string } | undefined
}

export type TokenIssuer = ReturnType<typeof createTokenIssuer>

/** Issues and verifies access tokens. */
export const createTokenIssuer = ({ keyRing, publicUrl, now }: Deps) => {
  const audience = `${publicUrl}/v1`

  return {
    /** Signs a token. The client must have been authenticated, the scopes must be its own. */
    async issue({
      clientId,
      scopes,
      validFrom,
      grant,
    }: Grant): Promise<{ accessToken: string; expiresInSeconds: number }> {
      const issuedAt = Math.floor(Math.max(now().getTime(), validFrom.getTime()) / 1000)
      const { kid, key } = await keyRing.signer()
      const behalf = grant ? { grant_id: grant.id } : {}
      const accessToken = await new SignJWT({ client_id: clientId, scope: scopes.join(' '), ...behalf })
        .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: TYPE, kid })
        .setIssuer(publicUrl)
        .setAudience(audience)
        .setSubject(grant?.userId ?? clientId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFE_SECONDS)
        .setJti(newId())
        .sign(key)
      return { accessToken, expiresInSeconds: LIFE_SECONDS }
    },

    /** What a token says, once its signature, type, issuer, audience and age are proven. */
    async open(text: string): Promise<Opened> {
      if (text.length > MAX_LENGTH) return { ok: false, reason: 'invalid' }
      try {
        const { payload } = await jwtVerify<{ client_id: string; scope: string; grant_id?: string }>(
          text,
          async ({ kid = '' }) => {
            const key = await keyRing.verifier(kid)
            if (!key) throw new errors.JWKSNoMatchingKey()
            return key
          },
          {
            algorithms: [SIGNING_ALGORITHM],
            typ: TYPE,
            issuer: publicUrl,
            audience,
            currentDate: now(),
            requiredClaims: ['exp', 'iat', 'sub', 'jti', 'client_id', 'scope'],
          },
        )
        const { jti, client_id: clientId, grant_id: grantId, sub, scope, iat, exp } = payload
        return {
          ok: true,
          token: {
            jti: jti!,
            clientId,
            grantId,
            subject: sub!,
            scopes: parseScopeText(scope).scopes,
            issuedAt: new Date(iat! * 1000),
            expiresAt: new Date(exp! * 1000),
          },
        }
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { ok: false, reason: 'expired' }
        if (error instanceof errors.JOSEError) return { ok: false, reason: 'invalid' }
        throw error
      }
    },
  }
}
