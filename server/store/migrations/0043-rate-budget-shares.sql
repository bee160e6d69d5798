-- Of a window that is under way: the calls of people and API callers, those of bulk work (the rest are live events'), and how many are
-- kept for people and for live events. Of a day: the calls of people and API callers out of what is kept for them and live events.
-- The version before knows none of these: what it gives out counts as live.
-- Writers wait for a moment only: constant defaults change no row.
alter table rate_budgets
  add column window_interactive integer not null default 0,
  add column window_bulk integer not null default 0,
  add column kept_interactive integer,
  add column kept_live integer,
  add column day_kept_interactive integer not null default 0;
