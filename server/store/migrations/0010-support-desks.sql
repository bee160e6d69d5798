-- A support desk joined to a location: where its tickets are, and where it tells of changes.
create table support_desks (
  location_id text not null,
  id text not null unique,
  kind text not null check (kind in ('zendesk', 'freshdesk', 'generic')),
  name text not null,
  -- The desk's name at its provider; of a generic desk the web address that is told.
  address text not null,
  -- Sealed JSON { email, key }; null for a generic desk, which is called with a signature.
  credentials bytea,
  -- What proves that the desk has sent something; null while nobody has entered it.
  webhook_secret bytea,
  previous_webhook_secret bytea,
  previous_secret_expires_at timestamptz,
  rotated_at timestamptz,
  -- The webhook that we have set up at the desk; null where people did it.
  webhook_id text,
  last_event_at timestamptz,
  last_call_at timestamptz,
  -- Of the last call, as an error code; null when it was a success.
  failed_code text,
  failing_since timestamptz,
  created_by text,
  created_at timestamptz not null,
  primary key (location_id, id)
) with (fillfactor = 80);
