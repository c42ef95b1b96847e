import fc from 'fast-check';
import { compoundsHeader, csv, experimentsHeader, usersHeader } from '../support/lab.ts';

export interface Experiment {
  readonly id: number;
  readonly user: number;
  readonly compounds: readonly number[];
  readonly time: number;
}
export interface Named {
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
