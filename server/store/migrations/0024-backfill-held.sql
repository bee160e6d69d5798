-- What an account held of a kind when its initial sync came to it: looked through once, page by page, in place of one search
-- for every record that comes over.

-- When that was begun, once it is complete; where it goes on until then.
alter table backfill_parts add column surveyed_at timestamptz, add column survey_cursor text,
  add column survey_began_at timestamptz;

-- `marker`: by what Rankr's record is known again: the order's id; the contact and the invoice's number.
create table backfill_held (
  location_id text not null,
  backfill_id uuid not null,
  kind text not null,
  marker text not null,
  crm_id text not null,
  primary key (location_id, backfill_id, kind, marker, crm_id)
);
