-- Branches of a workflow that a person has folded in the editor. Here and not in their browser, which may keep nothing for pages
-- in a frame.
create table folded_branches (
  location_id text not null,
  workflow_id uuid not null,
  user_id text not null,
  steps text[] not null,
  primary key (location_id, workflow_id, user_id)
);
