import { closeSync, openSync, writeSync } from 'node:fs';
import { WorkbookFault } from './faults.ts';

/** A file written synchronously, so that the rows of one chunk of a sheet never pile up in memory. */
export interface CopyFile {
  readonly path: string;
  readonly file: number;
  pending: string;
}

export function openCopy(path: string): CopyFile {
  return { path, file: guard(path, () => openSync(path, 'wx')), pending: '' };
}

const pendingCharacters = 256 * 1024;

/** Returns the bytes that went to the file, which are none most of the time. */
export function appendCopy(copy: CopyFile, text: string): number {
  copy.pending += text;
  return copy.pending.length < pendingCharacters ? 0 : flush(copy);
}

/** Returns the bytes that were still to be written. */
export function closeCopy(copy: CopyFile): number {
  const bytes = flush(copy);
  closeSync(copy.file);
  return bytes;
}

function flush(copy: CopyFile): number {
  const bytes = Buffer.from(copy.pending, 'utf8');
  copy.pending = '';
  let done = 0;
  while (done < bytes.length) done += guard(copy.path, () => writeSync(copy.file, bytes, done));
  return bytes.length;
}

const fullCodes = ['ENOSPC', 'EDQUOT'];

function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explainWriteError(path, error);
  }
}

function explainWriteError(path: string, error: unknown): unknown {
  const isFull =
    error instanceof Error && 'code' in error && fullCodes.includes(String(error.code));
  if (!isFull) return error;
  const message = `needs more room than is left to write ${path}. Free some space, or name another folder with --scratch-directory.`;
  return new WorkbookFault('disk_full', message, { cause: error });
}
