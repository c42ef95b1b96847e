-- The scientists of a features-only load: those it names, with their experiments as the files have them.
create table scientists as select user_id from users union select user_id from experiments;

create view scientist_experiments as
select experiment_id, user_id, experiment_compound_ids, experiment_run_time from experiments;

create view used_compounds as select id as compound_id from named_compounds;
