import type { Contestant } from './contest.ts';
import { queryRows } from './server.ts';

/** The features as texts, except those that come from adding up run times. */
const features = {
  user_id: 'user_id::bigint::text',
  total_exp_per_user: 'total_exp_per_user::bigint::text',
  avg_exp_time_per_user: 'avg_exp_time_per_user::float8',
  most_consumed_compound: 'most_consumed_compound::bigint::text',
  most_consumed_compound_name: 'most_consumed_compound_name::text',
  most_consumed_compounds: `translate(most_consumed_compounds::text, ',{}', ';')`,
  most_consumed_compound_uses: 'most_consumed_compound_uses::bigint::text',
  distinct_compounds: 'distinct_compounds::bigint::text',
  total_exp_time_per_user: 'total_exp_time_per_user::float8',
  median_exp_time_per_user: 'median_exp_time_per_user::float8',
};
export type Feature = keyof typeof features;

/** The features of every user, in a table or view that has those columns. */
export function readFigures(
  relation: string,
  names = Object.keys(features) as readonly Feature[],
): NonNullable<Contestant['read']> {
  const columns = names.map((name) => `${features[name]} as ${name}`).join(', ');
  return ({ url }) => queryRows(url, `select ${columns} from ${relation} f order by f.user_id`);
}
