-- The record of truth. Every table of a tenant carries location_id first; nothing is reachable without it.
-- Secrets arrive sealed (bytea, server/store/seal.ts). Needs PostgreSQL 14 or later.

-- One installation of the app: on a location, or on a company (which mints tokens for its locations).
-- tenant_id is the location's id, or the company's id when kind = 'company'.
create table installations (
  tenant_id text primary key,
  kind text not null check (kind in ('location', 'company')),
  company_id text,
  status text not null check (status in ('pending', 'active', 'needs_reconnect', 'suspended', 'uninstalled')),
  -- Why the status is what it is, as an error code; null when active.
  status_code text,
  user_id text,
  app_version_id text,
  plan_id text,
  name text,
  time_zone text,
  white_label_domain text,
  is_bulk boolean not null default false,
  install_to_future boolean not null default false,
  scopes text[] not null default '{}',
  access_token bytea,
  refresh_token bytea,
  access_expires_at timestamptz,
  -- Counts stored token pairs; a reader that waited for the lock sees that somebody else has refreshed.
  token_version integer not null default 0,
  refreshed_at timestamptz,
  refresh_failures integer not null default 0,
  refresh_failed_at timestamptz,
  refresh_error text,
  -- Evidence, newest wins: a code exchange or INSTALL against an UNINSTALL.
  installed_at timestamptz,
  uninstalled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index installations_company on installations (company_id);
create index installations_refresh_due on installations (access_expires_at) where refresh_token is not null;

-- A Rankr workspace joined to a location. Two signing secrets are accepted while one is rotated out.
create table connections (
  id text primary key,
  location_id text not null,
  name text not null,
  workspace_id text,
  status text not null default 'active' check (status in ('active', 'disabled')),
  signing_secret bytea not null,
  previous_signing_secret bytea,
  previous_secret_expires_at timestamptz,
  credentials bytea,
  last_event_at timestamptz,
  rotated_at timestamptz,
  created_at timestamptz not null default now()
);
create index connections_location on connections (location_id);

-- Choices of a location that belong to no other aggregate.
create table location_settings (
  location_id text primary key,
  settings jsonb not null default '{}',
  updated_at timestamptz not null default now()
);

-- A mailbox is a log: events carry seq; cursor is how far drains have come; tail is the last seq given out.
-- Exactly one drain works on it at a time (drain_token is the fence). Lanes keep lifecycle events going while the
-- installation is paused, and bulk work behind live work.
-- States: idle (nothing to do), queued (a job waits), draining, sleeping (only retries, until wake_at or a new event),
-- throttled (no budget or a resting target, until wake_at whatever comes), paused (a person must act).
create table mailboxes (
  location_id text not null,
  lane text not null check (lane in ('lifecycle', 'live', 'bulk')),
  tail bigint not null default 0,
  "cursor" bigint not null default 0,
  -- The oldest partition that may hold unread events.
  cursor_on date,
  -- No unread event is older; means nothing while tail = cursor.
  waiting_since timestamptz,
  state text not null check (state in ('idle', 'queued', 'draining', 'sleeping', 'throttled', 'paused')),
  -- Set by accept when this very statement moved it out of rest, so that one job is added.
  wakes boolean not null default false,
  wake_at timestamptz,
  -- Why it is paused; while draining: that it shall be, once the slice ends.
  pause_code text,
  -- Said while it is drained: look again afterwards, since what it may complain of is fixed, or something was parked.
  is_called boolean not null default false,
  -- Events up to here may be half done: a drain that had them ended without saying so.
  uncertain_until bigint not null default 0,
  drain_token uuid,
  drain_node uuid,
  updated_at timestamptz not null default now(),
  primary key (location_id, lane)
) with (fillfactor = 60);

-- Immutable facts, insert-only, one partition a day, dropped whole when their time is over. The id is derived from
-- (source, tenant, the sender's event id), so that the primary key alone stores an event once.
create table events (
  id uuid not null,
  received_on date not null,
  received_at timestamptz not null,
  location_id text not null,
  lane text not null,
  seq bigint not null,
  source text not null check (source in ('rankr', 'crm', 'api', 'app', 'schedule')),
  type text not null,
  -- The record the event is about ('customer:c_1'): events of one record keep their order.
  record_key text not null,
  source_event_id text,
  connection_id text,
  occurred_at timestamptz,
  hops smallint not null default 0,
  payload jsonb not null,
  primary key (id, received_on)
) partition by range (received_on);
create index events_mailbox on events (location_id, lane, seq);

-- The exception path: events the cursor has passed that are not finished. Later events of the same record wait behind.
create table parked_events (
  location_id text not null,
  lane text not null,
  seq bigint not null,
  event_id uuid not null,
  received_on date not null,
  record_key text not null,
  state text not null check (state in ('retry', 'behind', 'waiting')),
  attempts integer not null default 0,
  next_at timestamptz,
  code text,
  parked_at timestamptz not null default now(),
  primary key (location_id, lane, seq)
);
create index parked_events_due on parked_events (location_id, lane, next_at) where state = 'retry';
create index parked_events_record on parked_events (location_id, lane, record_key, seq);

-- Given up: visible, replayable, never lost.
create table dead_letters (
  location_id text not null,
  id uuid not null,
  event_id uuid not null,
  received_on date not null,
  lane text not null,
  run_id uuid,
  workflow_id uuid,
  step_id text,
  code text not null,
  detail text,
  answer jsonb,
  attempts integer not null default 1,
  status text not null default 'open' check (status in ('open', 'replayed', 'discarded')),
  reason text,
  died_at timestamptz not null,
  settled_at timestamptz,
  primary key (location_id, id)
);
create index dead_letters_open on dead_letters (location_id, died_at desc) where status = 'open';
create index dead_letters_event on dead_letters (location_id, event_id);

create table workflows (
  location_id text not null,
  id uuid not null,
  template_id text,
  name text not null,
  enabled boolean not null default false,
  options jsonb not null default '{}',
  draft jsonb,
  draft_revision integer not null default 0,
  published jsonb,
  published_version integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (location_id, id)
);
create unique index workflows_template on workflows (location_id, template_id) where template_id is not null;

create table workflow_versions (
  location_id text not null,
  workflow_id uuid not null,
  version integer not null,
  document jsonb not null,
  published_by text,
  published_at timestamptz not null default now(),
  primary key (location_id, workflow_id, version)
);

-- One run per event and workflow: the id is derived from both, so a second try finds the first.
create table runs (
  id uuid not null,
  received_on date not null,
  location_id text not null,
  event_id uuid not null,
  workflow_id uuid not null,
  workflow_version integer not null,
  status text not null check (status in ('running', 'waiting', 'done', 'failed', 'skipped', 'dead', 'cancelled')),
  record_key text not null,
  -- Outputs of finished steps, by step id: what a resumed run starts from.
  steps jsonb not null default '{}',
  code text,
  detail text,
  started_at timestamptz not null,
  finished_at timestamptz,
  primary key (id, received_on)
) partition by range (received_on);
create index runs_event on runs (event_id);
create index runs_location on runs (location_id, started_at desc);

create table attempts (
  id uuid not null,
  received_on date not null,
  location_id text not null,
  event_id uuid not null,
  run_id uuid not null,
  step_id text not null,
  action_id text not null,
  number integer not null,
  outcome text not null check (outcome in ('ok', 'retry', 'failed')),
  code text,
  detail text,
  -- Secrets masked before they get here.
  request jsonb,
  response jsonb,
  started_at timestamptz not null,
  duration_ms integer not null,
  primary key (id, received_on)
) partition by range (received_on);
create index attempts_run on attempts (run_id);

-- The marker written before a create that HighLevel cannot make idempotent, and its result after; void when the create
-- was refused.
create table effects (
  location_id text not null,
  key text not null,
  received_on date not null,
  state text not null check (state in ('pending', 'done', 'void')),
  result jsonb,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (location_id, key, received_on)
) partition by range (received_on);

-- The pair (Rankr id, HighLevel id) of one record in one location.
create table links (
  location_id text not null,
  kind text not null,
  rankr_id text not null,
  crm_id text,
  state text not null default 'linked' check (state in ('pending', 'linked', 'broken')),
  -- Hash of each side's record as we last saw or wrote it, so that what has not changed is not written again and our own
  -- echo is recognised.
  crm_fingerprint bytea,
  rankr_fingerprint bytea,
  written_at timestamptz,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (location_id, kind, rankr_id)
);
create index links_crm on links (location_id, kind, crm_id) where crm_id is not null;

-- Every change of data, settings, credentials and access, as a hash chain per tenant.
create table audit (
  location_id text not null,
  seq bigint not null,
  at timestamptz not null,
  actor_type text not null check (actor_type in ('user', 'system', 'client', 'crm', 'rankr', 'operator')),
  actor_id text,
  actor_name text,
  action text not null,
  subject_type text not null,
  subject_id text,
  details jsonb not null default '{}',
  event_id uuid,
  request_id text,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (location_id, seq)
);
create index audit_subject on audit (location_id, subject_type, subject_id);
create table audit_heads (
  location_id text primary key,
  seq bigint not null,
  hash bytea not null
);

-- Appends entries to the chains of their tenants: hash = sha256(previous hash, 'seq:canonical'), where canonical is the
-- entry as text in one spelling (server/store/audit-chain.ts, which also verifies). Tenants are locked in sorted order,
-- and last of all that a transaction locks.
create function append_audit(entries jsonb) returns void language plpgsql as $$
declare
  entry record;
  head audit_heads%rowtype;
  next_hash bytea;
begin
  for entry in
    select e.* from jsonb_array_elements(entries) with ordinality as listed (body, position),
      jsonb_to_record(listed.body) as e (
        location_id text, at timestamptz, actor_type text, actor_id text, actor_name text, action text,
        subject_type text, subject_id text, details jsonb, event_id uuid, request_id text, canonical text)
    order by e.location_id, listed.position
  loop
    if head.location_id is distinct from entry.location_id then
      select * into head from audit_heads where location_id = entry.location_id for update;
      if not found then
        insert into audit_heads values (entry.location_id, 0, '') on conflict do nothing;
        select * into head from audit_heads where location_id = entry.location_id for update;
      end if;
    end if;
    head.seq := head.seq + 1;
    next_hash := sha256(head.hash || convert_to(head.seq || ':' || entry.canonical, 'UTF8'));
    insert into audit (location_id, seq, at, actor_type, actor_id, actor_name, action, subject_type, subject_id,
      details, event_id, request_id, previous_hash, hash)
    values (entry.location_id, head.seq, entry.at, entry.actor_type, entry.actor_id, entry.actor_name, entry.action,
      entry.subject_type, entry.subject_id, entry.details, entry.event_id, entry.request_id, head.hash, next_hash);
    head.hash := next_hash;
    update audit_heads set seq = head.seq, hash = head.hash where location_id = head.location_id;
  end loop;
end $$;

-- Calls a location may still make, shared by all processes; corrected by the headers of HighLevel's answers.
create table rate_budgets (
  location_id text primary key,
  window_started_at timestamptz not null,
  window_used integer not null default 0,
  burst_limit integer not null,
  interval_ms integer not null,
  day date not null,
  day_used integer not null default 0,
  day_limit integer not null,
  blocked_until timestamptz,
  updated_at timestamptz not null default now()
) with (fillfactor = 60);

-- What was let go at the door, per day and reason.
create table dropped_events (
  location_id text not null,
  day date not null,
  source text not null,
  type text not null,
  reason text not null,
  count bigint not null default 0,
  primary key (location_id, day, source, type, reason)
);

-- Processes that work on this database. A node lives as long as it holds the advisory lock named by lock_key.
create table nodes (
  id uuid primary key,
  lock_key bigint not null,
  role text not null,
  host text not null,
  pid integer not null,
  worker_ids text[] not null default '{}',
  started_at timestamptz not null default now()
);

-- Browser sessions of the install round trip (connect-pg-simple), unless REDIS_URL names a Redis.
create table http_sessions (
  sid text primary key,
  sess json not null,
  expire timestamptz not null
);
create index http_sessions_expire on http_sessions (expire);
