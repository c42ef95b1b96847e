begin;
create temporary table changed (like experiments) on commit drop;
\copy changed from 'changed.csv' (format csv, header)
insert into experiments
select * from changed
on conflict (experiment_id) do update set
  user_id = excluded.user_id,
  experiment_compound_ids = excluded.experiment_compound_ids,
  experiment_run_time = excluded.experiment_run_time;
commit;
