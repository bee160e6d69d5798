-- What people have allowed apps to do on their behalf (authorization code flow, RFC 6749 4.1 with PKCE, RFC 7636).

-- Where a client may have people sent back to; compared letter by letter.
alter table clients add column redirect_uris text[] not null default '{}';

-- One person of an account and one client. The location is the account whose data it is about; the client may belong to
-- another one.
create table oauth_grants (
  location_id text not null,
  id text not null unique,
  client_id text not null references clients (id) on delete cascade,
  user_id text not null,
  user_name text not null,
  -- As the CRM has last told it: the grant reaches no further than the person does.
  user_role text not null check (user_role in ('admin', 'user')),
  scopes text[] not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  ended_at timestamptz,
  primary key (location_id, id)
);
create unique index oauth_grants_of_person on oauth_grants (location_id, client_id, user_id) where ended_at is null;
create index oauth_grants_client on oauth_grants (client_id);

-- Codes live for a minute and are good once. Used ones stay for a while: one that comes again ends its grant.
create table oauth_codes (
  location_id text not null,
  hash bytea primary key,
  grant_id text not null,
  redirect_uri text not null,
  code_challenge text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  foreign key (location_id, grant_id) references oauth_grants (location_id, id) on delete cascade
);
create index oauth_codes_grant on oauth_codes (location_id, grant_id);
create index oauth_codes_expired on oauth_codes (expires_at);

-- Each is replaced when it is used. Used ones stay until they would have expired: one that comes again ends its grant.
create table oauth_refresh_tokens (
  location_id text not null,
  hash bytea primary key,
  grant_id text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  foreign key (location_id, grant_id) references oauth_grants (location_id, id) on delete cascade
);
create index oauth_refresh_tokens_grant on oauth_refresh_tokens (location_id, grant_id);
create index oauth_refresh_tokens_expired on oauth_refresh_tokens (expires_at);
