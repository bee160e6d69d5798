// The door of our API /v1: an access token or API key with the route's scopes, within its client's limits. Every call
// of a known client is counted, refused ones included.

import type { Request } from 'express'
import type { ApiCaller, Authenticate, Identity, RefusalReason } from '../../api/authenticate.ts'
import { SCOPES, type Scope } from '../../api/scopes.ts'
import type { CountedCall } from '../../api/usage-meter.ts'
import { AppError, type ErrorCode } from '../../errors.ts'
import type { ApiLimits } from '../api/limits.ts'

export type ApiDoorDeps = {
  authenticate: Authenticate
  limits: ApiLimits
  count: (call: CountedCall) => void
  /** Whether the tenant still has the app; called for every request, so answer from a cache. */
  installed: (tenantId: string) => Promise<boolean>
}

/** Challenges of RFC 6750 (3.1); the error handler sets the bare one for a request without credentials. */
const INVALID_TOKEN = 'Bearer error="invalid_token"'

type Refusal = { code: ErrorCode; detail?: string; challenge?: string }

const invalid = (detail?: string): Refusal => ({
  code: 'credential_invalid',
  challenge: INVALID_TOKEN,
  ...(detail ? { detail } : {}),
})

const REFUSALS: Record<RefusalReason, Refusal> = {
  missing: {
    code: 'unauthenticated',
    detail: 'Send an API key or an access token in the header Authorization: Bearer, or an API key in X-API-Key.',
  },
  scheme: {
    code: 'unauthenticated',
    detail: 'Begin the header Authorization with Bearer and a space, then the API key or the access token.',
  },
  client_secret: invalid(
    'This is a client secret. Send an API key, or get an access token for the secret at /oauth/token.',
  ),
  two_credentials: {
    code: 'invalid_request',
    detail: 'Send the header Authorization or X-API-Key, not both.',
    challenge: 'Bearer error="invalid_request"',
  },
  key_form: invalid('This is not an API key. Keys begin with rk_live_ or rk_test_.'),
  key_incomplete: invalid('The API key was not copied completely.'),
  key_checksum: invalid('The API key has a wrong character in it. Copy it again.'),
  unknown: invalid(),
  expired: { code: 'credential_expired', challenge: INVALID_TOKEN },
  revoked: { code: 'credential_revoked', challenge: INVALID_TOKEN },
  client_disabled: {
    code: 'credential_revoked',
    detail: 'The app that this credential belongs to is switched off in the developer pages of the account.',
    challenge: INVALID_TOKEN,
  },
  address: { code: 'address_not_allowed' },
  no_sandbox: { code: 'sandbox_unavailable' },
}

/** Clients behind a gateway do not know the address that we see. */
const refusalOf = (reason: RefusalReason, { ip }: Request): Refusal => {
  if (reason !== 'address' || ip === undefined) return REFUSALS[reason]
  const seen = ip.replace(/^::ffff:/, '')
  return {
    ...REFUSALS.address,
    detail: `The key does not allow ${seen}. Call from an address that it allows, or allow this one.`,
  }
}

const refuse = (request: Request, { code, detail, challenge }: Refusal): AppError => {
  if (challenge) request.res?.set('WWW-Authenticate', challenge)
  return new AppError(code, detail ? { detail } : {})
}

const demandScopes = (request: Request, { scopes }: ApiCaller, demanded: readonly Scope[]): void => {
  const missing = demanded.filter((scope) => !scopes.includes(scope))
  if (missing.length === 0) return
  request.res?.set('WWW-Authenticate', `Bearer error="insufficient_scope", scope="${demanded.join(' ')}"`)
  throw new AppError('insufficient_scope', {
    detail: `The credential lacks ${missing.map((scope) => `${scope} (${SCOPES[scope]})`).join(', ')}.`,
    extra: { missingScopes: missing },
  })
}

/** The status under which a caller's disconnect is counted, nginx's convention. */
const CLIENT_GONE = 499

/**
 * Throws `unauthenticated`, `invalid_request`, `credential_invalid`, `credential_expired`, `credential_revoked`,
 * `address_not_allowed`, `sandbox_unavailable`, `insufficient_scope`, `not_installed` and `too_many_requests`.
 */
export const createApiDoor = ({ authenticate, limits, count, installed }: ApiDoorDeps) => {
  const countWhenOver = (request: Request, { ownerLocationId, clientId, keyId }: Identity): void => {
    const response = request.res!
    response.once('close', () => {
      count({
        locationId: ownerLocationId,
        clientId,
        keyId,
        route: `${request.method} ${response.locals.route}`,
        status: response.writableFinished ? response.statusCode : CLIENT_GONE,
      })
    })
  }

  return ({ scopes }: { scopes: readonly Scope[] }) =>
    async (request: Request): Promise<ApiCaller> => {
      const result = await authenticate({
        authorization: request.get('authorization'),
        apiKey: request.get('x-api-key'),
        address: () => request.ip,
      })
      const identity = result.ok ? result.caller : result.identity
      if (identity) countWhenOver(request, identity)
      if (!result.ok) throw refuse(request, refusalOf(result.reason, request))
      const { caller } = result
      // Before the scopes: a client that keeps being refused is limited too.
      await limits(request, caller)
      for (const tenant of [caller.ownerLocationId, caller.grant?.locationId]) {
        if (tenant !== undefined && !(await installed(tenant))) throw new AppError('not_installed')
      }
      demandScopes(request, caller, scopes)
      return caller
    }
}

export type ApiDoor = ReturnType<typeof createApiDoor>
