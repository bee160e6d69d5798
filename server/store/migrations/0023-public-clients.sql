-- Apps that cannot keep a secret (RFC 6749, 2.1): in a browser, on a phone or a desk. They act on behalf of people only.
alter table clients add column is_public boolean not null default false;
alter table clients add constraint clients_public_without_secret
  check (not is_public or (secret_hash is null and previous_secret_hash is null));

-- How often credentials were changed, by any process: what was read at an older count is not trusted any more.
create table credential_changes (
  is_only boolean primary key default true check (is_only),
  count bigint not null
);
insert into credential_changes (count) values (0);
