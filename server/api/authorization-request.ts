// Validates a request to the authorization endpoint (RFC 6749 4.1.1, RFC 7636, RFC 9207, RFC 9700), and decides whether
// a fault may be reported to the client's redirect URI. Pure.

import { CODE_CHALLENGE } from './code-grant.ts'
import type { CredentialMode } from './credential-text.ts'
import { isRedirectOf } from './redirect-uris.ts'
import { parseScopeText, type Role, repeatable, type Scope, scopesOfRole, scopesWithin } from './scopes.ts'

/** A client as the person who is asked may see it. */
export type AskingClient = {
  id: string
  name: string
  /** Whose client it is. */
  locationId: string
  mode: CredentialMode
  isEnabled: boolean
  /** It cannot keep a secret. */
  isPublic: boolean
  scopes: string[]
  redirectUris: string[]
}

export type AuthorizationParameters = Partial<
  Record<
    | 'response_type'
    | 'client_id'
    | 'redirect_uri'
    | 'scope'
    | 'state'
    | 'code_challenge'
    | 'code_challenge_method'
    | 'response_mode',
    string
  >
>

export type ReadAuthorization =
  /** Told to the person only: who asks is not known, or could be somebody else. */
  | { kind: 'refused'; reason: 'client' | 'redirect' }
  /** Told to the client, at its own address. */
  | { kind: 'returned'; redirectUri: string; error: string; description: string; state: string | undefined }
  | { kind: 'asked'; redirectUri: string; scopes: Scope[]; state: string | undefined; codeChallenge: string }

const STATE_MOST = 1_000

/** The validated request, or its fault and where it may be reported. */
export const readAuthorization = (
  parameters: AuthorizationParameters,
  client: AskingClient | undefined,
): ReadAuthorization => {
  if (!client?.isEnabled) return { kind: 'refused', reason: 'client' }
  const { redirect_uri: redirectUri, state, scope } = parameters
  if (redirectUri === undefined || !isRedirectOf(redirectUri, client.redirectUris, client)) {
    return { kind: 'refused', reason: 'redirect' }
  }
  const back = (error: string, description: string): ReadAuthorization => ({
    ...{ kind: 'returned', redirectUri, error, description },
    state: state !== undefined && state.length <= STATE_MOST ? state : undefined,
  })
  const { response_type: type, response_mode: mode = 'query', code_challenge: challenge = '' } = parameters
  if (type !== 'code') return back('unsupported_response_type', 'The response_type must be code.')
  if (mode !== 'query') return back('invalid_request', 'The response_mode must be query.')
  if (state !== undefined && state.length > STATE_MOST) return back('invalid_request', 'The state is too long.')
  if (parameters.code_challenge_method !== 'S256' || !CODE_CHALLENGE.test(challenge)) {
    return back('invalid_request', 'Send a code_challenge made with S256 and code_challenge_method=S256.')
  }
  const { scopes, unknown } = parseScopeText(scope ?? client.scopes.join(' '))
  const more: string[] = [
    ...scopes.filter((wanted) => !client.scopes.includes(wanted)),
    // A scope of the app that no longer exists is nobody's wish.
    ...(scope === undefined ? [] : unknown),
  ]
  if (more.length > 0 || scopes.length === 0) {
    const named = repeatable(more)
    return back('invalid_scope', named ? `The app does not have ${named}.` : 'Ask for scopes that the app has.')
  }
  return { kind: 'asked', redirectUri, scopes, state, codeChallenge: challenge }
}

/** What somebody can agree to: no more than they may do themselves. */
export const scopesToAgreeTo = (scopes: readonly Scope[], role: Role): Scope[] =>
  scopesWithin(scopes, scopesOfRole(role))

/** The client's address with an answer; `iss` says whose it is (RFC 9207). */
export const answerAt = (redirectUri: string, answer: Record<string, string | undefined>, issuer: string): string => {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries({ ...answer, iss: issuer })) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return url.href
}
