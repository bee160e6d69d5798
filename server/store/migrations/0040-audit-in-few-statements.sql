-- The same as before in fewer statements (0005-audit-head-once.sql says what): entries and heads are written at the end, by one
-- statement each, since every one that writes readies the table's checks and indexes anew. Half of the time of an entry among twelve
-- went there. Heads are found by their key whatever the planner thinks: a connection keeps the plan that it made while there were
-- few, which was to read them all.
create or replace function append_audit(entries jsonb) returns void language plpgsql set enable_seqscan = off as $$
declare
  entry record;
  head audit_heads%rowtype;
  next audit%rowtype;
  heads audit_heads[];
  appended audit[];
begin
  for entry in
    select listed.body->>'location_id' as location_id, listed.body->>'canonical' as canonical,
      jsonb_populate_record(null::audit, listed.body) as given
    from jsonb_array_elements(entries) with ordinality as listed (body, position)
    order by listed.body->>'location_id', listed.position
  loop
    if head.location_id is distinct from entry.location_id then
      if head.location_id is not null then
        heads := heads || head;
      end if;
      select * into head from audit_heads where location_id = entry.location_id for update;
      if not found then
        insert into audit_heads values (entry.location_id, 0, '') on conflict do nothing;
        select * into head from audit_heads where location_id = entry.location_id for update;
      end if;
    end if;
    next := entry.given;
    next.seq := head.seq + 1;
    next.previous_hash := head.hash;
    next.hash := sha256(head.hash || convert_to(next.seq || ':' || entry.canonical, 'UTF8'));
    appended := appended || next;
    head.seq := next.seq;
    head.hash := next.hash;
  end loop;
  if appended is null then
    return;
  end if;
  insert into audit (location_id, seq, at, actor_type, actor_id, actor_name, action, subject_type, subject_id,
    details, event_id, request_id, previous_hash, hash)
  select location_id, seq, at, actor_type, actor_id, actor_name, action, subject_type, subject_id,
    details, event_id, request_id, previous_hash, hash
  from unnest(appended);
  update audit_heads as held set seq = moved.seq, hash = moved.hash from unnest(heads || head) as moved
  where held.location_id = moved.location_id;
end $$;
