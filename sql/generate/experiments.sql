-- One to nine compounds an experiment. A bad row has one fault out of six.
-- With a skew s the compound of rank k is drawn by the inverse of a continuous distribution with the
-- density x^-s between 1 and compounds + 1, rounded down: about k^-s as often as the first, which is
-- the law of Zipf for s = 1.
with experiments as (
  select
    i as experiment_id,
    1 + hash(i, $seed, 8) % $users as user_id,
    array_to_string(
      list_transform(range(cast(1 + hash(i, $seed, 9) % 9 as bigint)), lambda x: case
        when $skew = 0 then 1 + hash(i, x, $seed) % $compounds
        when $skew = 1 then least($compounds, floor(pow($compounds + 1, hash(i, x, $seed) % 1000000007 / 1000000007)))::ubigint
        else least($compounds, floor(pow(
          1 + hash(i, x, $seed) % 1000000007 / 1000000007 * (pow($compounds + 1, 1 - $skew) - 1),
          1 / nullif(1 - $skew, 0)
        )))::ubigint
      end),
      ';'
    ) as experiment_compound_ids,
    round((hash(i, $seed, 10) % 100000) / 1000, 2) as experiment_run_time,
    case when hash(i, $seed, 11) % 1000000 < $badRows * 1000000 then hash(i, $seed, 12) % 6 end as fault
  from range(1, $experiments + 1) t (i)
)
select
  case fault when 0 then 'E-' || experiment_id else cast(experiment_id as varchar) end as experiment_id,
  case fault when 1 then cast($users + 1 + user_id as varchar) else cast(user_id as varchar) end as user_id,
  case fault when 2 then experiment_compound_ids || ';' else experiment_compound_ids end as experiment_compound_ids,
  case fault
    when 3 then replace(cast(experiment_run_time as varchar), '.', ',')
    when 4 then '-' || cast(experiment_run_time + 1 as varchar)
    when 5 then null
    else cast(experiment_run_time as varchar)
  end as experiment_run_time
from experiments
order by cast(experiment_id as bigint)
