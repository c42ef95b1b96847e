import fc from 'fast-check';
import type { Column, DatasetName, Kind } from './contract.ts';
import { contract } from './contract.ts';
import { unusual } from './unusual-cells.ts';

/** A row before any format: a text per column, in the order of the contract. */
export type DrawnRow = readonly string[];

const readable = ['H2O', 'C20H25N3O', 'CCO', 'c1ccccc1', 'C[C@H](N)C(=O)O', 'Ca(OH)2', 'C#N'];
const names = ['Ada', 'Grace Hopper', 'Emmy', 'Chien-Shiung Wu', 'Rosalind', 'Lise'];
const days = ['2024-01-02', '2023-12-31', '2020-02-29', '1999-07-04'];
const lists = ['1', '1;2', '3;3;1', '2;4;5', '6', '5;5', '7;8;9', '10;11;10', '12', '20;1;33'];
const times = ['0', '1.5', '12', '0.25', '100', '33.125', '7.75'];

/** Good cells: rows of the same id and variant are alike, so that equal duplicates come about. */
const usual: Readonly<Record<Kind, readonly string[]>> = {
  id: Array.from({ length: 60 }, (_, at) => String(at + 1)),
  ids: lists,
  duration: times,
  date: days,
  text: names,
  email: ['ada@lab.example', 'g.hopper@navy.example', 'x@y'],
  structure: readable,
};

/** Ids that others name, and ids that make room for rows which no other one contradicts. */
const idsOf: Readonly<Record<DatasetName, fc.Arbitrary<number>>> = {
  users: drawId(60, 3000),
  compounds: drawId(40, 3000),
  experiments: drawId(300, 5000),
};

function drawId(named: number, all: number): fc.Arbitrary<number> {
  const weight = 2;
  return fc.oneof(
    { weight, arbitrary: fc.integer({ min: 1, max: named }) },
    { weight, arbitrary: fc.integer({ min: named + 1, max: all }) },
  );
}

/** Rows of a dataset: mostly good, now and then with a cell that is wrong in one of all known ways. */
export function drawRows(dataset: DatasetName): fc.Arbitrary<DrawnRow[]> {
  return fc.array(drawRow(dataset), { maxLength: maxRows[dataset], size: 'max' });
}

/** Enough scientists and compounds that most experiments find theirs. */
const maxRows: Readonly<Record<DatasetName, number>> = {
  users: 50,
  compounds: 40,
  experiments: 16,
};

function drawRow(dataset: DatasetName): fc.Arbitrary<DrawnRow> {
  const columns = contract[dataset];
  return fc
    .record({
      id: idsOf[dataset],
      variant: fc.oneof(
        { weight: 40, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.nat(9) },
      ),
      overrides: fc.tuple(...columns.map((column) => drawOverride(column))),
    })
    .map(({ id, variant, overrides }) =>
      columns.map((column, at) => overrides[at] ?? makeUsual(column, at, id, variant)),
    );
}

function drawOverride({ kind }: Column): fc.Arbitrary<string | undefined> {
  return fc.oneof(
    { weight: 18, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...unusual[kind]) },
  );
}

function makeUsual({ kind }: Column, at: number, id: number, variant: number): string {
  if (at === 0) return String(id);
  const choices = usual[kind];
  return choices[(id * 5 + variant * 3 + at) % choices.length] ?? '';
}
