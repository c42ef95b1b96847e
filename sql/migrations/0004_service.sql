-- Loads that wait for a worker, tokens, and what is told of a load while it runs.
alter table elute.loads
  add column queued_at timestamptz,
  -- Of a load that a service carries out: what is to be loaded, and how.
  add column request json,
  -- Whose token asked for it, and the request by its id; null on the command line.
  add column requested_by text,
  add column request_id text,
  -- Repeated by the same token, it means the same load.
  add column idempotency_key text,
  add column cancel_requested boolean not null default false,
  -- Files left alone: what was loaded before, and what holds no table.
  add column left_alone json,
  -- An undo that a service is asked for: when, and why it was refused.
  add column undo_requested_at timestamptz,
  add column undo_error json,
  drop constraint loads_state_check,
  add constraint loads_state_check
    check (state in ('queued', 'running', 'loaded', 'failed', 'interrupted', 'planned', 'undone'));
create unique index loads_idempotency_key on elute.loads (requested_by, idempotency_key);

-- Progress and states, in order; read by whoever follows a load.
create table elute.load_events (
  event_id bigint generated always as identity primary key,
  load_id integer not null references elute.loads,
  at timestamptz not null default clock_timestamp(),
  data json not null
);
create index load_events_load_id on elute.load_events (load_id, event_id);

create function elute.note_state() returns trigger language plpgsql as $$
begin
  insert into elute.load_events (load_id, data)
  values (new.load_id, json_build_object('state', new.state));
  perform pg_notify('elute_loads', new.load_id::text);
  return null;
end
$$;
create trigger loads_inserted after insert on elute.loads
  for each row execute function elute.note_state();
create trigger loads_moved after update of state on elute.loads
  for each row when (old.state <> new.state) execute function elute.note_state();

-- Rows that came by a request, not in a file.
alter table elute.load_files
  drop constraint load_files_numbering_check,
  add constraint load_files_numbering_check
    check (numbering in ('line', 'row', 'record', 'request'));

create table elute.tokens (
  token_id integer generated always as identity primary key,
  name text not null,
  -- SHA-256 of the secret part: it has 256 random bits, so that no salt or stretching is needed.
  secret_hash bytea not null,
  scopes text[] not null check (scopes <@ array['read', 'write', 'admin']),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz
);
