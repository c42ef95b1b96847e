-- The history: what was loaded, when, and what became of every row.
create table elute.loads (
  load_id integer generated always as identity primary key,
  state text not null default 'running' check (state in ('running', 'loaded', 'failed', 'interrupted')),
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  error_code text,
  error_message text
);

create table elute.load_files (
  file_id integer generated always as identity primary key,
  load_id integer not null references elute.loads,
  dataset text not null check (dataset in ('users', 'compounds', 'experiments')),
  path text not null,
  size_bytes bigint not null,
  sha256 text not null,
  -- Settings that change what the same bytes mean; part of what "already loaded" compares.
  date_format text,
  header text[] not null,
  ignored_columns text[] not null,
  read bigint,
  inserted bigint,
  updated bigint,
  unchanged bigint,
  duplicate bigint,
  rejected bigint,
  warnings bigint,
  constraint balanced check (read = inserted + updated + unchanged + duplicate + rejected)
);
create index load_files_load_id on elute.load_files (load_id);
create index load_files_sha256 on elute.load_files (sha256);

create table elute.rejects (
  file_id integer not null references elute.load_files,
  line bigint not null,
  column_name text,
  value text,
  code text not null,
  message text not null,
  -- The row's cells as the file has them, in the order of load_files.header.
  record text[] not null,
  primary key (file_id, line)
);

create table elute.warnings (
  file_id integer not null references elute.load_files,
  line bigint not null,
  column_name text not null,
  value text,
  code text not null,
  message text not null,
  primary key (file_id, line, column_name)
);

-- The rows. file_id and line say where a row's present values came from. References between them are
-- checked by the load, under the publishing lock: foreign keys would check row by row (and cannot
-- look into an array), at several times the cost of the copy itself.
create table elute.users (
  user_id bigint primary key,
  name text,
  email text,
  signup_date date,
  file_id integer not null,
  line bigint not null
);

create table elute.compounds (
  compound_id bigint primary key,
  compound_name text,
  compound_structure text,
  file_id integer not null,
  line bigint not null
);

create table elute.experiments (
  experiment_id bigint primary key,
  user_id bigint not null,
  experiment_compound_ids bigint[] not null,
  experiment_run_time double precision not null,
  file_id integer not null,
  line bigint not null
);
create index experiments_user_id on elute.experiments (user_id);

-- The features: one row for every user, and one row for the whole database.
create table elute.user_features (
  user_id bigint primary key,
  total_exp_per_user bigint not null,
  avg_exp_time_per_user double precision,
  most_consumed_compound bigint,
  most_consumed_compound_name text,
  most_consumed_compounds bigint[] not null,
  most_consumed_compound_names text[] not null,
  most_consumed_compound_uses bigint not null,
  distinct_compounds bigint not null,
  total_exp_time_per_user double precision not null,
  median_exp_time_per_user double precision,
  -- The load that computed the row.
  load_id integer not null
);
create table elute.database_features (
  only_row boolean primary key default true check (only_row),
  avg_experiment_count double precision
);
insert into elute.database_features default values;

create view elute.user_experiment_features as
select
  f.user_id,
  f.total_exp_per_user,
  d.avg_experiment_count,
  f.avg_exp_time_per_user,
  f.most_consumed_compound,
  f.most_consumed_compound_name,
  f.most_consumed_compounds,
  f.most_consumed_compound_names,
  f.most_consumed_compound_uses,
  f.distinct_compounds,
  f.total_exp_time_per_user,
  f.median_exp_time_per_user
from elute.user_features f
cross join elute.database_features d;

-- The table of the original system. numeric rounds halves away from zero, double precision does not.
create view elute.derived_exp_data as
select
  user_id,
  total_exp_per_user,
  round(avg_experiment_count::numeric, 2) as avg_experiment_count,
  round(avg_exp_time_per_user::numeric, 2) as avg_exp_time_per_user,
  most_consumed_compound,
  most_consumed_compound_name
from elute.user_experiment_features;
