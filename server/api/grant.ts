// The scopes a client gets at the token endpoint (grant client_credentials; RFC 6749, 4.4).

import type { OAuthFault } from './oauth-fault.ts'
import { ALL_SCOPES, parseScopeText, repeatable, type Scope, scopesWithin } from './scopes.ts'

export const GRANT_TYPES = ['authorization_code', 'client_credentials', 'refresh_token'] as const

export type Granted = { ok: true; scopes: Scope[] } | OAuthFault

/** A client that asks for no scope gets all that it has; one that asks for more than it has gets nothing. */
export const grantScopes = (form: Record<string, string>, clientScopes: readonly string[]): Granted => {
  const { scope } = form
  const own = scopesWithin(ALL_SCOPES, clientScopes)
  if (scope === undefined || scope.trim() === '') return { ok: true, scopes: own }
  const { scopes, unknown } = parseScopeText(scope)
  if (unknown.length > 0) {
    const named = repeatable(unknown)
    const description = `A scope is asked for that does not exist${named && `: ${named}`}.`
    return { ok: false, error: 'invalid_scope', description }
  }
  const missing = scopes.filter((wanted) => !own.includes(wanted))
  if (missing.length > 0) {
    return { ok: false, error: 'invalid_scope', description: `This client does not have ${missing.join(' ')}.` }
  }
  return { ok: true, scopes }
}
