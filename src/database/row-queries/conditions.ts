import { sql } from 'kysely';
import type { Comparison, Filter, Value } from '../../domain/rows/row-query.ts';
import type { RowColumn } from '../../domain/rows/row-table.ts';
import { type Condition, readColumn } from './builder.ts';

/** A filter as a condition in SQL; its values are parameters. */
export function makeCondition(filter: Filter): Condition {
  const { column } = filter;
  const name = sql.ref(column.name);
  if (filter.operator === 'null')
    return filter.isNull ? sql`${name} is null` : sql`${name} is not null`;
  if (filter.operator === 'in') return sql`${name} = any (${filter.values})`;
  return comparisons[filter.operator](column, filter.value);
}

type MakeComparison = (column: RowColumn, value: Value) => Condition;

const comparisons: Readonly<Record<Comparison, MakeComparison>> = {
  eq: ({ name }, value) => sql`${sql.ref(name)} = ${value}`,
  gt: ({ name }, value) => sql`${sql.ref(name)} > ${value}`,
  gte: ({ name }, value) => sql`${sql.ref(name)} >= ${value}`,
  lt: ({ name }, value) => sql`${sql.ref(name)} < ${value}`,
  lte: ({ name }, value) => sql`${sql.ref(name)} <= ${value}`,
  contains: ({ name }, value) => sql`${sql.ref(name)} ilike ${`%${escapePattern(value)}%`}`,
  starts: ({ name }, value) => sql`${sql.ref(name)} ilike ${`${escapePattern(value)}%`}`,
  has: (column, value) => sql`${value} = any (${readColumn(column)})`,
};

/** The signs that mean something to LIKE stand for themselves. */
function escapePattern(value: Value): string {
  return String(value).replaceAll(/[\\%_]/g, '\\$&');
}
