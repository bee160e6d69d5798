// What other programs can read about our token endpoint (RFC 8414).

import { CLIENT_AUTHENTICATION_METHODS, PUBLIC_AUTHENTICATION_METHODS } from '../../../api/client-authentication.ts'
import { GRANT_TYPES } from '../../../api/grant.ts'
import { ASSERTION_ALGORITHMS } from '../../../api/public-keys.ts'
import { ALL_SCOPES } from '../../../api/scopes.ts'

const endpoint = (name: string, url: string, methods: readonly string[] = PUBLIC_AUTHENTICATION_METHODS) => ({
  [`${name}_endpoint`]: url,
  [`${name}_endpoint_auth_methods_supported`]: methods,
  [`${name}_endpoint_auth_signing_alg_values_supported`]: ASSERTION_ALGORITHMS,
})

/** The document of `/.well-known/oauth-authorization-server`. */
export const authorizationServerMetadata = (publicUrl: string) => ({
  issuer: publicUrl,
  authorization_endpoint: `${publicUrl}/oauth/authorize`,
  jwks_uri: `${publicUrl}/oauth/jwks`,
  ...endpoint('token', `${publicUrl}/oauth/token`),
  ...endpoint('revocation', `${publicUrl}/oauth/revoke`),
  ...endpoint('introspection', `${publicUrl}/oauth/introspect`, CLIENT_AUTHENTICATION_METHODS),
  grant_types_supported: GRANT_TYPES,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  scopes_supported: ALL_SCOPES,
  service_documentation: `${publicUrl}/docs`,
})
