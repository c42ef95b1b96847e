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
  const stored = new Map<string, { value: string; place: string }>();
  const counts: Record<string, string> = {};
  for (const i of order) {
    const { users, compounds, experiments } = deliveries[i] as Delivery;
    const put = (table: string, rows: { id: number; value: string; isKnown?: () => boolean }[]) => {
      const file = `d${i}-${table}`;
      const count = { inserted: 0, updated: 0, unchanged: 0, rejected: 0 };
      for (const [line, { id, value, isKnown }] of rows.entries()) {
        const old = stored.get(`${table} ${id}`);
        const fate = old === undefined ? 'inserted' : old.value === value ? 'unchanged' : 'updated';
        const isRejected = isKnown !== undefined && !isKnown();
        count[isRejected ? 'rejected' : fate]++;
        if (isRejected || fate === 'unchanged') continue;
        stored.set(`${table} ${id}`, { value, place: `${file}:${line + 2}` });
      }
      counts[file] = Object.values(count).join(' ');
    };
    put(
      'users',
      users.map(({ id, name }) => ({ id, value: name })),
    );
    put(
      'compounds',
      compounds.map(({ id, name }) => ({ id, value: name })),
    );
    put(
      'experiments',
      experiments.map(({ id, user, compounds, time }) => ({
        id,
        value: `${user} {${compounds}} ${time}`,
        isKnown: () =>
          stored.has(`users ${user}`) && compounds.every((c) => stored.has(`compounds ${c}`)),
      })),
    );
  }
  const rows = [...stored].map(([key, { value, place }]) => [key, `${value} ${place}`]);
  return { rows: Object.fromEntries(rows), counts };
}

export function permute(numbers: readonly number[]): number[][] {
  if (numbers.length < 2) return [[...numbers]];
  return numbers.flatMap((first) =>
    permute(numbers.filter((number) => number !== first)).map((rest) => [first, ...rest]),
  );
}
