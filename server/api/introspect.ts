// Token introspection (RFC 7662): a client gets everything about its own active tokens, nothing about any other.

import { type KnownToken, reachOf, type TokenName, tokenFault } from './authenticate.ts'
import { parseCredential } from './credential-text.ts'
import type { Opened } from './tokens.ts'

export type Introspection =
  | { active: false }
  | {
      active: true
      client_id: string
      sub: string
      scope: string
      token_type: 'refresh_token'
      exp: number
      iss: string
    }
  | {
      active: true
      client_id: string
      sub: string
      scope: string
      token_type: 'Bearer'
      iat: number
      exp: number
      iss: string
      aud: string
      jti: string
    }

type Deps = {
  openToken: (text: string) => Promise<Opened>
  tokenState: (token: TokenName) => Promise<KnownToken | undefined>
  findByRefreshToken: (
    token: string,
    clientId: string,
  ) => Promise<{ userId: string; scopes: string[]; expiresAt: Date } | undefined>
  publicUrl: string
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/** Whether a token of this client works now, asked of the database each time. `exp` and `iat` in seconds since 1970. */
export const createIntrospect =
  ({ openToken, tokenState, findByRefreshToken, publicUrl }: Deps) =>
  async (text: string, clientId: string): Promise<Introspection> => {
    if (parseCredential('rkr', text).ok) {
      const grant = await findByRefreshToken(text, clientId)
      if (!grant) return { active: false }
      const { userId: sub, scopes, expiresAt } = grant
      const scope = scopes.join(' ')
      const exp = seconds(expiresAt)
      return { active: true, client_id: clientId, sub, scope, token_type: 'refresh_token', exp, iss: publicUrl }
    }
    const opened = await openToken(text)
    if (!opened.ok || opened.token.clientId !== clientId) return { active: false }
    const { token } = opened
    const state = await tokenState(token)
    if (!state || tokenFault(token, state)) return { active: false }
    return {
      active: true,
      client_id: clientId,
      sub: token.subject,
      scope: reachOf(token, state).join(' '),
      token_type: 'Bearer',
      iat: seconds(token.issuedAt),
      exp: seconds(token.expiresAt),
      iss: publicUrl,
      aud: `${publicUrl}/v1`,
      jti: token.jti,
    }
  }
