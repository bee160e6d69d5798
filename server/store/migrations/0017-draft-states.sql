-- States of drafts that were left: by changes, to be gone back to (undo), and by going back, to be gone forward to (redo).
-- `revision` is the one that the state had; the highest of a kind was left last.
create table draft_states (
  location_id text not null,
  workflow_id uuid not null,
  kind text not null check (kind in ('undo', 'redo')),
  revision integer not null,
  document jsonb not null,
  primary key (location_id, workflow_id, kind, revision)
);
