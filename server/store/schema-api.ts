// Row types of the tables of migrations/0002-api-clients.sql, 0004-api-answers.sql, 0019-oauth-grants.sql
// and 0023-public-clients.sql. No logic.

import type { Generated, JSONColumnType } from 'kysely'
import type { CredentialMode } from '../api/credential-text.ts'
import type { Role } from '../api/scopes.ts'

// biome-ignore lint/suspicious/noExplicitAny: a JWK's members depend on its type
type Jwk = JSONColumnType<Record<string, any>>

export type ApiSchema = {
  clients: {
    location_id: string
    id: string
    name: string
    mode: CredentialMode
    status: Generated<'active' | 'disabled'>
    scopes: string[]
    secret_hash: Buffer | null
    secret_start: string | null
    previous_secret_hash: Buffer | null
    previous_secret_expires_at: Date | null
    secret_rotated_at: Date | null
    tokens_valid_from: Date
    last_used_at: Date | null
    created_by: string | null
    created_at: Date
    redirect_uris: Generated<string[]>
    is_public: Generated<boolean>
  }
  api_keys: {
    location_id: string
    id: string
    client_id: string
    name: string
    mode: CredentialMode
    start: string
    hash: Buffer
    scopes: string[]
    allowed_ranges: Generated<string[]>
    expires_at: Date | null
    revoked_at: Date | null
    replaced_by: string | null
    last_used_at: Date | null
    created_by: string | null
    created_at: Date
  }
  client_keys: {
    location_id: string
    client_id: string
    kid: string
    jwk: Jwk
    created_by: string | null
    created_at: Date
  }
  credential_changes: { is_only: Generated<boolean>; count: number }
  client_assertions: { location_id: string; client_id: string; jti_hash: Buffer; expires_at: Date }
  revoked_tokens: { location_id: string; jti: string; client_id: string; revoked_at: Date; expires_at: Date }
  oauth_grants: {
    location_id: string
    id: string
    client_id: string
    user_id: string
    user_name: string
    user_role: Role
    scopes: string[]
    created_at: Date
    last_used_at: Date | null
    ended_at: Date | null
  }
  oauth_codes: {
    location_id: string
    hash: Buffer
    grant_id: string
    redirect_uri: string
    code_challenge: string
    expires_at: Date
    used_at: Date | null
  }
  oauth_refresh_tokens: {
    location_id: string
    hash: Buffer
    grant_id: string
    created_at: Date
    expires_at: Date
    used_at: Date | null
  }
  token_signing_keys: {
    kid: string
    algorithm: string
    public_jwk: Jwk
    private_jwk: Buffer
    created_at: Date
    signs_from: Date
    signs_until: Date
    verifies_until: Date
  }
  api_usage: {
    location_id: string
    hour: Date
    client_id: string
    route: string
    status_class: number
    calls: number
  }
  api_answers: {
    location_id: string
    client_id: string
    key: string
    fingerprint: Buffer
    status: number | null
    headers: JSONColumnType<Record<string, string>>
    body: string | null
    locked_until: Date
    created_at: Date
  }
  api_rate_windows: { location_id: string; name: string; started_at: Date; used: number }
}
