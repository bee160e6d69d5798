-- Which field goes where, as a location has chosen it for a built-in workflow. Each save is a version; the highest is the
-- one that counts, and an earlier one is brought back by saving it again.
create table field_mappings (
  location_id text not null,
  template_id text not null,
  version integer not null,
  mapping jsonb not null,
  saved_by text,
  saved_at timestamptz not null,
  primary key (location_id, template_id, version)
);
