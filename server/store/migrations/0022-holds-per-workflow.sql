-- The workflows that are not through with a parked event: only these keep theirs of later events of the record waiting. Null
-- (also in rows of the version before): nobody knows, so all of them do.
alter table parked_events add column holds uuid[];
