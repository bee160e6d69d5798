-- Initial syncs: what a Rankr workspace holds already, read page by page and handed in as ordinary events of the bulk lane.
create table backfills (
  location_id text not null,
  id uuid not null,
  status text not null check (status in ('running', 'stopped', 'done')),
  -- The user who asked for it; null when an event did.
  started_by text,
  started_at timestamptz not null,
  finished_at timestamptz,
  -- Why it waits just now, as an error code, and until when; counts the turns that failed in a row.
  wait_code text,
  wait_until timestamptz,
  failures integer not null default 0,
  -- How far it was at moments of the last minutes, oldest first.
  samples jsonb not null default '[]',
  primary key (location_id, id)
) with (fillfactor = 70);
create unique index backfills_running on backfills (location_id) where status = 'running';

-- One kind of record of one initial sync: how far it is read, and what became of what was handed in.
create table backfill_parts (
  location_id text not null,
  backfill_id uuid not null,
  kind text not null check (kind in ('customers', 'orders', 'invoices')),
  position smallint not null,
  -- Opens the next page; null before the first one.
  "cursor" text,
  read_at timestamptz,
  total integer,
  read integer not null default 0,
  done integer not null default 0,
  skipped integer not null default 0,
  failed integer not null default 0,
  primary key (location_id, backfill_id, kind)
) with (fillfactor = 70);

-- What was handed in and is not counted yet; bounded by how far an initial sync reads ahead.
create table backfill_events (
  location_id text not null,
  backfill_id uuid not null,
  event_id uuid not null,
  kind text not null,
  primary key (location_id, backfill_id, event_id)
);
