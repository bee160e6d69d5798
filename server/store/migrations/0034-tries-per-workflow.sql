-- Of a parked event, by workflow: how often it was tried in vain, and when its next try is due. Null in rows of versions that
-- counted per event only.
alter table parked_events add column tries jsonb;
