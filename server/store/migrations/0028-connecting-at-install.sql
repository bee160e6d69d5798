-- Credentials for Rankr that somebody entered while adding the app, before the app was there: they wait for the
-- installation. `location_id` is the account or, for all accounts of a company, the company.
create table pending_connections (
  id text primary key,
  location_id text not null unique,
  is_company boolean not null,
  -- Accounts of the company that were left out.
  excluded text[] not null default '{}',
  credentials bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- Where a connection was made: a person has seen the signing secret of one made in the settings only.
alter table connections add column origin text not null default 'settings' check (origin in ('settings', 'install'));
