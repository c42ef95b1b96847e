import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EluteError } from '../../errors.ts';
import { guardWrite } from '../write-faults.ts';
import type { ByteRange, ObjectStore, StoredObject } from './store.ts';

/** One stream of a store gives some 100 MB a second at most; several at once fill the line. */
const rangeBytes = 64 * 2 ** 20;
const streams = 4;
/** Waits after attempts that brought nothing; one that brought bytes is followed by the next at once. */
const waitsMs = [500, 1000, 2000, 4000, 8000];

export interface Fetching {
  /** Where the copy goes; it belongs to Elute alone. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Increments of the bytes fetched. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Copies an object into a new file, in ranges side by side; what broke off goes on where it stopped. The
 * path of the copy. Throws what the store throws, and `disk_full`.
 */
export async function fetchObject(
  store: ObjectStore,
  object: StoredObject,
  { folder, signal, onBytes }: Fetching,
): Promise<string> {
  const target = join(folder, `fetched.${randomUUID()}`);
  const file = await guardWrite(target, open(target, 'wx'));
  const giveUp = new AbortController();
  const copy = {
    store,
    object,
    target,
    file,
    signal: AbortSignal.any([signal, giveUp.signal]),
    onBytes,
  };
  try {
    const ranges = splitRanges(object.sizeBytes);
    const lanes = Array.from({ length: streams }, () => fetchRanges(copy, ranges));
    // Nobody may still write when the file is closed.
    const results = await Promise.allSettled(
      lanes.map((lane) => lane.catch((error) => stopOthers(giveUp, error))),
    );
    signal.throwIfAborted();
    for (const result of results) if (result.status === 'rejected') throw giveUp.signal.reason;
    return target;
  } finally {
    await file.close();
  }
}

/** The first fault is the one that is told. */
function stopOthers(giveUp: AbortController, error: unknown): never {
  giveUp.abort(error);
  throw error;
}

interface Copy extends Omit<Fetching, 'folder'> {
  readonly store: ObjectStore;
  readonly object: StoredObject;
  readonly target: string;
  readonly file: FileHandle;
}

function splitRanges(sizeBytes: number): ByteRange[] {
  return Array.from({ length: Math.ceil(sizeBytes / rangeBytes) }, (_, index) => ({
    start: index * rangeBytes,
    end: Math.min(sizeBytes, (index + 1) * rangeBytes),
  }));
}

/** Takes one range after another from those that are left. */
async function fetchRanges(copy: Copy, ranges: ByteRange[]): Promise<void> {
  for (let range = ranges.shift(); range; range = ranges.shift()) await fetchRange(copy, range);
}

async function fetchRange(copy: Copy, { start, end }: ByteRange): Promise<void> {
  const left = { start, end };
  let failures = 0;
  while (left.start < end) {
    const from = left.start;
    try {
      await readOnce(copy, left);
    } catch (error) {
      failures = left.start > from ? 0 : failures + 1;
      await waitOrThrow(error, failures, copy.signal);
    }
  }
}

/** One request for what is left; `start` moves with what was written. */
async function readOnce(copy: Copy, left: { start: number; end: number }): Promise<void> {
  for await (const chunk of await copy.store.read(copy.object, { ...left }, copy.signal)) {
    await writeAt(copy, chunk, left.start);
    left.start += chunk.length;
  }
  if (left.start < left.end) throw brokenOff(copy.object);
}

async function writeAt(
  { target, file, onBytes }: Copy,
  chunk: Uint8Array,
  position: number,
): Promise<void> {
  for (let written = 0; written < chunk.length; )
    written += (
      await guardWrite(
        target,
        file.write(chunk, written, chunk.length - written, position + written),
      )
    ).bytesWritten;
  onBytes(chunk.length);
}

async function waitOrThrow(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const isPassing = error instanceof EluteError && error.code === 'storage_unreachable';
  const waitMs = failures === 0 ? 0 : waitsMs[failures - 1];
  if (!isPassing || waitMs === undefined) throw error;
  await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}

function brokenOff({ bucket, key }: StoredObject): EluteError {
  return new EluteError('storage_unreachable', `s3://${bucket}/${key} broke off. Try again later.`);
}
