import type { FileHandle } from 'node:fs/promises';
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import { EluteError } from '../../../errors.ts';
import { makeDamaged, makeTruncated, makeUnsupported } from '../faults.ts';
import { ZipReader } from './zip-reader.ts';

/** The central directory of a zip file. */
export interface Directory {
  zip: ZipFile;
  /** In its order; one more than `maxEntries` at most. */
  entries: Entry[];
}

export const maxEntries = 1000;

/** Throws `file_damaged`, `file_encrypted` and `format_unsupported`. */
export async function readDirectory(
  path: string,
  file: FileHandle,
  signal: AbortSignal | undefined,
): Promise<Directory> {
  const reader = new ZipReader(path, file);
  try {
    const { size } = await file.stat();
    // Names stay bytes: yauzl would refuse a whole archive for one that is odd.
    const options = { autoClose: false, decodeStrings: false };
    const zip = await fromRandomAccessReaderPromise(reader, size, options);
    return { zip, entries: await readEntries(path, zip, reader, signal) };
  } catch (error) {
    throw explainZipError(path, error, signal);
  }
}

async function readEntries(
  path: string,
  zip: ZipFile,
  reader: ZipReader,
  signal: AbortSignal | undefined,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    signal?.throwIfAborted();
    entries.push(entry);
    if (entries.length > maxEntries) return entries;
  }
  if (entries.length > 0) await checkEnd(path, reader);
  return entries;
}

/** yauzl believes the number of entries: one that is too small would hide files. */
async function checkEnd(path: string, reader: ZipReader): Promise<void> {
  const next = await reader.readBytes(Buffer.alloc(4), reader.position);
  if (next.toString('latin1') === 'PK\x01\x02')
    throw makeDamaged(path, 'its table of contents lists more files than it counts');
}

/** yauzl gives its errors no codes. */
export function explainZipError(path: string, error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof EluteError || signal?.aborted || !(error instanceof Error)) return error;
  if (/strong encryption/.test(error.message)) return makeEncrypted(path, error);
  if (/multi-disk/.test(error.message))
    return makeUnsupported(
      path,
      'is one piece of a split archive. Unpack it and load what is in it.',
    );
  if (/signature not found|unexpected EOF|overflows/.test(error.message))
    return makeTruncated(path, error);
  return makeDamaged(path, 'its table of contents makes no sense', error);
}

export function makeEncrypted(path: string, cause?: unknown): EluteError {
  const message = `${path} is encrypted. Unpack it with its password and load what is in it.`;
  return new EluteError('file_encrypted', message, { cause });
}
