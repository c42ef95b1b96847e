-- The last load that published the same bytes ($1 sha256, $2 size) as the same dataset ($3), of the same
-- sheet ($4), read with the same settings ($5), with or without storing rows ($6); which rows it missed,
-- and whether some of those are stored by now. An undo may have taken away rows that a file found
-- unchanged: such a file is no longer loaded.
with earlier as (
  select l.load_id, f.file_id, f.duplicate
  from elute.load_files f
  join elute.loads l using (load_id)
  where f.sha256 = $1 and f.size_bytes = $2 and f.dataset = $3 and f.sheet is not distinct from $4
    and f.reading = $5 and l.features_only = $6
    and l.state = 'loaded'
    and (f.unchanged = 0 or not exists (select from elute.loads u where u.undone_at > l.finished_at))
  order by l.load_id desc, f.file_id desc
  limit 1
),
-- What doubles a row of another file shares its fate.
missing as (
  select r.code, r.value
  from earlier e
  join elute.load_files f using (load_id)
  join elute.rejects r on r.file_id = f.file_id
  where r.code in ('unknown_user', 'unknown_compound') and (f.file_id = e.file_id or e.duplicate > 0)
)
select
  load_id,
  array(
    select distinct case code when 'unknown_user' then 'users' else 'compounds' end from missing
  ) as missed,
  exists (
    select from missing m join elute.users u on u.user_id = m.value::bigint
    where m.code = 'unknown_user'
  )
  or exists (
    select from missing m
    cross join unnest(string_to_array(m.value, ', ')) as named (id)
    join elute.compounds c on c.compound_id = named.id::bigint
    where m.code = 'unknown_compound'
  ) as is_outdated
from earlier
