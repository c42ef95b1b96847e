import fc from 'fast-check';
import { compoundsHeader, csv, experimentsHeader, usersHeader } from '../support/lab.ts';

interface Experiment {
  readonly id: number;
  readonly user: number;
  readonly compounds: readonly number[];
  readonly time: number;
}
interface Named {
  readonly id: number;
  readonly name: string;
}

/** What one of several loads at once brings, and how much later than the first it begins. */
export interface Delivery {
  readonly delayMs: number;
  readonly users: readonly Named[];
  readonly compounds: readonly Named[];
  readonly experiments: readonly Experiment[];
}

const unique = { selector: ({ id }: { id: number }) => id, maxLength: 5 };
const named = fc.record({ id: fc.integer({ min: 1, max: 5 }), name: fc.constantFrom('A', 'B') });
const experiment = fc.record({
  id: fc.integer({ min: 1, max: 6 }),
  user: fc.integer({ min: 1, max: 5 }),
  compounds: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
  time: fc.nat(2),
});

/** Ids and values are few, so that deliveries contradict, repeat and complete each other. */
export const delivery: fc.Arbitrary<Delivery> = fc.record({
  delayMs: fc.nat(40),
  users: fc.uniqueArray(named, { ...unique, minLength: 1 }),
  compounds: fc.uniqueArray(named, unique),
  experiments: fc.uniqueArray(experiment, unique),
});

/** The files of a delivery. A column of its own, which is left out, tells equal ones apart. */
export function writeDelivery({ users, compounds, experiments }: Delivery, name: string) {
  const table = (header: string, rows: string[]) =>
    csv(`${header},${name}`, ...rows.map((row) => `${row},`));
  return {
    [`${name}-users`]: table(
      usersHeader,
      users.map((user) => `${user.id},${user.name},a@b.c,2024-01-01`),
    ),
    [`${name}-compounds`]: table(
      compoundsHeader,
      compounds.map((compound) => `${compound.id},${compound.name},H2O`),
    ),
    [`${name}-experiments`]: table(
      experimentsHeader,
      experiments.map(
        ({ id, user, compounds, time }) => `${id},${user},${compounds.join(';')},${time}`,
      ),
    ),
  };
}

/** Rows by table and id with where they came from, and what became of the rows of each file. */
export interface Stored {
  readonly rows: Record<string, string>;
  readonly counts: Record<string, string>;
}

/** What is stored after deliveries that are loaded one after the other, `order` giving their numbers. */
export function loadInOrder(deliveries: readonly Delivery[], order: readonly number[]): Stored {
  const stored: Values = new Map();
  const counts: Record<string, string> = {};
  for (const i of order) {
    for (const [table, rows] of Object.entries(listRows(deliveries[i] as Delivery, stored))) {
      counts[`d${i}-${table}`] = storeRows(stored, rows, { table, file: `d${i}-${table}` });
    }
  }
  const rows = [...stored].map(([key, { value, place }]) => [key, `${value} ${place}`]);
  return { rows: Object.fromEntries(rows), counts };
}

type Values = Map<string, { value: string; place: string }>;

interface Row {
  readonly id: number;
  readonly value: string;
  /** Whether what the row names is stored by the time the row is. */
  readonly isKnown: () => boolean;
}

function listRows(
  { users, compounds, experiments }: Delivery,
  stored: Values,
): Record<string, Row[]> {
  const isKnown = () => true;
  return {
    users: users.map(({ id, name }) => ({ id, value: name, isKnown })),
    compounds: compounds.map(({ id, name }) => ({ id, value: name, isKnown })),
    experiments: experiments.map(({ id, user, compounds: used, time }) => ({
      id,
      value: `${user} {${used}} ${time}`,
      isKnown: () => stored.has(`users ${user}`) && used.every((c) => stored.has(`compounds ${c}`)),
    })),
  };
}

/** Stores the rows of one file; its counts. */
function storeRows(
  stored: Values,
  rows: readonly Row[],
  { table, file }: { table: string; file: string },
): string {
  const count = { inserted: 0, updated: 0, unchanged: 0, rejected: 0 };
  for (const [line, row] of rows.entries()) {
    const key = `${table} ${row.id}`;
    const fate = row.isKnown() ? compare(stored.get(key)?.value, row.value) : 'rejected';
    count[fate]++;
    if (fate === 'inserted' || fate === 'updated') {
      stored.set(key, { value: row.value, place: `${file}:${line + 2}` });
    }
  }
  return Object.values(count).join(' ');
}

function compare(old: string | undefined, value: string): 'inserted' | 'unchanged' | 'updated' {
  if (old === undefined) return 'inserted';
  return old === value ? 'unchanged' : 'updated';
}

export function permute(numbers: readonly number[]): number[][] {
  if (numbers.length < 2) return [[...numbers]];
  return numbers.flatMap((first) =>
    permute(numbers.filter((number) => number !== first)).map((rest) => [first, ...rest]),
  );
}
