import { query } from '../support/database.ts';

/** The number and a digest of the rows of each table. */
export type State = Readonly<Record<string, { readonly rows: number; readonly digest: string }>>;

const rowTables = ['users', 'compounds', 'experiments', 'user_features', 'database_features'];
const pastTables = [
  'users_history',
  'compounds_history',
  'experiments_history',
  'user_features_history',
];
const historyTables = [...pastTables, 'rejects', 'warnings', 'load_files', 'loads'];

/** What differs between two runs of the same. */
const ids = '{file_id,load_id,ended_by,started_at,finished_at,undone_at}';
const origin = `jsonb_build_object('file', file, 'load', nth, 'ended_by', ended_nth)`;

/**
 * All that loads have published, and nothing of plans; also where each row came from. Ids of loads and files depend on what
 * was attempted before: they are replaced by the how-manieth published load it was and the file's path.
 */
export async function readState(url: string): Promise<State> {
  return digest(url, [...rowTables, ...historyTables], `j - '${ids}'::text[] || ${origin}`);
}

/** Rows and features with where they came from; not how often something was published. */
export async function readStanding(url: string): Promise<State> {
  return digest(url, rowTables, `j - '{revision}'::text[] - '${ids}'::text[] || ${origin}`);
}

/** The rows and features alone, not where they came from. */
export async function readContents(url: string): Promise<State> {
  return digest(url, rowTables, `j - '{file_id,line,load_id,revision}'::text[]`);
}

async function digest(url: string, tables: string[], normalised: string): Promise<State> {
  const sources = tables.map((name) => `select '${name}', to_jsonb(t) from elute.${name} t`);
  const rows = await query<{ part: string; rows: number; digest: string }>(
    url,
    `with published as (
       select load_id, row_number() over (order by load_id) as nth
       from elute.loads where state in ('loaded', 'undone')
     ), ended as (
       select load_id as ended_by, nth as ended_nth from published
     ), files as (
       select file_id, concat_ws(' ', coalesce(nth, 0), dataset, path) as file, state = 'planned' as is_plan
       from elute.load_files join elute.loads using (load_id) left join published using (load_id)
     ), rows (part, j) as (
       ${sources.join(' union all ')}
       union all select 'indexes', to_jsonb(indexdef) from pg_indexes where schemaname = 'elute'
     ), texts as (
       select part, (case when jsonb_typeof(j) = 'object' then ${normalised} else j end)::text collate "C" as text
       from rows
       left join files on files.file_id = (j ->> 'file_id')::integer
       left join published on published.load_id = (j ->> 'load_id')::integer
       left join ended on ended.ended_by = (j ->> 'ended_by')::integer
       where (part not in ('loads', 'load_files') or nth is not null) and is_plan is not true
     )
     select part, count(*)::integer as rows, md5(string_agg(text, chr(10) order by text)) as digest
     from texts group by part order by part`,
  );
  return Object.fromEntries(rows.map(({ part, ...rest }) => [part, rest]));
}
