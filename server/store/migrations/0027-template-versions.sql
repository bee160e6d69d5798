-- Of which version of the built-in workflow a document was made; null before versions were counted.
alter table workflows add column template_version integer;
create index workflows_template_version on workflows (template_id, template_version) where template_id is not null;
