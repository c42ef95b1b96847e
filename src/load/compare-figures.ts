import { quoteName, quoteText } from '../compute/quote.ts';
import type { Client } from '../database/connection.ts';
import { listFeaturesIn } from '../database/declared-features.ts';
import {
  type Feature,
  selectDatabaseFeatures,
  selectScientistFeatures,
} from '../domain/features.ts';
import type { FeatureChange } from '../domain/plan.ts';

/** How `incoming_features` stand to those stored. */
interface Comparison {
  /** Whether figures that only one side has count as different. */
  readonly isComplete: boolean;
  /** The relation of all features as they would be, from which the figures of the whole database follow. */
  readonly all: string;
}

interface FigureChanges {
  /** How many figures differ; `figures` holds the first of them. */
  readonly changedFigures: number;
  readonly figures: readonly FeatureChange[];
  /** A hash of all of them. */
  readonly hash: string;
}

const listed = 1000;

/** Compares the transaction's `incoming_features` with what is stored, figure by figure, as text. */
export async function compareFigures(
  client: Client,
  comparison: Comparison,
): Promise<FigureChanges> {
  const features = await listFeaturesIn(client);
  await client.query(
    `create temp table differences on commit drop as ${selectDifferences(features, comparison)}`,
  );
  const { rows } = await client.query<{ changed: number; hash: string }>(
    `select count(*) as changed, coalesce(sum(hashtextextended(d::text, 0)), 0)::text as hash from differences d`,
  );
  const figures = await client.query<FeatureChange>(
    `select user_id as "userId", feature, before, after from differences
     order by user_id nulls first, feature limit ${listed}`,
  );
  const [total] = rows;
  return {
    changedFigures: total?.changed ?? 0,
    figures: figures.rows,
    hash: total?.hash ?? '',
  };
}

function selectDifferences(features: readonly Feature[], { isComplete, all }: Comparison): string {
  const join = isComplete ? 'full join' : 'join';
  const perScientist = selectScientistFeatures(features).map(
    ({ name }) => `
      select user_id, ${quoteText(name)} as feature, s.${quoteName(name)}::text as before, c.${quoteName(name)}::text as after
      from elute.user_features s ${join} incoming_features c using (user_id)
      where s.${quoteName(name)} is distinct from c.${quoteName(name)} or s.load_id is null or c.load_id is null`,
  );
  const perDatabase = selectDatabaseFeatures(features).map(
    ({ name, expression }) => `
      select null, '${name}', s.${name}::text, c.${name}::text
      from elute.database_features s, (select ${expression} as ${name} from ${all}) c
      where s.${name} is distinct from c.${name}`,
  );
  return [...perScientist, ...perDatabase].join(' union all ');
}
