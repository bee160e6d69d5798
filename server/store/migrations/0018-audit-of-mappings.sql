-- Which records were written with which version of a field mapping.
create index audit_mapping on audit (location_id, (details->>'mapping'), (details->>'mappingVersion'), seq desc)
  where details ? 'mappingVersion';
