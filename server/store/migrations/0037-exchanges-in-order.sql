-- When the code exchange began that the tokens come from: an older one that is kept later must not replace them. Unlike
-- refreshed_at it is not moved by a renewal, which gives no new permissions.
alter table installations add column exchanged_at timestamptz;
