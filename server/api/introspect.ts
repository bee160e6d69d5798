// What a client is told about a token (RFC 7662): everything about a live one of its own, nothing about any other.

import { type KnownToken, tokenFault } from './authenticate.ts'
import { scopesWithin } from './scopes.ts'
import type { Opened } from './tokens.ts'

export type Introspection =
  | { active: false }
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
  tokenState: (token: { clientId: string; jti: string }) => Promise<KnownToken | undefined>
  publicUrl: string
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

export const createIntrospect =
  ({ openToken, tokenState, publicUrl }: Deps) =>
  async (text: string, clientId: string): Promise<Introspection> => {
    const opened = await openToken(text)
    if (!opened.ok || opened.token.clientId !== clientId) return { active: false }
    const { token } = opened
    const state = await tokenState(token)
    if (!state || tokenFault(token, state)) return { active: false }
    return {
      active: true,
      client_id: clientId,
      sub: clientId,
      scope: scopesWithin(token.scopes, state.clientScopes).join(' '),
      token_type: 'Bearer',
      iat: seconds(token.issuedAt),
      exp: seconds(token.expiresAt),
      iss: publicUrl,
      aud: `${publicUrl}/v1`,
      jti: token.jti,
    }
  }
