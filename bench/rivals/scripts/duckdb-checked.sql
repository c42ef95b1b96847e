-- As duckdb.sql, with the rows checked first: cells that cannot be read, users and compounds that are
-- not there. The same id twice ends it.
set preserve_insertion_order = false;
create table compounds as select * from read_csv('compounds.csv', header = true, columns = {
  compound_id: 'bigint', compound_name: 'varchar', compound_structure: 'varchar'
});
create table users as select user_id from read_csv('users.csv', header = true, columns = {
  user_id: 'bigint', name: 'varchar', email: 'varchar', signup_date: 'date'
});
create table readable as
select
  try_cast(experiment_id as bigint) as experiment_id,
  try_cast(user_id as bigint) as user_id,
  ids,
  try_cast(run_time as double) as run_time
from read_csv('user_experiments.csv', header = true, delim = ',', quote = '"', columns = {
  experiment_id: 'varchar', user_id: 'varchar', ids: 'varchar', run_time: 'varchar'
})
where try_cast(experiment_id as bigint) > 0
  and try_cast(run_time as double) >= 0
  and isfinite(try_cast(run_time as double))
  and regexp_full_match(ids, '[0-9]+(;[0-9]+)*');
create table unknown as
select distinct unnest(string_split(ids, ';'))::bigint as compound_id from readable;
delete from unknown where compound_id in (select compound_id from compounds);
create table e as
select *
from readable
where user_id in (select user_id from users)
  and not list_has_any(
    case when (select count(*) from unknown) = 0 then [] else string_split(ids, ';')::bigint[] end,
    (select coalesce(list(compound_id), []) from unknown)
  );
select error('an id comes twice') from e group by experiment_id having count(*) > 1;
drop table readable;
create table most (user_id bigint, compounds bigint[], uses bigint, distinct_compounds bigint);
-- each slice
create or replace temp table uses as
select user_id, compound_id, count(*) as uses
from (
  select user_id, unnest(string_split(ids, ';'))::bigint as compound_id
  from e
  where user_id % $slices = $slice
)
group by all;
insert into most
select user_id, list(compound_id order by compound_id), any_value(top), any_value(compounds)
from uses
join (select user_id, max(uses) as top, count(*) as compounds from uses group by user_id) using (user_id)
where uses = top
group by user_id;
-- at the end
create table features as
select
  users.user_id,
  coalesce(experiments, 0),
  mean,
  most.compounds[1],
  compound_name,
  '{' || coalesce(array_to_string(most.compounds, ','), '') || '}',
  coalesce(uses, 0),
  coalesce(distinct_compounds, 0),
  coalesce(total, 0),
  middle
from users
left join (
  select
    user_id, count(*) as experiments, avg(run_time) as mean, sum(run_time) as total,
    median(run_time) as middle
  from e
  group by user_id
) using (user_id)
left join most using (user_id)
left join compounds on compound_id = most.compounds[1];
