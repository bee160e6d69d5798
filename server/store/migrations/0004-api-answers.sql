-- Calls of our API with an Idempotency-Key, and what they were answered: a call that comes again gets the first one's
-- answer. Kept for a day.
create table api_answers (
  location_id text not null,
  client_id text not null,
  key text not null,
  -- SHA-256 of method, address and body: the same key with another request is a mistake.
  fingerprint bytea not null,
  -- Null while the call is under way; nobody else makes it before locked_until.
  status smallint,
  headers jsonb not null default '{}',
  -- Text, so that the same bytes are answered again.
  body text,
  locked_until timestamptz not null,
  created_at timestamptz not null,
  primary key (location_id, client_id, key)
);
create index api_answers_created on api_answers (created_at);
