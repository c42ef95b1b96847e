import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import type { Value } from '../../domain/rows/row-query.ts';
import type { RowColumn, RowTable } from '../../domain/rows/row-table.ts';

type ColumnValue = Value | null | readonly Value[];

/** The relations that can be asked for. Which columns they have is known when the program runs. */
type Relations = Record<RowTable['relation'], Record<string, ColumnValue>>;

/** A statement with its values aside. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type Condition = RawBuilder<boolean>;

/** Builds statements and runs none: they are sent by the pool that there is. */
export const builder = new Kysely<Relations>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

export function compile(query: { compile(): CompiledQuery }): Statement {
  const { sql: text, parameters } = query.compile();
  return { sql: text, parameters };
}

/** A column as a value: a list of ids as one, however it is stored. */
export function readColumn({ name, isPacked }: RowColumn): RawBuilder<ColumnValue> {
  return isPacked ? sql`elute.compound_ids(${sql.ref(name)})` : sql`${sql.ref(name)}`;
}

/** A column as rows are sorted by it: texts by code point, whatever the server's locale. */
export function orderColumn({ name, kind }: RowColumn): RawBuilder<ColumnValue> {
  return kind === 'text' ? sql`${sql.ref(name)} collate "C"` : sql`${sql.ref(name)}`;
}

export function all(conditions: readonly Condition[]): Condition {
  return sql`(${sql.join(conditions, sql` and `)})`;
}

export function any(conditions: readonly Condition[]): Condition {
  return sql`(${sql.join(conditions, sql` or `)})`;
}
