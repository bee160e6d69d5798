-- Appends entries to the chains of their tenants: hash = sha256(previous hash, 'seq:canonical'), where canonical is the
-- entry as text in one spelling (server/store/audit-chain.ts, which also verifies). Tenants are locked in sorted order,
-- and last of all that a transaction locks. A head is written once per call and tenant, not once per entry.
create or replace function append_audit(entries jsonb) returns void language plpgsql as $$
declare
  entry record;
  head audit_heads%rowtype;
  next_hash bytea;
begin
  for entry in
    select e.* from jsonb_array_elements(entries) with ordinality as listed (body, position),
      jsonb_to_record(listed.body) as e (
        location_id text, at timestamptz, actor_type text, actor_id text, actor_name text, action text,
        subject_type text, subject_id text, details jsonb, event_id uuid, request_id text, canonical text)
    order by e.location_id, listed.position
  loop
    if head.location_id is distinct from entry.location_id then
      update audit_heads set seq = head.seq, hash = head.hash where location_id = head.location_id;
      select * into head from audit_heads where location_id = entry.location_id for update;
      if not found then
        insert into audit_heads values (entry.location_id, 0, '') on conflict do nothing;
        select * into head from audit_heads where location_id = entry.location_id for update;
      end if;
    end if;
    head.seq := head.seq + 1;
    next_hash := sha256(head.hash || convert_to(head.seq || ':' || entry.canonical, 'UTF8'));
    insert into audit (location_id, seq, at, actor_type, actor_id, actor_name, action, subject_type, subject_id,
      details, event_id, request_id, previous_hash, hash)
    values (entry.location_id, head.seq, entry.at, entry.actor_type, entry.actor_id, entry.actor_name, entry.action,
      entry.subject_type, entry.subject_id, entry.details, entry.event_id, entry.request_id, head.hash, next_hash);
    head.hash := next_hash;
  end loop;
  update audit_heads set seq = head.seq, hash = head.hash where location_id = head.location_id;
end $$;
