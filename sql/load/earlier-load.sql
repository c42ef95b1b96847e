-- The last load that published the same bytes ($1 sha256, $2 size) as the same dataset ($3), of the same
-- sheet ($4), read with the same settings ($5), with or without storing rows ($6); which rows it missed,
-- and whether some of those are stored by now. An undo may have taken away rows that a file found
-- unchanged: such a file is no longer loaded.
select
  l.load_id,
  array(
    select distinct case r.code when 'unknown_user' then 'users' else 'compounds' end
    from elute.rejects r
    where r.file_id = f.file_id and r.code in ('unknown_user', 'unknown_compound')
  ) as missed,
  exists (
    select from elute.rejects r
    join elute.users u on u.user_id = r.value::bigint
    where r.file_id = f.file_id and r.code = 'unknown_user'
  )
  or exists (
    select from elute.rejects r
    cross join unnest(string_to_array(r.value, ', ')) as missing (id)
    join elute.compounds c on c.compound_id = missing.id::bigint
    where r.file_id = f.file_id and r.code = 'unknown_compound'
  ) as is_outdated
from elute.load_files f
join elute.loads l using (load_id)
where f.sha256 = $1 and f.size_bytes = $2 and f.dataset = $3 and f.sheet is not distinct from $4
  and f.reading = $5 and l.features_only = $6
  and l.state = 'loaded'
  and (f.unchanged = 0 or not exists (select from elute.loads u where u.undone_at > l.finished_at))
order by l.load_id desc
limit 1
