-- What a load replaced is kept, so that it can be undone and every row tells its past.
alter table elute.loads
  add column features_only boolean not null default false,
  -- When the load was undone; its row stays.
  add column undone_at timestamptz,
  -- Of a planned load: how it was asked for and what it would have changed. Of a loaded one: its plan.
  add column plan json,
  add column applied_plan integer references elute.loads,
  drop constraint loads_state_check,
  add constraint loads_state_check
    check (state in ('running', 'loaded', 'failed', 'interrupted', 'planned', 'undone'));

alter table elute.load_files
  add column sheet text,
  add column format text not null default 'text',
  -- What the numbers of its rows count.
  add column numbering text not null default 'line' check (numbering in ('line', 'row', 'record')),
  -- Of text alone: how it was read.
  add column encoding text,
  -- Settings that change what the same bytes mean; part of what "already loaded" compares.
  add column reading jsonb not null default '{}',
  -- Rows of a features-only load that features were computed from; they are not stored.
  add column computed bigint,
  drop constraint balanced;
update elute.load_files
set reading = jsonb_strip_nulls(jsonb_build_object('dateFormat', date_format)),
  computed = case when read is not null then 0 end;
alter table elute.load_files
  drop column date_format,
  add constraint balanced
    check (
      read is null
      or (read = inserted + updated + unchanged + computed + duplicate + rejected) is true
    );

-- Rows that a load brought to mend rejects of another one.
create table elute.mends (
  load_id integer not null references elute.loads,
  mended_load_id integer not null references elute.loads,
  rows bigint not null,
  primary key (load_id, mended_load_id)
);

-- Earlier versions of rows: `ended_by` is the load that replaced them, or the load they came with
-- themselves where that was undone.
create table elute.users_history (
  like elute.users,
  ended_by integer not null references elute.loads,
  is_undone boolean not null default false,
  primary key (user_id, ended_by)
);
create index users_history_file_id on elute.users_history (file_id);

create table elute.compounds_history (
  like elute.compounds,
  ended_by integer not null references elute.loads,
  is_undone boolean not null default false,
  primary key (compound_id, ended_by)
);
create index compounds_history_file_id on elute.compounds_history (file_id);

create table elute.experiments_history (
  like elute.experiments,
  ended_by integer not null references elute.loads,
  is_undone boolean not null default false,
  primary key (experiment_id, ended_by)
);
create index experiments_history_file_id on elute.experiments_history (file_id);

-- Features as they were before a load computed them anew.
create table elute.user_features_history (
  like elute.user_features,
  ended_by integer not null references elute.loads,
  primary key (user_id, ended_by)
);

-- Counts what was published: loads, undos. A plan holds as long as the number does.
alter table elute.database_features add column revision bigint not null default 0;

-- The scientists whose features come from a features-only load: no rows stand behind them.
create view elute.features_only_users as
select f.user_id, f.load_id
from elute.user_features f join elute.loads l using (load_id)
where l.features_only;
