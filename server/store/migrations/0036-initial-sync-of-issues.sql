-- Open issues, where people choose them, become tickets with an initial sync, too.
alter table backfill_parts drop constraint backfill_parts_kind_check;
alter table backfill_parts add constraint backfill_parts_kind_check
  check (kind in ('customers', 'orders', 'invoices', 'issues'));
