-- What one person changes in one draft in one go, until the one entry of the audit that tells of it is written.
create table editing_sessions (
  location_id text not null,
  workflow_id uuid not null,
  actor_id text not null,
  actor_name text,
  -- How often each kind of change was made.
  changes jsonb not null,
  -- Of the draft: before the first change, and after the last.
  from_revision integer not null,
  to_revision integer not null,
  began_at timestamptz not null,
  changed_at timestamptz not null,
  -- Of the last change.
  request_id text,
  primary key (location_id, workflow_id)
);
create index editing_sessions_changed on editing_sessions (changed_at);
