import { open, rm } from 'node:fs/promises';
import { datasets, type FigureKind, isFigureKind } from '../../../domain/datasets.ts';
import type { TextFile } from '../../input-file.ts';
import { guardWrite, makeDiskFull } from '../../write-faults.ts';
import type { CopyOptions } from '../numbered-copy.ts';
import {
  countRows,
  emptyRows,
  encodeRows,
  type FigureColumn,
  isFull,
  startRows,
} from './figure-rows.ts';
import { addFigures, type Cursor } from './parse-figures.ts';

const nothing = Buffer.alloc(0);

/** Whether rows of figures can be told by their bytes: the mends of a mended file cannot. */
export function hasFigures({ dataset, errorColumn, reading }: TextFile): boolean {
  return (
    errorColumn === undefined &&
    reading.decimal !== 'comma' &&
    datasets[dataset].columns.every(({ kind }) => isFigureKind(kind))
  );
}

interface TakenFigures extends Required<Pick<CopyOptions, 'take' | 'afterChunk'>> {
  /** Hands over what is left; how many rows were taken. */
  finish(): Promise<number>;
  /** Waits until nothing is at work any more, whatever became of it. */
  settle(): Promise<void>;
}

/**
 * Takes the records of a text that consist of figures in plain form, and hands them over as Parquet files of
 * the name `path`, which are removed afterwards.
 */
export function startFigures(
  file: TextFile,
  path: string,
  onFigures: (path: string) => Promise<void>,
): TakenFigures {
  const columns = listColumns(file);
  let [rows, spare] = [startRows(columns), startRows(columns)];
  let handingOver: Promise<void> = Promise.resolve();
  let taken = 0;
  const cursor: Cursor = { bytes: nothing, at: 0, end: 0, delimiter: file.delimiter.charCodeAt(0) };
  const handOver = async () => {
    await handingOver;
    const full = rows;
    [rows, spare] = [spare, rows];
    taken += countRows(full);
    handingOver = writeRows(path, encodeRows(full))
      .then(() => onFigures(path))
      .then(() => emptyRows(full))
      .finally(() => rm(path, { force: true }));
    // Its failure is seen by whoever waits for it next.
    handingOver.catch(() => {});
  };
  return {
    take: ({ bytes, start, end }, line) => {
      cursor.bytes = bytes;
      cursor.at = start;
      cursor.end = end;
      return addFigures(rows, cursor, line);
    },
    afterChunk: async () => {
      if (isFull(rows)) await handOver();
    },
    finish: async () => {
      if (countRows(rows) > 0) await handOver();
      await handingOver;
      return taken;
    },
    settle: () => handingOver.catch(() => {}),
  };
}

/** The columns in the order of the header. */
function listColumns({ header, positions, dataset }: TextFile): FigureColumn[] {
  const kinds = new Map<number, { name: string; kind: FigureKind }>();
  for (const { name, kind } of datasets[dataset].columns) {
    const position = positions[name];
    if (position !== undefined && isFigureKind(kind)) kinds.set(position, { name, kind });
  }
  return header.map((name, i) => kinds.get(i) ?? { name, kind: undefined });
}

/** At once: between two writes this process would go on reading. */
async function writeRows(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await guardWrite(path, open(path, 'w', 0o600));
  try {
    const { bytesWritten } = await guardWrite(path, file.writev(pieces));
    const size = pieces.reduce((sum, { length }) => sum + length, 0);
    if (bytesWritten !== size) throw makeDiskFull(path);
  } finally {
    await file.close();
  }
}
