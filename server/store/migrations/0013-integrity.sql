-- Checks of whether Rankr and the CRM hold the same, record by record, and what they found.

create table integrity_checks (
  location_id text not null,
  id uuid not null,
  status text not null check (status in ('running', 'stopped', 'done', 'failed')),
  -- Why it waits or has failed, as an error code.
  code text,
  -- What is compared, in this order: customer, order, invoice.
  kinds text[] not null,
  -- Where the next turn goes on: number of the step, and a cursor inside it.
  place jsonb not null default '{"step": 0, "cursor": null}',
  -- Counts commits. Of two turns at once only one can go on.
  turn integer not null default 0,
  -- By kind: records read on either side, and how many there are said to be.
  counts jsonb not null default '{}',
  -- Once it is done, by type of difference; those that people leave as they are do not count.
  differences jsonb not null default '{}',
  failures integer not null default 0,
  waits_until timestamptz,
  is_nightly boolean not null default false,
  started_by text,
  started_at timestamptz not null,
  -- Since when it has been running without a stop, and what had been read before that.
  resumed_at timestamptz not null,
  read_before integer not null default 0,
  finished_at timestamptz,
  -- The repair of all that can be repaired: where it is, and how many are on their way.
  repair_status text check (repair_status in ('running', 'stopped', 'done')),
  repair_place bigint not null default 0,
  repair_total integer not null default 0,
  repair_done integer not null default 0,
  repair_by text,
  primary key (location_id, id)
);
create unique index integrity_checks_running on integrity_checks (location_id) where status = 'running';
create index integrity_checks_time on integrity_checks (location_id, started_at desc);

create table integrity_findings (
  location_id text not null,
  id uuid not null,
  check_id uuid not null,
  n bigint generated always as identity,
  kind text not null,
  type text not null check (type in ('missing', 'different', 'orphan', 'duplicate', 'shared', 'refused')),
  rankr_id text,
  crm_id text,
  -- What people know the record by.
  label text,
  -- Field by field what either side holds, masked where it is sensitive.
  fields jsonb not null default '[]',
  -- How it can be repaired; null when only a person can.
  repair text check (repair in ('write', 'tell', 'delete', 'forget', 'remove')),
  -- Why there is no repair, or why it did not go out, as an error code.
  code text,
  -- Of all that was compared, in the open: the same difference has the same one in every check.
  fingerprint bytea not null,
  state text not null check (state in ('candidate', 'open', 'sent', 'settled', 'accepted')),
  -- Of the repair.
  event_id uuid,
  settled_by text,
  settled_at timestamptz,
  primary key (location_id, id)
);
create index integrity_findings_check on integrity_findings (location_id, check_id, state, n);
create index integrity_findings_record on integrity_findings (location_id, check_id, kind, rankr_id);

-- Records that a running check has seen, so that no process has to hold them. Gone when it ends.
create table integrity_seen (
  location_id text not null,
  check_id uuid not null,
  kind text not null,
  side text not null check (side in ('rankr', 'crm')),
  id text not null,
  -- Records of the CRM that have the same one stand for one record of Rankr.
  marker text,
  -- What is compared, of records that have a link.
  record jsonb,
  primary key (location_id, check_id, kind, side, id)
);
create index integrity_seen_marker on integrity_seen (location_id, check_id, kind, marker) where marker is not null;

-- Differences that people leave as they are: later checks do not count them.
create table integrity_accepted (
  location_id text not null,
  fingerprint bytea not null,
  accepted_by text not null,
  accepted_at timestamptz not null,
  primary key (location_id, fingerprint)
);

create table integrity_settings (
  location_id text primary key,
  is_nightly boolean not null default false,
  -- The day (in the account's time zone) of the last nightly check.
  nightly_on date,
  -- The last test of the workflows with sample data: when, of what, and its faults.
  sample_test jsonb
);
create index integrity_settings_nightly on integrity_settings (location_id) where is_nightly;
