import { type Context, withDatabase } from '../context.ts';
import type { Database } from '../database/connection.ts';
import { listFeatures } from '../database/declared-features.ts';
import { findFeatures, findFeaturesOnlyLoad } from '../database/features.ts';
import { listEarlier, listPresent, type StoredVersion } from '../database/lineage.ts';
import { findHistoryStart } from '../database/pruning/old-loads.ts';
import { type Dataset, datasets } from '../domain/datasets.ts';
import type { Feature, FeatureRow } from '../domain/features.ts';
import type { RowLineage, RowVersion } from '../domain/lineage.ts';
import { namePlace } from '../domain/places.ts';
import { EluteError } from '../errors.ts';
import { findColumn } from '../extract/header.ts';
import { userNotFound } from './read-features.ts';

export interface Explanation {
  readonly features: FeatureRow;
  /** What these are. */
  readonly definitions: readonly Feature[];
  /** The feature asked about; absent when all were. */
  readonly feature?: Feature;
  /** The features-only load that the figures come from: no rows stand behind them. */
  readonly featuresOnlyLoad?: number;
  /** Versions of rows that were replaced until then may be missing: they were pruned. */
  readonly historyStart?: Date;
  /** The user's own row; absent where only features are stored. */
  readonly user?: RowLineage;
  /** The experiments behind the figures, by id. */
  readonly experiments: readonly RowLineage[];
}

/**
 * The experiments behind a scientist's features, or behind one of them, each with where it came from and
 * what it was before. Throws `user_not_found`, and `invalid_usage` for an unknown feature.
 */
export async function explainUser(
  context: Context,
  userId: number,
  { feature: name, limit }: { feature?: string; limit?: number } = {},
): Promise<Explanation> {
  return withDatabase(context, 'existing', async (database) => {
    const definitions = await listFeatures(database);
    const feature = name === undefined ? undefined : findFeature(definitions, name);
    const row = await findFeatures(database, userId);
    if (row === undefined) throw userNotFound(userId);
    const [user] = await readLineage(database, datasets.users, undefined, {
      from: 'where e.user_id = $1',
      parameters: [userId],
    });
    const featuresOnlyLoad = await findFeaturesOnlyLoad(database, userId);
    const historyStart = await findHistoryStart(database);
    const experiments = await readLineage(database, datasets.experiments, feature?.column, {
      from: `join elute.user_features f using (user_id) where e.user_id = $1 and ${feature?.evidence ?? 'true'}`,
      parameters: [userId],
      ...(limit !== undefined && { limit }),
    });
    return {
      features: row,
      definitions,
      ...(feature && { feature }),
      ...(featuresOnlyLoad && { featuresOnlyLoad }),
      ...(historyStart && { historyStart }),
      ...(user && { user }),
      experiments,
    };
  });
}

function findFeature(features: readonly Feature[], name: string): Feature {
  const feature = features.find((one) => one.name === name);
  if (feature !== undefined) return feature;
  const names = features.map((one) => one.name).join(', ');
  throw new EluteError('invalid_usage', `There is no feature ${name}. There are ${names}.`);
}

async function readLineage(
  database: Database,
  dataset: Dataset,
  column: string | undefined,
  selection: Parameters<typeof listPresent>[2],
): Promise<RowLineage[]> {
  const present = await listPresent(database, dataset, selection);
  const earlier = await listEarlier(
    database,
    dataset,
    present.map(({ id }) => id),
  );
  const past = groupById(earlier);
  return present.map((row) => ({
    id: row.id,
    ...describeVersion(dataset, row, column),
    earlier: (past.get(row.id) ?? []).map((version) => describeVersion(dataset, version, column)),
  }));
}

function groupById(versions: readonly StoredVersion[]): Map<number, StoredVersion[]> {
  const groups = new Map<number, StoredVersion[]>();
  for (const version of versions) {
    const group = groups.get(version.id);
    if (group === undefined) groups.set(version.id, [version]);
    else group.push(version);
  }
  return groups;
}

function describeVersion(dataset: Dataset, row: StoredVersion, column?: string): RowVersion {
  const { path, sheet, numbering, header, line, load_id, ended_by, is_undone } = row;
  const position = column === undefined ? undefined : findColumn(header, column);
  const source = { path, numbering, ...(sheet && { sheet }) };
  return {
    values: Object.fromEntries(dataset.columns.map(({ name }) => [name, row[name]])),
    loadId: load_id,
    place: namePlace(source, line, position),
    ...(ended_by !== null && { endedBy: ended_by }),
    ...(is_undone && { isUndone: true }),
  };
}
