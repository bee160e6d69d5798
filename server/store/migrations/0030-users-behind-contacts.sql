-- Users that were welcomed were remembered as customers, whom Rankr does not know by such an id.
update links l set kind = 'user'
where l.kind = 'customer'
  and exists (
    select from links m
    where m.location_id = l.location_id and m.kind = 'message' and m.rankr_id = 'welcome:' || l.rankr_id)
  and not exists (
    select from links u where u.location_id = l.location_id and u.kind = 'user' and u.rankr_id = l.rankr_id);
