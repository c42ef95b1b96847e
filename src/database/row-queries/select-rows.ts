import { type RawBuilder, sql } from 'kysely';
import type { RowQuery, SortKey } from '../../domain/rows/row-query.ts';
import type { RowColumn } from '../../domain/rows/row-table.ts';
import { makeAfter } from './after.ts';
import { all, builder, compile, orderColumn, readColumn, type Statement } from './builder.ts';
import { makeCondition } from './conditions.ts';

/** The statement that answers a query; `columns` may be more than its fields. */
export function selectRows(
  { table, filters, sort, after, limit }: RowQuery,
  columns: readonly RowColumn[],
): Statement {
  const conditions = [
    ...filters.map(makeCondition),
    ...(after === undefined ? [] : [makeAfter(sort, after)]),
  ];
  return compile(
    builder
      .selectFrom(table.relation)
      .select(columns.map((column) => readColumn(column).as(column.name)))
      .$if(conditions.length > 0, (query) => query.where(all(conditions)))
      .orderBy(sql.join(sort.map(makeOrder)))
      .$if(limit !== undefined, (query) => query.limit(limit ?? 0)),
  );
}

/** `nulls last` only where there may be some: an index does not have them there in descending order. */
function makeOrder({ column, isDescending }: SortKey): RawBuilder<unknown> {
  const direction = isDescending ? sql`desc` : sql`asc`;
  const nulls = column.mayBeNull ? sql` nulls last` : sql``;
  return sql`${orderColumn(column)} ${direction}${nulls}`;
}
