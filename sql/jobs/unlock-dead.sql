-- Jobs that a worker took some seconds ago and whose load's lock ($1 its class) nobody holds; a webhook
-- takes seconds, its worker no longer.
with dead as materialized (
  select distinct locked_by
  from elute_queue.jobs
  where case
    when locked_at is null or locked_at > now() - interval '5 seconds' then false
    when key ~ '^(load|undo):[0-9]+$' then pg_try_advisory_xact_lock($1, split_part(key, ':', 2)::integer)
    else locked_at < now() - interval '2 minutes'
  end
)
select elute_queue.force_unlock_workers(array(select locked_by from dead))
where exists (select from dead)
