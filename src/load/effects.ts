import { createHash } from 'node:crypto';
import type { Engine } from '../compute/engine.ts';
import { listNames } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { listFeaturesIn } from '../database/declared-features.ts';
import { type Column, type Dataset, datasetNames, datasets } from '../domain/datasets.ts';
import { type Feature, selectScientistFeatures } from '../domain/features.ts';
import type { CellChange, Effects, Plan } from '../domain/plan.ts';
import { EluteError } from '../errors.ts';
import { compareFigures } from './compare-figures.ts';

const listed = 1000;
const all = datasetNames.map((name) => datasets[name]);

/** Works out what a load changes, once its features are sent and before they are stored. */
export async function readEffects(
  engine: Engine,
  client: Client,
  { featuresOnly }: { featuresOnly: boolean },
): Promise<Effects> {
  const cells = featuresOnly ? { changedCells: 0, cells: [] } : await readCells(engine);
  const { hash, ...figures } = await compareFigures(client, {
    isComplete: false,
    all: `(select * from incoming_features union all
      select * from elute.user_features f
      where not exists (select from incoming_features i where i.user_id = f.user_id)) as after`,
  });
  const rows = await hashRows(engine, await listFeaturesIn(client), featuresOnly);
  return {
    ...cells,
    ...figures,
    newScientists: await countNewScientists(client),
    digest: createHash('sha256')
      .update(JSON.stringify([hash, rows]))
      .digest('hex'),
    revision: await readRevision(client),
  };
}

/** Throws `plan_outdated` where something was published since a plan was made. */
export async function checkRevision(client: Client, plan: Plan): Promise<void> {
  if ((await readRevision(client)) !== plan.revision)
    throw planOutdated('other loads or undos have changed the database');
}

/** Throws `plan_outdated` where a load would not do what its plan says. */
export function checkEffects(plan: Plan, effects: Effects): void {
  if (effects.digest !== plan.digest)
    throw planOutdated('rows of the database were changed by other means than Elute');
}

export function planOutdated(reason: string): EluteError {
  return new EluteError(
    'plan_outdated',
    `The plan no longer holds: ${reason} since it was made. Nothing was loaded; make a new one with --plan.`,
  );
}

async function readRevision(client: Client): Promise<number> {
  const { rows } = await client.query<{ revision: number }>(
    'select revision from elute.database_features',
  );
  return rows[0]?.revision ?? 0;
}

async function countNewScientists(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*) from incoming_features i
     where not exists (select from elute.user_features f where f.user_id = i.user_id)`,
  );
  return rows[0]?.count ?? 0;
}

async function readCells(engine: Engine): Promise<Pick<Effects, 'changedCells' | 'cells'>> {
  const differences = all.flatMap((dataset) =>
    dataset.columns.slice(1).map((column) => selectChanged(dataset, column)),
  );
  await engine.run(`create view changed_cells as ${differences.join(' union all ')}`);
  const [count] = await engine.rows<{ cells: number }>(
    'select count(*) as cells from changed_cells',
  );
  const cells = await engine.rows<CellChange>(
    `select * from changed_cells order by dataset, id, "column" limit ${listed}`,
  );
  return { changedCells: count?.cells ?? 0, cells };
}

function selectChanged({ name, key }: Dataset, column: Column): string {
  const before = writeValue(column, 's');
  const after = writeValue(column, 'l');
  return `
    select '${name}' as dataset, l.${key} as id, '${column.name}' as "column",
      ${before} as before, ${after} as after, prefix || line as place
    from ${name} l join stored_${name} s using (${key}) semi join changed_${name} using (${key})
    join files using (file_id)
    where ${before} is distinct from ${after}`;
}

function writeValue({ name, kind }: Column, row: string): string {
  return kind === 'ids'
    ? `array_to_string(${row}.${name}, ';')`
    : `cast(${row}.${name} as varchar)`;
}

/** Sums of hashes: the same rows give the same figures in any order. */
async function hashRows(
  engine: Engine,
  features: readonly Feature[],
  featuresOnly: boolean,
): Promise<string[]> {
  const computed = selectScientistFeatures(features).map(({ name }) => name);
  const sources = [
    ...all.flatMap((dataset) => rowsOf(dataset, featuresOnly)),
    'select line, len(findings), findings[1].code from rejects',
    `select ${listNames(['user_id', ...computed])} from user_features`,
  ];
  const hashes: string[] = [];
  for (const source of sources) {
    const [row] = await engine.rows<{ hash: string }>(
      `select cast(coalesce(sum(hash(t)), 0) as varchar) as hash from (${source}) t`,
    );
    hashes.push(row?.hash ?? '');
  }
  return hashes;
}

/** What is new and what it replaces. */
function rowsOf({ name, key, columns }: Dataset, featuresOnly: boolean): string[] {
  const names = columns.map((column) => column.name).join(', ');
  if (featuresOnly) return [`select line, ${names} from ${name}`];
  return [
    `select line, ${names} from ${name} anti join unchanged_${name} using (${key})`,
    `select ${names} from stored_${name} semi join changed_${name} using (${key})`,
  ];
}
