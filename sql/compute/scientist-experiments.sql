-- All experiments of the touched scientists, as they will be once the load is published.
create view scientist_experiments as
select experiment_id, user_id, experiment_compound_ids, experiment_run_time
from experiments anti join unchanged_experiments using (experiment_id)
union all
select experiment_id, user_id, experiment_compound_ids, experiment_run_time
from other_experiments anti join changed_experiments using (experiment_id);

create view used_compounds as
select id as compound_id from named_compounds
union
select unnest(experiment_compound_ids) from other_experiments;
