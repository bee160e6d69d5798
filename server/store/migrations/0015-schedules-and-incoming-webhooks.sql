-- Up to where the schedule of a workflow was told: its last due moment, under the version that names the schedule.
create table schedule_marks (
  location_id text not null,
  workflow_id uuid not null,
  version integer not null,
  told_until timestamptz not null,
  primary key (location_id, workflow_id)
);
-- Asked for every minute.
create index workflows_scheduled on workflows (location_id, id)
  where enabled and published @> '{"triggers":[{"trigger":"app.schedule.due"}]}';

-- Addresses at which other systems tell an account something. Who has the token may; it is kept as its hash only.
create table incoming_webhooks (
  location_id text not null,
  id text not null,
  name text not null,
  token_hash bytea not null,
  -- Its first letters, to tell addresses apart.
  token_start text not null,
  -- While a new token is brought into use.
  previous_token_hash bytea,
  previous_token_expires_at timestamptz,
  -- Sealed; null: calls need no signature.
  signing_secret bytea,
  status text not null check (status in ('active', 'disabled')),
  created_by text,
  created_at timestamptz not null,
  rotated_at timestamptz,
  received_at timestamptz,
  -- Why the last call was refused that came to it, as an error code.
  refused_at timestamptz,
  refused_code text,
  -- The last call as a workflow sees it; null when it was too large to be kept.
  sample jsonb,
  primary key (location_id, id)
);
create unique index incoming_webhooks_token on incoming_webhooks (token_hash);
create unique index incoming_webhooks_previous on incoming_webhooks (previous_token_hash);
