-- Loads, newest first: one ($1) or all, up to a number ($2), before one ($3), in a state ($4).
select
  l.load_id,
  l.state,
  l.started_at,
  l.finished_at,
  l.undone_at,
  l.features_only,
  l.applied_plan,
  (
    select min(a.load_id) from elute.loads a where a.applied_plan = l.load_id and a.state = 'loaded'
  ) as applied_by,
  l.error_code,
  l.error_message,
  l.requested_by,
  l.request_id,
  l.cancel_requested,
  l.left_alone,
  l.undo_requested_at,
  l.undo_error,
  l.history_pruned_at,
  l.findings_pruned_at,
  (
    select json_agg(f order by f.file_id) from elute.load_files f where f.load_id = l.load_id
  ) as files,
  (
    select json_agg(json_build_object('loadId', m.mended_load_id, 'rows', m.rows) order by m.mended_load_id)
    from elute.mends m where m.load_id = l.load_id
  ) as mends,
  (
    select json_agg(json_build_object('loadId', m.load_id, 'rows', m.rows) order by m.load_id)
    from elute.mends m join elute.loads by_load on by_load.load_id = m.load_id
    where m.mended_load_id = l.load_id and by_load.state = 'loaded'
  ) as mended_by
from elute.loads l
where ($1::integer is null or l.load_id = $1)
  and ($3::integer is null or l.load_id < $3)
  and ($4::text is null or l.state = $4)
order by l.load_id desc
limit $2
