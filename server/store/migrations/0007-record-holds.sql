-- Who works on a record of the CRM at this moment, so that a call of our API and an event do not both make it. A hold is
-- short and worth nothing after a crash of the database, hence unlogged.
create unlogged table record_holds (
  location_id text not null,
  record text not null,
  holder text not null,
  until timestamptz not null,
  primary key (location_id, record)
);
