import { readBoolean, readValue, valueRules } from './read-value.ts';
import { type Filter, listOperators, nameFilter, type Operator, type Value } from './row-query.ts';
import type { RowColumn, RowTable } from './row-table.ts';

const longestList = 1000;

/** Reads one filter, such as `user_id.gte` with `7`; tells what is wrong with it, if anything. */
export function readFilter(
  { noun, columns }: RowTable,
  [name, text]: readonly [string, string],
  tell: (fault: string) => void,
): Filter | undefined {
  const [columnName, suffix = 'eq'] = splitName(name);
  const column = columns.find((one) => one.name === columnName);
  if (column === undefined) {
    tell(`there is no such parameter; the columns of ${noun} are ${listColumns(columns)}`);
    return undefined;
  }
  const operator = listOperators(column).find((one) => one === suffix);
  if (operator !== undefined && name === nameFilter(column, operator))
    return readCondition(column, operator, text, tell);
  tell(`${column.name} can be asked for by ${listNames(column)}`);
  return undefined;
}

export function listColumns(columns: readonly RowColumn[]): string {
  return columns.map(({ name }) => name).join(', ');
}

function splitName(name: string): string[] {
  const dot = name.lastIndexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

function listNames(column: RowColumn): string {
  return listOperators(column)
    .map((operator) => nameFilter(column, operator))
    .join(', ');
}

function readCondition(
  column: RowColumn,
  operator: Operator,
  text: string,
  tell: (fault: string) => void,
): Filter | undefined {
  if (operator === 'null') {
    const isNull = readBoolean(text);
    if (isNull === undefined) tell('must be true or false');
    return isNull === undefined ? undefined : { column, operator, isNull };
  }
  if (operator === 'in') {
    const values = readList(column, text);
    if (values === undefined)
      tell(`must be up to ${longestList} values, each ${valueRules[column.kind]}: a,b,c`);
    return values && { column, operator, values };
  }
  const value = readValue(column.kind, text);
  if (value === undefined) tell(`must be ${valueRules[column.kind]}`);
  return value === undefined ? undefined : { column, operator, value };
}

/** Commas between values; a value that holds one stands in double quotes, as in CSV. */
function readList({ kind }: RowColumn, text: string): Value[] | undefined {
  const parts = [...text.matchAll(/(?<=^|,)(?:"((?:[^"]|"")*)"|([^,]*))(?=,|$)/g)];
  const values = parts.map(([, quoted, plain = '']) =>
    readValue(kind, quoted?.replaceAll('""', '"') ?? plain),
  );
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length && values.length <= longestList ? known : undefined;
}
