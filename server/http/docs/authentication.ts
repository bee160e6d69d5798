// How programs authenticate: steps like the quick start's, whose examples are run by a test as written.

import { curl, type QuickStep, typescript } from './quickstart.ts'

const CLIENT = '-u "$CLIENT_ID:$CLIENT_SECRET"'

const token = (publicUrl: string): string => `TOKEN=$(curl -s ${CLIENT} "${publicUrl}/oauth/token" \\
  -d grant_type=client_credentials -d scope=customers.read \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`

/** `publicUrl` is where the examples call, and the tokens' issuer. */
export const authenticationGuide = (publicUrl: string): QuickStep[] => [
  {
    id: 'ways',
    title: 'Choose a method',
    text: 'On your own server, use an API key, or access tokens that are valid for 15 minutes. You get access tokens with the secret of your app or, so that no secret leaves your server, with a private key. For users of your app or website, ask for their consent (see Act on behalf of a person in the quick start). Keys and tokens never allow more than the current scopes of the app.',
    examples: [],
  },
  {
    id: 'keys',
    title: 'API keys',
    text: 'Send Authorization: Bearer or X-API-Key, not both. A key is shown once. It contains a checksum, so that a typo can be told from a revoked key. It can have an expiry date, a list of allowed addresses and fewer scopes than its app. Replace creates a new key, and the old one works for 24 more hours. Revoke ends a key at once.',
    examples: [curl(`curl --fail-with-body "${publicUrl}/v1/customers?limit=1" -H "X-API-Key: $RANKR_KEY"`)],
  },
  {
    id: 'discovery',
    title: 'Discovery',
    text: 'OAuth libraries read all endpoints and methods from the discovery document (RFC 8414). The issuer is the address without a path.',
    examples: [curl(`curl --fail-with-body "${publicUrl}/.well-known/oauth-authorization-server"`)],
  },
  {
    id: 'secret',
    title: 'Client credentials with the secret',
    text: 'Send the credentials as client_id and client_secret in the form, as here, or by HTTP Basic. Without scope, the token has all scopes of the app. Request a new token when it has expired or a call fails with credential_expired. There is no refresh token.',
    examples: [
      curl(`curl --fail-with-body "${publicUrl}/oauth/token" -d grant_type=client_credentials \\
  -d client_id="$CLIENT_ID" -d client_secret="$CLIENT_SECRET" -d scope="customers.read orders.read"`),
    ],
  },
  {
    id: 'private-key',
    title: 'Client credentials with a private key',
    text: `This is private_key_jwt (RFC 7523). Create a key pair, add the public key to your app (Public keys: PEM, JWK or a JWK Set), and sign a new assertion for each request: iss and sub are the client id, aud is the issuer or the token endpoint, exp is at most 5 minutes ahead, and jti is never used twice. ES256, ES384, RS256, PS256 and Ed25519 are supported. If several keys match, set the kid shown next to your key.`,
    shown: `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out private.pem
openssl pkey -in private.pem -pubout -out public.pem   # add this one to your app
export PRIVATE_KEY="$(cat private.pem)"`,
    examples: [
      typescript(`import { randomUUID, sign } from 'node:crypto'
import { env } from 'node:process'

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const now = Math.floor(Date.now() / 1000)
const unsigned = [
  { alg: 'ES256', typ: 'JWT' },
  { iss: env.CLIENT_ID, sub: env.CLIENT_ID, aud: '${publicUrl}', iat: now, exp: now + 60, jti: randomUUID() },
].map(encode).join('.')
const signature = sign('sha256', Buffer.from(unsigned), { key: env.PRIVATE_KEY!, dsaEncoding: 'ieee-p1363' })

const response = await fetch('${publicUrl}/oauth/token', {
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: \`\${unsigned}.\${signature.toString('base64url')}\`,
  }),
})
const { access_token, expires_in } = await response.json()
console.log(access_token.length > 0, expires_in)`),
    ],
  },
  {
    id: 'verify',
    title: 'Verify a token',
    text: `An access token is a JWT (RFC 9068, typ at+jwt, ES256) that you can verify yourself: check its signature with the keys at ${publicUrl}/oauth/jwks, iss ${publicUrl}, aud ${publicUrl}/v1, and exp. Keys change from time to time, so fetch them again when a kid is unknown. Only introspection (RFC 7662) shows whether a token was revoked; it works for tokens of your own app.`,
    examples: [
      curl(`${token(publicUrl)}
curl --fail-with-body ${CLIENT} "${publicUrl}/oauth/introspect" -d token="$TOKEN"`),
    ],
  },
  {
    id: 'revoke',
    title: 'Revoke a token',
    text: 'Revocation (RFC 7009) ends an access token at once. Revoking a refresh token ends all access that the person gave. The response is 200 even for an unknown token.',
    examples: [
      curl(`${token(publicUrl)}
curl --fail-with-body ${CLIENT} "${publicUrl}/oauth/revoke" -d token="$TOKEN"
curl -s "${publicUrl}/v1/customers" -H "Authorization: Bearer $TOKEN"`),
    ],
  },
  {
    id: 'faults',
    title: 'Errors',
    text: 'The OAuth endpoints return errors as defined in RFC 6749, with error and error_description: invalid_client (401) for wrong or missing credentials, invalid_scope and invalid_request (400) for the rest. Calls to /v1 return problem documents: credential_invalid, credential_expired, credential_revoked, insufficient_scope (missingScopes names them), address_not_allowed.',
    examples: [],
  },
]
