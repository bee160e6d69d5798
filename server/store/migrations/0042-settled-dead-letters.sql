-- Those that are sent again or put aside are let go after a while, and found by when that was. Writers wait for a moment only: there
-- are few of them, beside the events.
create index dead_letters_settled on dead_letters (settled_at) where status <> 'open';
