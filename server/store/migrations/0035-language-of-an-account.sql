-- The language in which an account's admins read the settings: what the app writes into the CRM for people is in it.
alter table installations add column language text check (language in ('en', 'es'));
