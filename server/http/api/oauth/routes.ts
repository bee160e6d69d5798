// Where clients of our API get their access tokens: RFC 6749 (client credentials, codes, refresh tokens), 7009 (revocation), 7662
// (introspection), 8414 (discovery), 7517 (keys). The door of the rows is open; each endpoint asks for the client itself,
// since OAuth has its own words for refusing one.

import { looksLikeApiKey } from '../../../api/api-key.ts'
import type { CodeGrants, Exchanged } from '../../../api/code-grant.ts'
import { parseCredential } from '../../../api/credential-text.ts'
import { GRANT_TYPES, grantScopes } from '../../../api/grant.ts'
import type { createIntrospect } from '../../../api/introspect.ts'
import type { KeyRing } from '../../../api/key-ring.ts'
import type { OAuthFault } from '../../../api/oauth-fault.ts'
import type { Scope } from '../../../api/scopes.ts'
import type { TokenIssuer } from '../../../api/tokens.ts'
import type { RecordChange } from '../../../store/credential-change.ts'
import type { Tx } from '../../../store/db.ts'
import type { AuditRecord } from '../../perform.ts'
import { json } from '../../reply.ts'
import { defineRoute, type Route } from '../../route.ts'
import { createEndpoint, type EndpointDeps, type OAuthCall } from './endpoint.ts'
import { authorizationServerMetadata } from './metadata.ts'
import { recordAsClient } from './record-as-client.ts'

export type OAuthDeps = EndpointDeps & {
  tokens: TokenIssuer
  codeGrants: CodeGrants
  /** Ends the grant behind a client's refresh token, and calls `recordFor` in the transaction in which that happens. */
  endByRefreshToken: (
    token: string,
    by: { clientId: string; recordFor: (locationId: string) => RecordChange },
  ) => Promise<unknown>
  keyRing: Pick<KeyRing, 'published'>
  introspect: ReturnType<typeof createIntrospect>
  /** Takes a token back, and calls `record` in the transaction in which that happens. */
  revokeToken: (
    locationId: string,
    token: {
      jti: string
      clientId: string
      expiresAt: Date
      record: RecordChange
    },
  ) => Promise<unknown>
  recordAudit: (locationId: string, record: AuditRecord, tx?: Tx) => Promise<unknown>
  /** Whether the tenant still has the app; answer from memory. */
  installed: (tenantId: string) => Promise<boolean>
  publicUrl: string
}

/** What everybody may read may be kept for a while; keys are published a day before they are used. */
const CACHEABLE = { 'Cache-Control': 'public, max-age=300' }

const fault = (error: OAuthFault['error'], description: string): OAuthFault => ({ ok: false, error, description })

const NO_TOKEN = fault('invalid_request', 'Send the token.')

/** The OAuth endpoints. Refusals are answers in OAuth's own shape (RFC 6749, 5.2), never problem documents. */
export const oauthRoutes = (deps: OAuthDeps): Route[] => {
  const endpoint = createEndpoint(deps)

  const answerOf = async (
    { client }: OAuthCall,
    { scopes, grant, refreshToken }: { scopes: Scope[] } & Partial<Extract<Exchanged, { ok: true }>>,
  ) => {
    const { accessToken, expiresInSeconds } = await deps.tokens.issue({
      clientId: client.id,
      scopes,
      validFrom: client.tokensValidFrom,
      grant,
    })
    const token = { access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds }
    const scope = scopes.join(' ')
    return { ok: true as const, body: { ...token, scope, ...(refreshToken ? { refresh_token: refreshToken } : {}) } }
  }

  const forItself = async (call: OAuthCall) => {
    const { form, client } = call
    if (client.isPublic) {
      return fault('unauthorized_client', 'An app without a secret acts on behalf of people only; ask for a code.')
    }
    const granted = grantScopes(form, client.scopes)
    if (!granted.ok) return granted
    if (!(await deps.installed(client.locationId))) {
      return fault('unauthorized_client', 'The app is not installed for the account of this client any more.')
    }
    return await answerOf(call, granted)
  }

  const issue = async (call: OAuthCall) => {
    const { form, client, requestId } = call
    const { codeGrants } = deps
    const type = form.grant_type
    if (type === undefined) return fault('invalid_request', 'Send a grant_type.')
    if (type === 'client_credentials') return await forItself(call)
    if (type !== 'authorization_code' && type !== 'refresh_token') {
      return fault('unsupported_grant_type', `The grant_type must be one of ${GRANT_TYPES.join(', ')}.`)
    }
    const exchange = type === 'refresh_token' ? codeGrants.byRefreshToken : codeGrants.byCode
    const exchanged = await exchange(form, client, requestId)
    return exchanged.ok ? await answerOf(call, exchanged) : exchanged
  }

  const revoke = async ({ form, client, requestId }: OAuthCall) => {
    if (form.token === undefined) return NO_TOKEN
    if (looksLikeApiKey(form.token)) {
      return fault('unsupported_token_type', 'API keys are revoked in the developer pages of the account.')
    }
    const recordAs = recordAsClient(deps.recordAudit, { clientId: client.id, requestId })
    if (parseCredential('rkr', form.token).ok) {
      const recordFor = (locationId: string) => recordAs('oauth_grant.ended', locationId)
      await deps.endByRefreshToken(form.token, { clientId: client.id, recordFor })
      return { ok: true as const, body: {} }
    }
    const opened = await deps.tokens.open(form.token)
    // A token that opens nothing is as good as revoked (RFC 7009, 2.2).
    if (!opened.ok) return { ok: true as const, body: {} }
    const { jti, clientId, expiresAt } = opened.token
    if (clientId !== client.id) return fault('unauthorized_client', 'The token is of another client.')
    const record = recordAs('access_token.revoked', client.locationId)
    await deps.revokeToken(client.locationId, { jti, clientId, expiresAt, record })
    return { ok: true as const, body: {} }
  }

  const introspect = async ({ form, client }: OAuthCall) => {
    if (form.token === undefined) return NO_TOKEN
    // Whoever asks must have proven who they are (RFC 7662, 2.1).
    if (client.isPublic) return fault('unauthorized_client', 'An app without a secret cannot ask about tokens.')
    return { ok: true as const, body: await deps.introspect(form.token, client.id) }
  }

  return [
    defineRoute({
      method: 'GET',
      path: '/.well-known/oauth-authorization-server',
      door: 'open',
      audit: { none: 'reads only' },
      isShared: true,
      handler: () => json(authorizationServerMetadata(deps.publicUrl), { headers: CACHEABLE }),
    }),
    defineRoute({
      method: 'GET',
      path: '/oauth/jwks',
      door: 'open',
      audit: { none: 'reads only' },
      isShared: true,
      handler: async () => json(await deps.keyRing.published(), { headers: CACHEABLE }),
    }),
    defineRoute({
      method: 'POST',
      path: '/oauth/token',
      door: 'open',
      audit: { none: 'changes nothing; counted with the calls of the client, whose last use is kept' },
      isShared: true,
      handler: endpoint(issue),
    }),
    defineRoute({
      method: 'POST',
      path: '/oauth/revoke',
      door: 'open',
      audit: { none: 'recorded in the transaction of the revocation; any other token changes nothing' },
      isShared: true,
      handler: endpoint(revoke),
    }),
    defineRoute({
      method: 'POST',
      path: '/oauth/introspect',
      door: 'open',
      audit: { none: 'reads only' },
      handler: endpoint(introspect),
    }),
  ]
}
