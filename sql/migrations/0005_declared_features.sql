-- The features that a lab declares in elute.toml. They are kept here so that every process computes the
-- same, also one that does not have that file.
create table elute.declared_features (
  name text primary key check (name ~ '^[a-z][a-z0-9_]{0,50}$'),
  source text not null check (source in ('experiments', 'compound_uses')),
  type text not null check (type in ('bigint', 'double', 'text', 'boolean')),
  unit text not null,
  meaning text not null,
  expression text not null,
  without_experiments text,
  -- The order of their columns.
  position integer not null generated always as identity
);

-- Stands on the tables alone, so that the other view can be made anew when a declared feature goes.
create or replace view elute.derived_exp_data as
select
  f.user_id,
  f.total_exp_per_user,
  round(d.avg_experiment_count::numeric, 2) as avg_experiment_count,
  round(f.avg_exp_time_per_user::numeric, 2) as avg_exp_time_per_user,
  f.most_consumed_compound,
  f.most_consumed_compound_name
from elute.user_features f
cross join elute.database_features d;
