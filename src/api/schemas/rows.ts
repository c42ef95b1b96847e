import { type TSchema, Type } from 'typebox';
import { listOperators, nameFilter, type Operator, type Row } from '../../domain/rows/row-query.ts';
import type { RowColumn, RowTable, ValueKind } from '../../domain/rows/row-table.ts';
import { exportFormats } from '../../operations/export-rows.ts';
import { defaultLimit, mostRows } from '../row-parameters.ts';

export const mediaTypes = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
} as const;

const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };

/** The parameters of a list: a filter for each column and operator, and what all lists know. */
export function makeListParameters({ columns }: RowTable): TSchema {
  const filters = columns.flatMap((column) =>
    listOperators(column).map((operator) => [
      nameFilter(column, operator),
      Type.Optional(makeFilterParameter(column, operator)),
    ]),
  );
  return Type.Object({ ...Object.fromEntries(filters), ...commonParameters });
}

const text = (description: string) => Type.Optional(Type.String({ description }));

const commonParameters = {
  sort: text('columns, with a - in front for descending order: -experiment_run_time,user_id'),
  fields: text('the columns to be given, such as user_id,name; all of them by default'),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: mostRows,
      default: defaultLimit,
      description: 'of a page',
    }),
  ),
  cursor: text('the "next" of the page before, with the same sort'),
  format: Type.Optional(
    Type.String({
      enum: ['json', ...exportFormats],
      default: 'json',
      description: 'json gives pages, the others all rows as a file',
    }),
  ),
};

function makeFilterParameter({ name, kind }: RowColumn, operator: Operator): TSchema {
  const description = `${name} ${operatorMeanings[operator]}`;
  if (operator === 'null') return Type.Boolean({ description });
  if (operator === 'in') return Type.String({ description });
  const { type, ...rules } = itemSchemas[kind] ?? valueSchemas[kind];
  return Type.Unsafe({ type, ...rules, description });
}

const operatorMeanings: Readonly<Record<Operator, string>> = {
  eq: 'is equal to',
  gt: 'is greater than',
  gte: 'is greater than or equal to',
  lt: 'is less than',
  lte: 'is less than or equal to',
  in: 'is one of a,b,c; a value with a comma stands in double quotes',
  contains: 'contains, upper and lower case alike',
  starts: 'starts with, upper and lower case alike',
  has: 'lists',
  null: 'has no value (true), or has one (false)',
};

type ValueSchema = { readonly type: string } & Readonly<Record<string, unknown>>;

const valueSchemas: Readonly<Record<ValueKind, ValueSchema>> = {
  id,
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  text: { type: 'string' },
  ids: { type: 'array', items: id },
  texts: { type: 'array', items: { type: ['string', 'null'] } },
};

/** Of a list it is an item that is asked for. */
const itemSchemas: Readonly<Partial<Record<ValueKind, ValueSchema>>> = {
  ids: id,
  texts: { type: 'string' },
};

/** A row; not every column need be there, and features may be declared that are not named here. */
export function makeRowSchema({ noun, columns }: RowTable): TSchema {
  const properties = columns.map(({ name, kind, mayBeNull, meaning }) => {
    const { type, ...rules } = valueSchemas[kind];
    return [
      name,
      { type: mayBeNull ? [type, 'null'] : type, ...rules, description: meaning },
    ] as const;
  });
  return Type.Unsafe<Row>({
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(noun === 'features' && { additionalProperties: true }),
  });
}

/** What a list answers with: a page, or a file. */
export function makeListResponse(table: RowTable) {
  const page = Type.Object({
    data: Type.Array(makeRowSchema(table)),
    next: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'the cursor of the next page; null on the last one',
    }),
  });
  const file = { schema: Type.Unsafe<unknown>({ type: 'string' }) };
  return {
    description: 'a page of rows, with the next page in the header Link; or a file of all rows',
    content: {
      'application/json': { schema: page },
      [mediaTypes.csv]: file,
      [mediaTypes.ndjson]: file,
      [mediaTypes.parquet]: file,
    },
  };
}
