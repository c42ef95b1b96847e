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
