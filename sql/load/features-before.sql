-- Says of every row of features which load computed it, as if load $1 had never been: the one before it,
-- or the one that brought the user after features without rows.
with before as (
  select user_id, load_id from elute.user_features_history where ended_by = $1
),
later as (
  update elute.user_features_history h set load_id = before.load_id
  from before where h.user_id = before.user_id and h.load_id = $1
)
update incoming_features i
set load_id = coalesce(nullif(f.load_id, $1), before.load_id, brought.load_id)
from incoming_features same
join elute.users u using (user_id)
join elute.load_files brought using (file_id)
left join elute.user_features f using (user_id)
left join before using (user_id)
where same.user_id = i.user_id
