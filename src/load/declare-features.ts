import type { Engine } from '../compute/engine.ts';
import { listNames, quoteName } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import {
  findReservedWords,
  listDeclared,
  makeColumn,
  makeFeature,
  makeView,
  remakeView,
  saveDeclared,
} from '../database/declared-features.ts';
import { lockPublishing } from '../database/locks.ts';
import { findExpressionFault } from '../derive/check-expression.ts';
import { computeFeatures } from '../derive/compute-features.ts';
import {
  type DeclaredFeature,
  givesSameFigures,
  isSameDeclaration,
} from '../domain/declared-features.ts';
import { fetchScientists } from './fetch-scientists.ts';
import { publishFigures } from './publish-features.ts';
import { sendRows } from './transfer.ts';

/** A declaration that the database has otherwise, or not at all. */
export interface DeclarationChange {
  readonly feature: DeclaredFeature;
  readonly earlier: DeclaredFeature | undefined;
}

/**
 * What is new or different in some declarations. One that the database has beyond these stays as it is:
 * another machine may declare it.
 */
export async function listChanges(
  client: Client,
  declared: readonly DeclaredFeature[],
): Promise<DeclarationChange[]> {
  const stored = new Map((await listDeclared(client)).map((one) => [one.name, one]));
  return declared
    .map((feature) => ({ feature, earlier: stored.get(feature.name) }))
    .filter(({ feature, earlier }) => !earlier || !isSameDeclaration(feature, earlier));
}

/** What is wrong with declarations, as far as it takes engine and server to tell. */
export async function findDeclarationFaults(
  engine: Engine,
  client: Client,
  changes: readonly DeclarationChange[],
): Promise<string[]> {
  const names = changes.map(({ feature }) => feature.name);
  const faults = (await findReservedWords(client, names)).map(
    (word) => `The feature ${word} needs another name: SQL has that word for itself.`,
  );
  for (const { feature } of changes) {
    const fault = await findExpressionFault(engine, feature);
    if (fault !== undefined) faults.push(fault);
  }
  return faults;
}

/**
 * Brings the database in line with declarations, in the transaction of the client: columns, figures of all
 * scientists whose rows are stored, views. Of several processes that start with the same declarations the
 * first does it; the others wait, and find nothing left to do. What is computed first takes the longest;
 * the table is locked for readers after that only.
 */
export async function declareFeatures(
  engine: Engine,
  client: Client,
  declared: readonly DeclaredFeature[],
): Promise<void> {
  await lockPublishing(client);
  const changes = await listChanges(client, declared);
  const toCompute = changes.filter(
    ({ feature, earlier }) => !earlier || !givesSameFigures(feature, earlier),
  );
  if (toCompute.length > 0) await compute(engine, client, toCompute);
  await changeColumns(client, toCompute, async () => {
    for (const { feature } of changes) await saveDeclared(client, feature);
  });
  if (toCompute.length > 0) await backFill(engine, client, toCompute);
}

async function compute(
  engine: Engine,
  client: Client,
  changes: readonly DeclarationChange[],
): Promise<void> {
  await fetchScientists(engine, client);
  await computeFeatures(
    engine,
    changes.map(({ feature }) => makeFeature(feature)),
  );
}

/** A column that changes its type cannot stay in the view meanwhile. */
async function changeColumns(
  client: Client,
  changes: readonly DeclarationChange[],
  save: () => Promise<void>,
): Promise<void> {
  const change = async () => {
    for (const { feature, earlier } of changes) await makeColumn(client, feature, earlier);
    await save();
  };
  const isRetyped = changes.some(
    ({ feature, earlier }) => earlier !== undefined && earlier.type !== feature.type,
  );
  if (isRetyped) return remakeView(client, change);
  await change();
  await makeView(client);
}

/** Stores the figures; null for scientists whose features come from a features-only load. */
async function backFill(
  engine: Engine,
  client: Client,
  changes: readonly DeclarationChange[],
): Promise<void> {
  const names = changes.map(({ feature }) => feature.name);
  const columns = listNames(['user_id', ...names]);
  await client.query(
    `create temp table declared_figures on commit drop as
     select ${columns} from elute.user_features with no data`,
  );
  await sendRows(
    engine,
    `select ${columns} from user_features`,
    client,
    `declared_figures (${columns})`,
  );
  const assignments = names.map(quoteName).map((name) => `${name} = d.${name}`);
  await client.query(
    `update elute.user_features f set ${assignments.join(', ')}
     from elute.user_features s left join declared_figures d using (user_id)
     where f.user_id = s.user_id
       and (${listNames(names, 'f.')}) is distinct from (${listNames(names, 'd.')})`,
  );
  await publishFigures(client);
}
