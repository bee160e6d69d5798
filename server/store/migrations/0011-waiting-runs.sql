-- Runs that wait at a delay, with all they need to go on: events and runs are dropped with their day, a delay may be
-- longer. The event itself is over meanwhile, so that later ones of its record are not held up.
create table waiting_runs (
  location_id text not null,
  run_id uuid not null,
  -- The partition of the run.
  received_on date not null,
  workflow_id uuid not null,
  workflow_version integer not null,
  -- The step that waits, with its loops and calls.
  step_key text not null,
  event jsonb not null,
  steps jsonb not null,
  wake_at timestamptz not null,
  -- Id of the catalog trigger that is waited for, and the condition that its event must meet.
  awaits_trigger text,
  awaits_filter jsonb,
  created_at timestamptz not null,
  primary key (location_id, run_id)
);
create index waiting_runs_due on waiting_runs (wake_at);
create index waiting_runs_awaits on waiting_runs (location_id, awaits_trigger) where awaits_trigger is not null;
create index waiting_runs_workflow on waiting_runs (location_id, workflow_id);
create index runs_workflow on runs (location_id, workflow_id, started_at desc);

