import { sql } from 'kysely';
import type { SortKey, Value } from '../../domain/rows/row-query.ts';
import { all, any, type Condition, orderColumn } from './builder.ts';

type Place = SortKey & { readonly value: Value | null };

/**
 * The condition on rows that come after a place in an order: equal to it in the first keys, and beyond
 * it in the next one. What is not before it in the first key stands in front, since an index can find that.
 */
export function makeAfter(sort: readonly SortKey[], values: readonly (Value | null)[]): Condition {
  const places = sort.map((key, i): Place => ({ ...key, value: values[i] ?? null }));
  const steps = places.flatMap((place, i) => {
    const beyond = makeBeyond(place);
    return beyond === undefined ? [] : [all([...places.slice(0, i).map(makeEqual), beyond])];
  });
  const rest = steps.length === 0 ? sql<boolean>`false` : any(steps);
  const [first] = places;
  return first === undefined || places.length === 1 ? rest : all([makeFrom(first), rest]);
}

function makeEqual({ column, value }: Place): Condition {
  const name = sql.ref(column.name);
  return value === null ? sql`${name} is null` : sql`${name} = ${value}`;
}

/** Beyond null, which comes last, there is nothing. */
function makeBeyond({ column, isDescending, value }: Place): Condition | undefined {
  if (value === null) return undefined;
  const name = orderColumn(column);
  const beyond = isDescending ? sql<boolean>`${name} < ${value}` : sql<boolean>`${name} > ${value}`;
  return column.mayBeNull ? any([beyond, sql`${name} is null`]) : beyond;
}

function makeFrom(place: Place): Condition {
  const beyond = makeBeyond(place);
  const equal = makeEqual(place);
  if (beyond === undefined) return equal;
  if (place.column.mayBeNull) return any([equal, beyond]);
  const name = orderColumn(place.column);
  return place.isDescending ? sql`${name} <= ${place.value}` : sql`${name} >= ${place.value}`;
}
