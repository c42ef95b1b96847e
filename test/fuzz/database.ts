import pg from 'pg';

/** What a database holds that a load may change; everything as JSON, since that is fast and exact. */
export interface Snapshot {
  readonly users: unknown;
  readonly compounds: unknown;
  readonly experiments: unknown;
  readonly features: unknown;
  readonly loads: number;
}

export interface FuzzDatabase {
  readonly url: string;
  reset(): Promise<void>;
  takeSnapshot(): Promise<Snapshot>;
  /** Rejects and warnings of a load, by file. */
  readFindings(loadId: number): Promise<{ rejects: unknown; warnings: unknown; records: unknown }>;
  close(): Promise<void>;
}

/** One database for all cases: to empty it is a matter of milliseconds. */
export async function openFuzzDatabase(url: string): Promise<FuzzDatabase> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const readOne = async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) => {
    const [row] = (await client.query<Row>(sql, values)).rows;
    if (row === undefined) throw new Error('no row');
    return row;
  };
  const reset = await composeReset(client);
  return {
    url,
    reset: async () => {
      await client.query(reset);
    },
    takeSnapshot: () => readOne<Snapshot & pg.QueryResultRow>(snapshot),
    readFindings: (loadId) => readOne(findings, [loadId]),
    close: () => client.end(),
  };
}

async function composeReset(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select 'elute.' || tablename as name from pg_tables where schemaname = 'elute' and tablename <> 'migrations'`,
  );
  return `
    truncate ${rows.map(({ name }) => name).join(', ')} restart identity;
    insert into elute.database_features default values`;
}

const place = `'path', f.path, 'sheet', f.sheet, 'line', t.line`;

function selectRows(table: string, key: string, columns: readonly string[]): string {
  const values = columns.map((name) => `'${name}', ${readValue(name)}`);
  return `(select coalesce(json_agg(json_build_object('id', t.${key}, 'values', json_build_object(${values.join(', ')}), ${place}) order by t.${key}), '[]')
    from elute.${table} t left join elute.load_files f using (file_id)) as ${table}`;
}

function readValue(column: string): string {
  return column.endsWith('_ids') ? `elute.compound_ids(t.${column})` : `t.${column}`;
}

const snapshot = `
  select
    ${selectRows('users', 'user_id', ['user_id', 'name', 'email', 'signup_date'])},
    ${selectRows('compounds', 'compound_id', ['compound_id', 'compound_name', 'compound_structure'])},
    ${selectRows('experiments', 'experiment_id', ['experiment_id', 'user_id', 'experiment_compound_ids', 'experiment_run_time'])},
    (select coalesce(json_agg(to_json(t) order by user_id), '[]') from elute.user_experiment_features t) as features,
    (select count(*)::integer from elute.loads) as loads`;

function selectFindings(table: string): string {
  return `(select coalesce(json_agg(json_build_object('file', file_id - first, 'line', line, 'column', column_name, 'value', value, 'code', code)
      order by file_id, line, column_name), '[]')
    from elute.${table} join elute.load_files using (file_id) where load_id = $1) as ${table}`;
}

const findings = `
  with one as (select min(file_id) as first from elute.load_files where load_id = $1)
  select ${selectFindings('rejects')}, ${selectFindings('warnings')},
    (select coalesce(json_agg(json_build_array(file_id - first, line, header, record) order by file_id, line), '[]')
     from elute.rejects join elute.load_files using (file_id) where load_id = $1) as records
  from one`;
