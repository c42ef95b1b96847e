import { type FileHandle, open, rm } from 'node:fs/promises';
import { EluteError } from '../errors.ts';
import type { Cli } from './program.ts';

export type WriteOutput = Cli['print'];

/**
 * Lends what writes a result: to a new file, or to stdout where none is named. A file that could not be
 * written to its end is removed. Throws `output_exists`, `output_unwritable` and `disk_full`.
 */
export async function withOutput(
  cli: Cli,
  path: string | undefined,
  work: (write: WriteOutput) => Promise<void>,
): Promise<void> {
  if (path === undefined) return work(cli.print);
  const file = await open(path, 'wx').catch((error) => {
    throw explain(error, path);
  });
  try {
    await work((piece) => append(file, piece, path));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function append(file: FileHandle, piece: string | Uint8Array, path: string): Promise<void> {
  await file.appendFile(piece).catch((error) => {
    throw explain(error, path);
  });
}

function explain(cause: Error & { code?: string }, path: string): EluteError {
  if (cause.code === 'EEXIST')
    return new EluteError('output_exists', `${path} exists. Name another file, or remove it.`);
  if (cause.code === 'ENOSPC')
    return new EluteError(
      'disk_full',
      `The result could not be written in full: no space is left for ${path}.`,
      { cause },
    );
  return new EluteError(
    'output_unwritable',
    `${path} cannot be written: ${cause.message}. Name another file.`,
    { cause },
  );
}
