-- What customers of Rankr brought in, one row per record of Rankr; kept apart from events, which are dropped by the day.
create table revenue (
  location_id text not null,
  rankr_id text not null,
  customer_id text,
  amount_minor bigint not null,
  currency text not null,
  source text,
  medium text,
  campaign text,
  recorded_at timestamptz not null,
  event_id uuid not null,
  primary key (location_id, rankr_id)
);
create index revenue_time on revenue (location_id, currency, recorded_at);
create index revenue_customer on revenue (location_id, customer_id, recorded_at);
