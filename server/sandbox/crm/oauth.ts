// The token endpoint, in the dated shape (snake_case) and in v3's (camelCase).

import { z } from 'zod'
import { type AnyOperation, BEFORE_V3, ONLY_V3, operation } from './operation.ts'
import type { SimulatedApp } from './options.ts'
import { foreignLocation, Refusal, unprocessable } from './refusal.ts'
import type { Grant } from './rows.ts'
import type { State } from './state.ts'
import { grantOf, type IssuedTokens, type Tokens } from './tokens.ts'
import { optional, required } from './validation.ts'

const grantType = z.enum(['authorization_code', 'refresh_token', 'client_credentials'])
const userType = z.enum(['Company', 'Location']).optional()

const datedBody = z.strictObject({
  client_id: required,
  client_secret: required,
  grant_type: grantType,
  code: optional,
  refresh_token: optional,
  user_type: userType,
  redirect_uri: optional,
})

const v3Body = z.strictObject({
  clientId: required,
  clientSecret: required,
  grantType,
  code: optional,
  refreshToken: optional,
  userType,
  redirectUri: optional,
})

type TokenRequest = z.infer<typeof v3Body>

/** The dated answer; v3 has the same members in camelCase. */
const datedAnswer = (grant: Grant, issued: IssuedTokens): Record<string, unknown> => ({
  access_token: issued.accessToken,
  token_type: 'Bearer',
  expires_in: issued.expiresIn,
  refresh_token: issued.refreshToken,
  refreshTokenId: issued.refreshTokenId,
  scope: grant.scopes.join(' '),
  userType: grant.kind,
  companyId: grant.companyId,
  ...(grant.locationId && { locationId: grant.locationId }),
  isBulkInstallation: grant.isBulk,
  userId: grant.userId ?? '',
})

const camel = (key: string): string => key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const inV3 = (answer: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(answer).map(([key, value]) => [camel(key), value]))

type Parts = { state: State; tokens: Tokens; apps: readonly SimulatedApp[] }

/** The token endpoints. */
export const oauthOperations = ({ state, tokens, apps }: Parts): AnyOperation[] => {
  const refuseInactive = (locationId: string | undefined): void => {
    if (locationId && !state.locations.get(locationId)?.isActive) throw new Refusal(400, 'Location is not active')
  }

  const byCode = (request: TokenRequest): Grant => {
    if (!request.code) throw unprocessable('code should not be empty')
    const code = tokens.takeCode(request.code, request.clientId)
    if (!code) throw new Refusal(400, 'Invalid grant: authorization code is invalid')
    if (request.redirectUri !== undefined && request.redirectUri !== code.redirectUri) {
      throw new Refusal(400, 'Invalid grant: `redirect_uri` is invalid')
    }
    refuseInactive(code.locationId)
    return grantOf(code)
  }

  const byRefreshToken = (request: TokenRequest): Grant => {
    if (!request.refreshToken) throw unprocessable('refresh_token should not be empty')
    const grant = tokens.peekRefresh(request.refreshToken, request.clientId)
    if (!grant) throw new Refusal(400, 'Invalid grant: refresh token is invalid')
    // Refused before it is used up: the token works again once the location is active.
    refuseInactive(grant.locationId)
    tokens.useRefresh(request.refreshToken)
    return grantOf(grant)
  }

  const exchange = (request: TokenRequest): Record<string, unknown> => {
    const app = apps.find(({ clientId }) => clientId === request.clientId)
    if (app?.clientSecret !== request.clientSecret) throw new Refusal(401, 'Invalid client: client is invalid')
    if (request.grantType === 'client_credentials') {
      throw new Refusal(400, 'Unsupported grant type: `grant_type` is invalid')
    }
    const grant = request.grantType === 'refresh_token' ? byRefreshToken(request) : byCode(request)
    state.count(request.grantType === 'refresh_token' ? 'tokens.refreshed' : 'tokens.exchanged')
    return datedAnswer(grant, tokens.issue(grant))
  }

  const locationToken = (grant: Grant, body: { companyId: string; locationId: string }): Record<string, unknown> => {
    const location = state.locations.get(body.locationId)
    if (body.companyId !== grant.companyId || location?.companyId !== grant.companyId) throw foreignLocation()
    const installation = state.installations.get(`${grant.clientId} ${location.id}`)
    if (!installation) throw new Refusal(400, 'App is not installed on this location')
    refuseInactive(location.id)
    const issuedFor: Grant = {
      ...grantOf(grant),
      kind: 'Location',
      isBulk: false,
      locationId: location.id,
      userId: installation.userId ?? grant.userId,
      scopes: installation.scopes,
    }
    state.count('tokens.minted')
    return {
      ...datedAnswer(issuedFor, tokens.issue(issuedFor)),
      appId: grant.appId,
      versionId: grant.appId,
    }
  }

  const minting = {
    method: 'POST' as const,
    tokens: ['Company'] as const,
    scopes: ['oauth.write'],
    body: z.strictObject({ companyId: required, locationId: required }),
  }

  return [
    // v3 first: the dated row takes any version, and none.
    operation({
      method: 'POST',
      path: '/oauth/token',
      versions: ONLY_V3,
      body: v3Body,
      handle: ({ body }) => inV3(exchange(body)),
    }),
    operation({
      method: 'POST',
      path: '/oauth/token',
      body: datedBody,
      handle: ({ body }) =>
        exchange({
          clientId: body.client_id,
          clientSecret: body.client_secret,
          grantType: body.grant_type,
          code: body.code,
          refreshToken: body.refresh_token,
          userType: body.user_type,
          redirectUri: body.redirect_uri,
        }),
    }),
    operation({
      ...minting,
      path: '/oauth/locationToken',
      versions: BEFORE_V3,
      handle: ({ grant, body }) => locationToken(grant, body),
    }),
    operation({
      ...minting,
      path: '/oauth/location-token',
      versions: ONLY_V3,
      handle: ({ grant, body }) => inV3(locationToken(grant, body)),
    }),
    operation({
      method: 'POST',
      path: '/oauth/reconnect',
      handle() {
        throw new Refusal(400, 'API endpoint has been removed')
      },
    }),
  ]
}
