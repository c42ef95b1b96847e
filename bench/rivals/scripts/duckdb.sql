-- Typed reading trusts the files.
set preserve_insertion_order = false;
create table e as
select * from read_csv('user_experiments.csv', header = true, delim = ',', columns = {
  experiment_id: 'bigint', user_id: 'bigint', ids: 'varchar', run_time: 'double'
});
create table compounds as select * from read_csv('compounds.csv', header = true, columns = {
  compound_id: 'bigint', compound_name: 'varchar', compound_structure: 'varchar'
});
create table users as select user_id from read_csv('users.csv', header = true, columns = {
  user_id: 'bigint', name: 'varchar', email: 'varchar', signup_date: 'date'
});
