import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../src/compute/engine.ts';
import type { Reading, RenderedFile } from './contract.ts';
import { makeDamaged } from './damage.ts';
import { makeDice } from './dice.ts';
import type { LoadStep } from './lab.ts';
import { renderFiles } from './render/files.ts';

/** What is known of the files of a case. */
export interface FileRun {
  readonly folder: string;
  readonly engine: Engine;
  /** A Parquet file to be damaged. */
  readonly parquet: Buffer;
  /** Share of the files that are workbooks. */
  readonly workbooks: number;
  /** How each path is to be read. */
  readonly readings: Map<string, Reading>;
  /** Good files of all steps so far. */
  readonly files: RenderedFile[];
  stepNumber: number;
}

/** The files of a step in the order in which they are named: new ones, earlier ones, and perhaps a damaged one. */
export async function composeFiles(run: FileRun, step: LoadStep): Promise<RenderedFile[]> {
  const dice = makeDice(step.seed);
  const fresh = await renderFiles(step.tables, { ...run, dice });
  const again = new Set(step.again.map((which) => run.files[which % run.files.length]));
  const files = [...fresh, ...[...again].flatMap((file) => file ?? [])];
  run.files.push(...fresh);
  const damaged = step.isDamaged ? [makeDamaged(run.stepNumber, dice, run.parquet)] : [];
  return dice.shuffle([...files, ...damaged]);
}

/** Writes files into a folder of their own; they are named one by one or by their folder. */
export function placeFiles(run: FileRun, step: LoadStep, files: readonly RenderedFile[]) {
  const folder = join(run.folder, `step-${run.stepNumber}`);
  mkdirSync(folder);
  const isFolder = step.seed % 4 === 0;
  const named = files.map((file, at) => ({ ...file, placed: join(folder, `${at}-${file.name}`) }));
  for (const { placed, bytes } of named) writeFileSync(placed, bytes);
  const ordered = isFolder ? named.toSorted((a, b) => (a.placed < b.placed ? -1 : 1)) : named;
  const tables = ordered.flatMap(({ name, placed, tables: found }) =>
    found.map((table) => ({ ...table, path: placed + table.path.slice(name.length) })),
  );
  for (const { path, reading } of tables) run.readings.set(path, reading);
  return { sources: isFolder ? [folder] : ordered.map(({ placed }) => placed), tables };
}
