-- Features that a features-only load put in the place of another one's: they come back as they were.
create temp table earlier_features on commit drop as
select h.*
from elute.user_features_history h
join undone_load on h.ended_by = undone_load.load_id
join elute.features_only_users o on o.user_id = h.user_id and o.load_id = undone_load.load_id
join elute.loads l on l.load_id = h.load_id
where l.features_only;

-- Whose features are to be computed anew: whoever has, had or will have an experiment that the undo takes
-- back or changes, those whose most used compounds it changes, those who come back, and all others whose
-- features it computed.
create temp table touched_users on commit drop as
select user_id from elute.experiments join undone_files using (file_id)
union
select user_id from restored_experiments
union
select f.user_id
from elute.user_features f
cross join unnest(f.most_consumed_compounds) as used (compound_id)
join restored_compounds using (compound_id)
union
select r.user_id
from restored_users r
where not exists (select from elute.users u where u.user_id = r.user_id)
union
select f.user_id
from elute.user_features f join undone_load using (load_id)
where not exists (select from earlier_features e where e.user_id = f.user_id);
analyze touched_users;
