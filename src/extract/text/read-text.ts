import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Encoding } from '../../domain/reading.ts';
import { EluteError } from '../../errors.ts';
import { checkIdentity, makeFileChanged } from '../identity.ts';
import { detectEncoding, encodingHeadBytes, makeDecoder } from './encoding.ts';

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Increments, for progress. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** Size of a read; tests make it small to cut records everywhere. */
  chunkBytes?: number | undefined;
  /** Reads the file in this encoding, whatever it looks like. */
  encoding?: Encoding | undefined;
}

export interface ReadOutcome {
  /** Over the raw bytes. */
  sha256: string;
  sizeBytes: number;
  encoding: Encoding;
  /** A byte order mark of the encoding was there. */
  hasMark: boolean;
}

/** Hands the text of a file, as UTF-8 without byte order mark, to `onText`; a chunk is valid until `onText` ends. */
export async function readText(
  path: string,
  options: ReadOptions,
  onText: (text: Buffer) => void | Promise<void>,
): Promise<ReadOutcome> {
  const file = await openFile(path);
  try {
    const before = await guardRead(path, file.stat({ bigint: true }));
    if (!before.isFile()) throw makeUnreadable(path, 'it is not a regular file');
    const outcome = await readChunks({ path, file, options, onText });
    if (before.size !== BigInt(outcome.sizeBytes)) throw makeFileChanged(path);
    // By path, since DuckDB will open the path again: a file put in its place counts as a change.
    await checkIdentity(path, before);
    return outcome;
  } finally {
    await file.close();
  }
}

/** Without waiting: to open a named pipe would block until someone writes to it. */
export async function openFile(path: string): Promise<FileHandle> {
  return guardRead(path, open(path, constants.O_RDONLY | constants.O_NONBLOCK));
}

interface Reading {
  path: string;
  file: FileHandle;
  options: ReadOptions;
  onText: (text: Buffer) => void | Promise<void>;
}

async function readChunks({ path, file, options, onText }: Reading): Promise<ReadOutcome> {
  const head = await readAt(path, file, Buffer.alloc(encodingHeadBytes), 0);
  const { encoding, bomBytes } = detectEncoding(head, options.encoding);
  const hash = createHash('sha256').update(head.subarray(0, bomBytes));
  const decode = makeDecoder(encoding);
  let sizeBytes = bomBytes;
  for await (const raw of readAhead(path, file, bomBytes, options.chunkBytes ?? 1024 * 1024)) {
    options.signal?.throwIfAborted();
    hash.update(raw);
    sizeBytes += raw.length;
    await onText(decode(raw, false));
    options.onBytes?.(raw.length);
  }
  await onText(decode(Buffer.alloc(0), true));
  return { sha256: hash.digest('hex'), sizeBytes, encoding, hasMark: bomBytes > 0 };
}

/** Reads into one buffer while the other is worked on. */
async function* readAhead(path: string, file: FileHandle, from: number, chunkBytes: number) {
  let [buffer, other] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
  let position = from;
  let next = readAt(path, file, buffer, position);
  try {
    for (;;) {
      const raw = await next;
      if (raw.length === 0) return;
      position += raw.length;
      [buffer, other] = [other, buffer];
      next = readAt(path, file, buffer, position);
      // A read that fails while the chunk before is worked on waits here for its turn.
      next.catch(() => undefined);
      yield raw;
    }
  } finally {
    await next.catch(() => undefined);
  }
}

/** Fewer bytes than `buffer` takes: the file ends there. */
export async function readAt(
  path: string,
  file: FileHandle,
  buffer: Buffer,
  position: number,
): Promise<Buffer> {
  const { bytesRead } = await guardRead(path, file.read(buffer, 0, buffer.length, position));
  return buffer.subarray(0, bytesRead);
}

/** Awaits work on `path`. Throws `path_not_found` and `path_unreadable`. */
export async function guardRead<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw explainReadError(path, error);
  }
}

function explainReadError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code !== 'ENOENT') return makeUnreadable(path, error.message, error);
  return new EluteError('path_not_found', `${path} does not exist. Check the path.`, {
    cause: error,
  });
}

export function makeUnreadable(path: string, reason: string, cause?: Error): EluteError {
  const message = `${path} cannot be read: ${reason}. Check the file and its permissions.`;
  return new EluteError('path_unreadable', message, { cause });
}
