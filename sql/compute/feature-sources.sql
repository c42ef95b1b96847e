-- A compound listed twice in an experiment counts twice.
create temp table compound_uses as
select user_id, compound_id, count(*) as uses
from (select user_id, unnest(experiment_compound_ids) as compound_id from slice_scientist_experiments)
group by user_id, compound_id;

-- The compounds that tie for most.
create temp table most_used as
select user_id, compound_id, compound_name
from compound_uses
join (select user_id, max(uses) as uses from compound_uses group by user_id) using (user_id, uses)
left join compound_names using (compound_id);
