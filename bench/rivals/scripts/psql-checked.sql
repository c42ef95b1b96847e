-- All experiments as text first; then those whose cells can be read and whose ids are there.
begin;
set local maintenance_work_mem = '256MB';
set local work_mem = '256MB';
\ir tables.sql
create temporary table raw (
  experiment_id text, user_id text, experiment_compound_ids text, experiment_run_time text
);
\copy users from 'users.csv' (format csv, header)
\copy compounds from 'compounds.csv' (format csv, header)
\copy raw from 'user_experiments.csv' (format csv, header)
create temporary table readable as
select
  experiment_id::bigint as experiment_id,
  user_id::bigint as user_id,
  experiment_compound_ids,
  experiment_run_time::double precision as experiment_run_time
from raw
where experiment_id ~ '^[0-9]{1,15}$'
  and user_id ~ '^[0-9]{1,15}$'
  and experiment_compound_ids ~ '^[0-9]{1,15}(;[0-9]{1,15})*$'
  and experiment_run_time ~ '^[0-9]+(\.[0-9]+)?$';
analyze readable;
analyze compounds;
create temporary table unknown as
select distinct experiment_id
from readable
cross join unnest(string_to_array(experiment_compound_ids, ';')) as id
left join compounds c on c.compound_id = id::bigint
where c.compound_id is null;
insert into experiments
select readable.*
from readable
where exists (select from users where users.user_id = readable.user_id)
  and not exists (select from unknown where unknown.experiment_id = readable.experiment_id);
\ir keys.sql
commit;
