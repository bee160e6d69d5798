-- Records that wait for something in their account are few among many that do not.
create index links_pending on links (kind, location_id, rankr_id) where state = 'pending';
