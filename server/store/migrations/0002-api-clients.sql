-- Who may call our own API, and how much they do. Secrets and keys of clients are kept as SHA-256 hashes (they are 256
-- random bits, so there is nothing to slow down a guesser for); what we sign with is sealed like every other secret.

-- A server app that calls our API. Its id is public, unique over all tenants, and names the tenant.
create table clients (
  location_id text not null,
  id text not null unique,
  name text not null,
  -- What it may ever reach: 'test' clients act on the sandbox only.
  mode text not null check (mode in ('live', 'test')),
  status text not null default 'active' check (status in ('active', 'disabled')),
  scopes text[] not null,
  -- Null until it has a secret. Two are accepted while one is rotated out.
  secret_hash bytea,
  secret_start text,
  previous_secret_hash bytea,
  previous_secret_expires_at timestamptz,
  secret_rotated_at timestamptz,
  -- Access tokens issued before are refused. Whole seconds, as tokens carry them.
  tokens_valid_from timestamptz not null,
  last_used_at timestamptz,
  created_by text,
  created_at timestamptz not null,
  primary key (location_id, id)
);

-- Keys that a client sends as they are. A rotated key has an end and names the one that replaces it.
create table api_keys (
  location_id text not null,
  id text not null,
  client_id text not null,
  name text not null,
  mode text not null check (mode in ('live', 'test')),
  -- The visible beginning, so that people can tell keys apart.
  start text not null,
  hash bytea not null unique,
  scopes text[] not null,
  -- CIDR ranges; empty: from anywhere.
  allowed_ranges text[] not null default '{}',
  expires_at timestamptz,
  revoked_at timestamptz,
  replaced_by text,
  last_used_at timestamptz,
  created_by text,
  created_at timestamptz not null,
  primary key (location_id, id),
  foreign key (location_id, client_id) references clients (location_id, id) on delete cascade
);
create index api_keys_client on api_keys (location_id, client_id, created_at desc);

-- Public keys of clients that sign their token requests (private_key_jwt).
create table client_keys (
  location_id text not null,
  client_id text not null,
  kid text not null,
  jwk jsonb not null,
  created_by text,
  created_at timestamptz not null,
  primary key (location_id, client_id, kid),
  foreign key (location_id, client_id) references clients (location_id, id) on delete cascade
);

-- Assertions that were used: each opens the token endpoint once. Kept until they have expired by themselves.
create table client_assertions (
  location_id text not null,
  client_id text not null,
  jti_hash bytea not null,
  expires_at timestamptz not null,
  primary key (location_id, client_id, jti_hash)
);
create index client_assertions_expired on client_assertions (expires_at);

-- Access tokens taken back before their time (RFC 7009).
create table revoked_tokens (
  location_id text not null,
  jti text not null,
  client_id text not null,
  revoked_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (location_id, jti)
);
create index revoked_tokens_expired on revoked_tokens (expires_at);

-- Our own signing keys. Published before they sign, and for as long after as what they have signed may live.
create table token_signing_keys (
  kid text primary key,
  algorithm text not null,
  public_jwk jsonb not null,
  private_jwk bytea not null,
  created_at timestamptz not null,
  signs_from timestamptz not null,
  signs_until timestamptz not null,
  verifies_until timestamptz not null
);

-- Calls per client, hour, route and class of status (2 to 5).
create table api_usage (
  location_id text not null,
  hour timestamptz not null,
  client_id text not null,
  route text not null,
  status_class smallint not null,
  calls bigint not null,
  primary key (location_id, hour, client_id, route, status_class)
);

-- The current minute of each limit, shared by all nodes. Not worth a log: a crash forgets a minute.
create unlogged table api_rate_windows (
  location_id text not null,
  name text not null,
  started_at timestamptz not null,
  used integer not null,
  primary key (location_id, name)
) with (fillfactor = 60);
