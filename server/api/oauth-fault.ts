// Errors of the OAuth endpoints, as in RFC 6749 (5.2), RFC 7009 and RFC 7523.

export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
  | 'temporarily_unavailable'
  | 'server_error'

/** An expected refusal; `description` is for the developer who reads it, in printable ASCII without quotes. */
export type OAuthFault = { ok: false; error: OAuthError; description: string }

/** Statuses by error; RFC 6749 wants 400 for all that are not named here. */
const STATUS: Partial<Record<OAuthError, number>> = {
  invalid_client: 401,
  temporarily_unavailable: 429,
  server_error: 500,
}

/** The HTTP status of an OAuth error; 400 by default. */
export const statusOf = (error: OAuthError): number => STATUS[error] ?? 400
