-- Workflows of the CRM's own builder that start with our events. What is sent there, and when, is a workflow of ours; this
-- is what it needs to know.
create table builder_subscriptions (
  location_id text not null,
  -- The CRM's own id of the trigger in that workflow.
  id text not null,
  trigger_key text not null,
  -- Of the CRM's API, without its host: the token goes nowhere else.
  target_path text not null,
  filters jsonb not null default '[]',
  crm_workflow_id text,
  -- Of the module, as the workflow was saved with.
  version text,
  -- `stale`: the CRM said that nobody listens there any more.
  status text not null default 'active' check (status in ('active', 'stale')),
  last_fired_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (location_id, id)
) with (fillfactor = 80);
