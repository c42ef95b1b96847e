-- What "elute database prune" has taken from a load; noted before the first row goes.
alter table elute.loads
  -- The versions that it replaced: it cannot be undone.
  add column history_pruned_at timestamptz,
  -- Its rejects and warnings; the receipt still counts them.
  add column findings_pruned_at timestamptz;

-- Tells this database from others that share a folder of uploads.
create table elute.identity (
  only_row boolean primary key default true check (only_row),
  database_id uuid not null default gen_random_uuid()
);
insert into elute.identity default values;
