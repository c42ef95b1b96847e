import type { Database } from '../connection.ts';

interface Uploads {
  /** The names of upload folders that loads still need. */
  readonly needed: ReadonlySet<string>;
  /** The names of all that loads of this database came with. */
  readonly known: ReadonlySet<string>;
  readonly databaseId: string;
}

/** Needed by loads that wait or run, by plans, and by whatever ended only after a time. */
const isNeeded = `state in ('queued', 'running') or state = 'planned' and plan is not null
  or coalesce(finished_at, now()) >= $1`;

export async function listUploadsOfLoads(database: Database, before: Date): Promise<Uploads> {
  const rows = await database.query<{ name: string; needed: boolean }>(
    `select regexp_replace(request ->> 'uploadFolder', '^.*/', '') as name, bool_or(${isNeeded}) as needed
     from elute.loads where request ->> 'uploadFolder' is not null group by name`,
    [before],
  );
  return {
    needed: new Set(rows.filter(({ needed }) => needed).map(({ name }) => name)),
    known: new Set(rows.map(({ name }) => name)),
    databaseId: await findDatabaseId(database),
  };
}

/** What tells this database from all others, copies of it too. */
export async function findDatabaseId(database: Database): Promise<string> {
  const [row] = await database.query<{ id: string }>(
    `select i.database_id || '-' || d.oid as id
     from elute.identity i join pg_database d on d.datname = current_database()`,
  );
  if (row === undefined) throw new Error('the database has no identity');
  return row.id;
}
