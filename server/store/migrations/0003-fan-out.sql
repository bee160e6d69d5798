-- Where events go beyond the CRM: to addresses that users typed in, to other tenants, and through the relay once more.

-- An address that gets events of a location. What is sent there, and when, is a workflow; this is what it needs to know.
create table webhook_endpoints (
  location_id text not null,
  id text not null unique,
  name text not null,
  url text not null,
  -- Ids of catalog triggers.
  event_types text[] not null,
  status text not null default 'active' check (status in ('active', 'disabled')),
  -- Why it was switched off by itself, as an error code; null when a person did it.
  disabled_code text,
  disabled_at timestamptz,
  -- While one is rotated out, everything is signed with both.
  signing_secret bytea not null,
  previous_signing_secret bytea,
  previous_secret_expires_at timestamptz,
  rotated_at timestamptz,
  -- Since the first failure after the last success; null when the last delivery arrived.
  failing_since timestamptz,
  failed_code text,
  last_delivered_at timestamptz,
  created_by text,
  created_at timestamptz not null,
  primary key (location_id, id)
) with (fillfactor = 80);

-- A rule that relays events of one location to another. The other side comes in by accepting the invitation, or is named
-- by an administrator of the company that both belong to.
create table routes (
  -- Where the events come from.
  location_id text not null,
  id text not null unique,
  to_location_id text,
  name text not null,
  event_types text[] not null,
  -- Of the workflow that relays; null lets everything through.
  filter jsonb,
  -- By name of the field in what arrives: where its value comes from. Empty: the record as it is.
  mapping jsonb not null default '{}',
  status text not null check (status in ('invited', 'active', 'ended')),
  -- SHA-256 of the invitation code.
  code_hash bytea unique,
  code_expires_at timestamptz,
  created_by text,
  created_at timestamptz not null,
  accepted_by text,
  accepted_at timestamptz,
  -- The location that ended it.
  ended_by text,
  ended_at timestamptz,
  primary key (location_id, id),
  check (status <> 'active' or to_location_id is not null)
);
create index routes_to on routes (to_location_id) where to_location_id is not null;

-- All dead letters that match a filter, sent again one after the other at a rate.
create table replays (
  location_id text not null,
  id uuid not null,
  filter jsonb not null,
  per_minute integer not null,
  status text not null check (status in ('running', 'stopped', 'done')),
  -- How many there were when it began, and what became of those it has come to.
  total integer not null,
  replayed integer not null default 0,
  -- Settled meanwhile, or the event is no longer kept.
  passed_over integer not null default 0,
  -- Letters up to here, by time of death and id, are behind it.
  position jsonb,
  started_by text,
  started_at timestamptz not null,
  finished_at timestamptz,
  primary key (location_id, id)
);
create unique index replays_running on replays (location_id) where status = 'running';
