-- Of a mailbox whose drains end without saying so (the process died, the database broke off): how many in a row, and how many of
-- its events are to be taken one by one, so that the one to blame is found. Of the one that is taken so: its number, and how often
-- it was begun, written before it is. The version before knows none of these and leaves them as they are.
-- Writers wait for a moment only: constant defaults change no row.
alter table mailboxes
  add column troubles integer not null default 0,
  add column alone integer not null default 0,
  add column suspect_seq bigint,
  add column suspect_tries integer not null default 0;
