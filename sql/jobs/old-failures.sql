-- Jobs that failed for good before $1: webhooks whose receiver never answered, loads and undos that have ended.
select id, pg_column_size(j.*) as bytes
from elute_queue.jobs j
where j.attempts >= j.max_attempts
  and j.locked_at is null
  and j.updated_at < $1
  and not exists (
    select from elute.loads l where j.key = 'load:' || l.load_id and l.state in ('queued', 'running')
  )
