import { type TObject, type TSchema, Type } from 'typebox';
import {
  type ColumnKind,
  type Dataset,
  type DatasetName,
  datasets,
} from '../../domain/datasets.ts';
import type { RowValues } from '../../operations/change-row.ts';

/** What a column takes is checked as in a file; here only what JSON can say of it. */
const given: Readonly<Record<ColumnKind, TSchema>> = {
  id: oneOf(['integer', 'string', 'null'], 'an id'),
  ids: Type.Unsafe({
    type: ['array', 'string', 'null'],
    items: { type: ['integer', 'string'] },
    description: 'a list of ids, or a text such as "1;2;3"',
  }),
  duration: oneOf(['number', 'string', 'null'], 'a number of 0 or more'),
  date: oneOf(['string', 'null'], 'a day, as YYYY-MM-DD'),
  text: oneOf(['string', 'null'], 'a text'),
  email: oneOf(['string', 'null'], 'an e-mail address'),
  structure: oneOf(['string', 'null'], 'a molecular formula or SMILES'),
};

const kept: Readonly<Record<ColumnKind, TSchema>> = {
  id: Type.Integer(),
  ids: Type.Array(Type.Integer()),
  duration: Type.Number(),
  date: oneOf(['string', 'null'], 'a day, as YYYY-MM-DD'),
  text: oneOf(['string', 'null']),
  email: oneOf(['string', 'null']),
  structure: oneOf(['string', 'null']),
};

interface ChangeSchemas {
  /** A new row: what is absent is empty. */
  readonly newRow: TObject;
  /** Some columns of a row. */
  readonly changes: TObject;
  /** The row as it is stored. */
  readonly row: ReturnType<typeof Type.Unsafe<RowValues>>;
}

/** What is sent and answered when single rows of a dataset are changed. */
export const changeSchemas: Readonly<Record<DatasetName, ChangeSchemas>> = {
  users: makeSchemas(datasets.users),
  compounds: makeSchemas(datasets.compounds),
  experiments: makeSchemas(datasets.experiments),
};

function makeSchemas({ columns, noun }: Dataset): ChangeSchemas {
  const newRow = columns.map(({ name, kind }) => [name, Type.Optional(given[kind])]);
  const row = columns.map(({ name, kind }) => [name, kept[kind]]);
  const closed = { additionalProperties: false };
  return {
    newRow: Type.Object(Object.fromEntries(newRow), closed),
    changes: Type.Object(Object.fromEntries(newRow.slice(1)), { ...closed, minProperties: 1 }),
    row: Type.Unsafe<RowValues>(
      Type.Object(Object.fromEntries(row), { description: `the ${noun} as it is stored` }),
    ),
  };
}

/** Ids of rows in addresses. */
export const RowId = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'the id' }),
});

export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'the ETag of the row as it was read, or * for whatever it is now' }),
  ),
});

function oneOf(types: readonly string[], description?: string): TSchema {
  return Type.Unsafe({ type: [...types], ...(description && { description }) });
}

/** A response that tells its version by ETag, and by `Elute-Load` the load that stands for the change. */
export function describeChanged<Schema extends TSchema>(
  schema: Schema,
): Schema & { readonly headers: Headers } {
  const etag = { type: 'string', description: 'the version of the row' };
  return { ...schema, headers: { ...loadHeader, etag } };
}

/** The same of a new row, which has an address. */
export function describeCreated<Schema extends TSchema>(
  schema: Schema,
): Schema & { readonly headers: Headers } {
  const changed = describeChanged(schema);
  const location = { type: 'string', description: 'the address of the row' };
  return { ...changed, headers: { ...changed.headers, location } };
}

type Headers = Readonly<Record<string, { readonly type: string; readonly description: string }>>;

const loadHeader: Headers = {
  'elute-load': { type: 'string', description: 'the address of the load, which can be undone' },
};

export const Deleted = { ...Type.Null({ description: 'it is deleted' }), headers: loadHeader };
