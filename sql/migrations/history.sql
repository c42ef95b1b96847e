create schema if not exists elute;
create table if not exists elute.migrations (
  version integer primary key,
  name text not null,
  applied_at timestamptz not null default now()
);
