import fc from 'fast-check';
import { type DrawnRow, drawRows } from './cells.ts';
import type { DatasetName } from './contract.ts';

/** A table before its format is settled, which the seed does. */
export interface DrawnTable {
  readonly dataset: DatasetName;
  readonly rows: readonly DrawnRow[];
  readonly seed: number;
}

export type Manner =
  | { readonly kind: 'load' | 'plan' | 'applied plan' }
  | { readonly kind: 'limited'; readonly rows: number };

export type Step =
  | {
      readonly kind: 'load';
      readonly tables: readonly DrawnTable[];
      /** Files of earlier steps that are handed over once more. */
      readonly again: readonly number[];
      readonly force: boolean;
      readonly manner: Manner;
      readonly isDamaged: boolean;
      /** How the files are packed, ordered and named. */
      readonly seed: number;
    }
  | { readonly kind: 'undo'; readonly which: number };

export type LoadStep = Extract<Step, { kind: 'load' }>;

/** Several loads into one database, and what happens between them. */
export function drawCase(): fc.Arbitrary<Step[]> {
  return fc.array(fc.oneof({ weight: 6, arbitrary: load }, { weight: 2, arbitrary: undo }), {
    minLength: 1,
    maxLength: 5,
    size: 'max',
  });
}

const seed = fc.nat(2 ** 31 - 1);

const table: fc.Arbitrary<DrawnTable> = fc
  .constantFrom<DatasetName[]>('users', 'compounds', 'experiments', 'experiments')
  .chain((dataset) => fc.record({ dataset: fc.constant(dataset), rows: drawRows(dataset), seed }));

const manner: fc.Arbitrary<Manner> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Manner>({ kind: 'load' }) },
  { weight: 1, arbitrary: fc.constant<Manner>({ kind: 'plan' }) },
  { weight: 1, arbitrary: fc.constant<Manner>({ kind: 'applied plan' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('limited' as const), rows: fc.nat(30) }) },
);

const load: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('load' as const),
  tables: fc.array(table, { minLength: 1, maxLength: 24, size: 'max' }),
  again: fc.array(fc.nat(), { maxLength: 2 }),
  force: fc.oneof(
    { weight: 5, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  manner,
  isDamaged: fc.integer({ min: 0, max: 7 }).map((number) => number === 0),
  seed,
});

const undo: fc.Arbitrary<Step> = fc.record({ kind: fc.constant('undo' as const), which: fc.nat() });
