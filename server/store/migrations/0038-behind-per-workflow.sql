-- Of a parked event that waits for its own next try: those of its workflows that wait for an earlier event of the record. They
-- go on as soon as that one is through, whatever the next try is for. Null: none do, or nobody knows (the version before).
alter table parked_events add column behind uuid[];
