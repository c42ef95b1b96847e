update elute.loads l
set state = 'failed', error_code = 'worker_lost', finished_at = clock_timestamp(),
  error_message = 'Each process that worked on this load ended before it was published: too little memory, or a fault of Elute. Nothing was loaded.'
where case
  when l.state not in ('queued', 'running') or l.request is null then false
  when l.queued_at > now() - interval '10 seconds' then false
  when exists (
    select from elute_queue.jobs j
    where j.key = 'load:' || l.load_id and (j.attempts < j.max_attempts or j.locked_at is not null)
  ) then false
  else pg_try_advisory_xact_lock($1, l.load_id)
end
returning load_id, request ->> 'webhook' is not null as has_webhook
