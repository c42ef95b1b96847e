import { quoteName, quoteText } from '../compute/quote.ts';
import { type DeclaredFeature, declaredTypes } from '../domain/declared-features.ts';
import { builtInFeatures, type Feature } from '../domain/features.ts';
import { EluteError } from '../errors.ts';
import type { Client, Database } from './connection.ts';

/**
 * All features of a database: the built-in ones, then those declared, in the order of the view's columns.
 * Whoever computes reads the list in its transaction, under the publishing lock: declarations change under
 * that lock too.
 */
export async function listFeaturesIn(client: Client): Promise<Feature[]> {
  return [...builtInFeatures, ...(await listDeclared(client)).map(makeFeature)];
}

/** The same on any connection. */
export function listFeatures(database: Database): Promise<Feature[]> {
  return database.withClient(listFeaturesIn);
}

/** The declared features, by position. */
export async function listDeclared(client: Client): Promise<DeclaredFeature[]> {
  const { rows } = await client.query<DeclaredFeature>(
    `select name, source, type, unit, meaning, expression, without_experiments as "withoutExperiments"
     from elute.declared_features order by position`,
  );
  return rows;
}

/** Those of some names that PostgreSQL takes for words of its own. */
export async function findReservedWords(
  client: Client,
  names: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ word: string }>(
    `select word from pg_get_keywords() where catcode in ('R', 'T') and word = any($1)`,
    [names],
  );
  return rows.map(({ word }) => word);
}

/** Inserts a declaration, or replaces the one of that name; its position stays. */
export async function saveDeclared(client: Client, feature: DeclaredFeature): Promise<void> {
  const { name, source, type, unit, meaning, expression, withoutExperiments } = feature;
  await client.query(
    `insert into elute.declared_features (name, source, type, unit, meaning, expression, without_experiments)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (name) do update set source = $2, type = $3, unit = $4, meaning = $5, expression = $6,
       without_experiments = $7`,
    [name, source, type, unit, meaning, expression, withoutExperiments],
  );
}

export async function removeDeclared(client: Client, name: string): Promise<void> {
  await client.query('delete from elute.declared_features where name = $1', [name]);
}

/**
 * A declaration as all other code knows features. The line break ends a comment. A number that JSON has no
 * word for (NaN, infinite), or beyond what JavaScript counts exactly, is null.
 */
export function makeFeature(declared: DeclaredFeature): Feature {
  const { name, source, type, unit, meaning, expression, withoutExperiments } = declared;
  const computeType = declaredTypes[type].compute;
  return {
    name,
    source,
    expression: cleaners[type](`(${expression}\n)`),
    column: findColumn(declared),
    withoutExperiments:
      withoutExperiments === null
        ? 'null'
        : `cast(${quoteText(withoutExperiments)} as ${computeType})`,
    computeType,
    unit,
    meaning,
    declared,
  };
}

const cleaners: Readonly<Record<DeclaredFeature['type'], (expression: string) => string>> = {
  bigint: (expression) => `whole(${expression})`,
  double: (expression) => `finite(${expression})`,
  text: (expression) => `storable(cast(${expression} as varchar))`,
  boolean: (expression) => expression,
};

/** The cell of an experiment that the figure comes from, where it is one. */
function findColumn({ expression }: DeclaredFeature): Feature['column'] {
  const takesTime = /\bexperiment_run_time\b/i.test(expression);
  const takesCompounds = /\b(experiment_compound_ids|compound_id|uses)\b/i.test(expression);
  if (takesTime === takesCompounds) return 'user_id';
  return takesTime ? 'experiment_run_time' : 'experiment_compound_ids';
}

/**
 * Gives the tables the column of a declared feature. Figures of another declaration of it do not outlive
 * that in the history, where nothing computes them anew.
 */
export async function makeColumn(
  client: Client,
  { name, type }: DeclaredFeature,
  earlier: DeclaredFeature | undefined,
): Promise<void> {
  const column = quoteName(name);
  const storedType = declaredTypes[type].stored;
  const change =
    earlier === undefined
      ? `add column ${column} ${storedType}`
      : `alter column ${column} type ${storedType} using null`;
  if (earlier?.type === type)
    await client.query(`update ${history} set ${column} = null where ${column} is not null`);
  else for (const table of tables) await client.query(`alter table ${table} ${change}`);
}

export async function dropColumn(client: Client, name: string): Promise<void> {
  for (const table of tables)
    await client.query(`alter table ${table} drop column ${quoteName(name)}`);
}

const view = 'elute.user_experiment_features';
const history = 'elute.user_features_history';
const tables = ['elute.user_features', history];

/** Makes the view of all features, or gives it the columns it lacks. */
export async function makeView(client: Client): Promise<void> {
  const columns = (await listFeaturesIn(client)).map(
    ({ name, source }) => `${source === 'scientists' ? 'd' : 'f'}.${quoteName(name)}`,
  );
  await client.query(
    `create or replace view ${view} as
     select f.user_id, ${columns.join(', ')} from elute.user_features f cross join elute.database_features d`,
  );
}

/**
 * Takes the view away while one of its columns goes or changes its type, and makes it anew for whoever
 * was granted to read it. Throws `feature_in_use` where views of others stand on it.
 */
export async function remakeView(client: Client, change: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ grant: string }>(
    `select format('grant %s on ${view} to %s %s', privilege_type,
       case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
       case when is_grantable then 'with grant option' end) as grant
     from pg_class, aclexplode(relacl) where oid = '${view}'::regclass and grantee <> relowner`,
  );
  try {
    await client.query(`drop view ${view}`);
    await change();
  } catch (error) {
    throw explainUse(error);
  }
  await makeView(client);
  for (const { grant } of rows) await client.query(grant);
}

function explainUse(error: unknown): unknown {
  const isUse = error instanceof Error && 'code' in error && error.code === '2BP01';
  if (!isUse) return error;
  const detail = 'detail' in error ? String(error.detail) : '';
  return new EluteError(
    'feature_in_use',
    `The feature is used beside Elute: ${detail.replaceAll('\n', '; ')}. Drop what uses it first; nothing was changed.`,
    { cause: error },
  );
}
