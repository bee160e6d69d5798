// private_key_jwt (RFC 7523): a client authenticates with a short-lived JWT signed with its own key.

import { decodeJwt, errors, importJWK, type JWK, type JWTPayload, jwtVerify } from 'jose'
import { algorithmsOf } from './public-keys.ts'

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const MAX_LIFE_SECONDS = 5 * 60
/** How far a client's clock may be off. */
const SKEW_SECONDS = 30
const MAX_LENGTH = 8_192

type Assertion = {
  jti: string
  /** Until then it would be accepted again, so until then its use must be remembered. */
  expiresAt: Date
}

export type CheckedAssertion = { ok: true; assertion: Assertion } | { ok: false; detail: string }

/** Who an assertion says it is from; nothing of it is proven. Undefined when it is not a JWT that names somebody. */
export const claimedClient = (text: string): string | undefined => {
  if (text.length > MAX_LENGTH) return undefined
  try {
    const { sub } = decodeJwt(text)
    return typeof sub === 'string' && sub.length > 0 ? sub : undefined
  } catch {
    return undefined
  }
}

type Check = {
  clientId: string
  /** The client's registered keys. */
  keys: { kid: string; jwk: JWK }[]
  /** What `aud` may be; one of them must be the only audience. */
  audiences: readonly string[]
  now: Date
}

const refuse = (detail: string): CheckedAssertion => ({ ok: false, detail })

const NO_MATCH = 'The assertion is not signed with a registered key of this app.'

const NO_KID = 'Several keys of this app fit. Put the kid that stands beside your key into the header of the assertion.'

const claimFault = ({ claim, reason }: errors.JWTClaimValidationFailed, { clientId, audiences }: Check): string => {
  if (reason === 'missing') return `The assertion lacks ${claim}.`
  const wanted: Record<string, string> = { aud: audiences.join(' or '), iss: clientId, sub: clientId }
  return wanted[claim] ? `The assertion's ${claim} must be ${wanted[claim]}.` : `The assertion's ${claim} is not right.`
}

/** Checks everything but whether the assertion was used before. */
export const checkAssertion = async (text: string, check: Check): Promise<CheckedAssertion> => {
  try {
    return checkClaims(await verifiedClaims(text, check), check)
  } catch (error) {
    if (error instanceof errors.JWTExpired) return refuse('The assertion has expired; make a new one per request.')
    if (error instanceof errors.JWTClaimValidationFailed) return refuse(claimFault(error, check))
    if (error instanceof errors.JWKSMultipleMatchingKeys) return refuse(NO_KID)
    if (error instanceof errors.JOSEError) return refuse(NO_MATCH)
    throw error
  }
}

/** The key is chosen by `kid`, which need not be named when one key alone fits the algorithm. */
const verifiedClaims = async (text: string, { clientId, keys, audiences, now }: Check): Promise<JWTPayload> => {
  const { payload } = await jwtVerify(
    text,
    async ({ kid, alg }) => {
      // The algorithm must fit the key: the header alone must not choose it.
      const fitting = keys.filter(({ jwk }) => algorithmsOf(jwk).includes(alg))
      if (kid === undefined && fitting.length > 1) throw new errors.JWKSMultipleMatchingKeys()
      const found = kid === undefined ? fitting[0] : fitting.find((key) => key.kid === kid)
      if (!found) throw new errors.JWKSNoMatchingKey()
      return await importJWK(found.jwk, alg)
    },
    {
      issuer: clientId,
      subject: clientId,
      audience: [...audiences],
      currentDate: now,
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['exp', 'jti'],
    },
  )
  return payload
}

const checkClaims = ({ aud, exp, iat, jti }: JWTPayload, { now }: Check): CheckedAssertion => {
  const seconds = now.getTime() / 1000
  // More than one audience would let one receiver use the assertion at the other.
  if (Array.isArray(aud) && aud.length !== 1) return refuse("The assertion's aud must name one audience.")
  if (exp! - seconds > MAX_LIFE_SECONDS + SKEW_SECONDS) {
    return refuse(`The assertion may live for ${MAX_LIFE_SECONDS} seconds at most.`)
  }
  if (iat !== undefined && iat - seconds > SKEW_SECONDS) return refuse("The assertion's iat lies in the future.")
  if (typeof jti !== 'string' || jti.length === 0) return refuse("The assertion's jti must be a text.")
  return { ok: true, assertion: { jti, expiresAt: new Date((exp! + SKEW_SECONDS) * 1000) } }
}
