import { rm } from 'node:fs/promises';
import type { Format } from '../../domain/places.ts';
import { detectFormat, formatHeadBytes, type Packing } from '../detect-format.ts';
import { checkIdentity } from '../identity.ts';
import type { Limits, Part } from '../part.ts';
import { guardRead, makeUnreadable, openFile, readAt } from '../text/read-text.ts';
import { makeBudget } from './budget.ts';
import { makeByteSource } from './byte-source.ts';
import { gunzip } from './gunzip.ts';
import { checkDepth, type Job, type Packed } from './job.ts';
import { writeCopy } from './write-copy.ts';
import { unzip } from './zip/unzip.ts';
import { unzstd } from './zstd/unzstd.ts';

export interface UnpackOptions {
  /** Gives the folder that takes the copies: it belongs to Elute alone, and is removed by who made it. */
  makeFolder: () => Promise<string>;
  limits: Limits;
  signal?: AbortSignal | undefined;
  /** Increments of the bytes read of a packed file, for progress. */
  onBytes?: ((bytes: number) => void) | undefined;
}

export interface HandedOver {
  /** As a user knows it. */
  readonly path: string;
  /** Where it lies, if that is another path. */
  readonly location?: string;
  readonly isNamed: boolean;
}

/**
 * The table files and workbooks in a file as handed over: itself, or what it was packed from. What this
 * leaves behind in the folder are the copies that parts lie in, and nothing if it throws: `path_not_found`,
 * `path_unreadable`, `file_changed`, `file_damaged`, `file_encrypted`, `file_too_large`,
 * `format_unsupported`, `no_input_files`, `disk_full`, and the reason of the signal.
 */
export async function unpack(found: HandedOver, options: UnpackOptions): Promise<Part[]> {
  const { location = found.path } = found;
  const before = await inspect(location);
  const budget = makeBudget(found.path, Number(before.size), options.limits);
  const job = {
    makeFolder: options.makeFolder,
    budget,
    signal: options.signal,
    copies: new Set<string>(),
  };
  const handedOver = { ...found, location, depth: 0, isFromZip: false };
  try {
    const parts = await openPacked(handedOver, job, options.onBytes);
    // The parts bear the state of the file at one moment; whoever reads them cannot see that it changed.
    await checkIdentity(location, before);
    return parts;
  } catch (error) {
    for (const copy of job.copies) await rm(copy, { force: true });
    throw error;
  }
}

/** Through an open that does not wait, as a named pipe would. */
async function inspect(path: string) {
  const file = await openFile(path);
  try {
    const identity = await guardRead(path, file.stat({ bigint: true }));
    if (!identity.isFile()) throw makeUnreadable(path, 'it is not a regular file');
    return identity;
  } finally {
    await file.close();
  }
}

async function openPacked(
  packed: Packed,
  job: Job,
  onBytes?: (bytes: number) => void,
): Promise<Part[]> {
  const format = detectFormat(packed.path, await readHead(packed.location));
  if (!isPacking(format)) return [describePart(packed, format)];
  const content = await openPacking(packed, { format, job, onBytes });
  if (typeof content === 'string') return [describePart(packed, content)];
  if (job.copies.delete(packed.location)) await rm(packed.location);
  const parts: Part[] = [];
  for (const inner of content) parts.push(...(await openPacked(inner, job)));
  return parts;
}

async function readHead(location: string): Promise<Buffer> {
  const file = await openFile(location);
  try {
    return await readAt(location, file, Buffer.alloc(formatHeadBytes), 0);
  } finally {
    await file.close();
  }
}

function isPacking(format: Format | Packing): format is Packing {
  return format === 'gzip' || format === 'zstd' || format === 'zip';
}

function describePart({ path, location, isNamed }: Packed, format: Format): Part {
  return { path, location, format, isNamed };
}

interface Opening {
  format: Packing;
  job: Job;
  onBytes: ((bytes: number) => void) | undefined;
}

/** What is in it; or which workbook it is, as some zip files are. */
async function openPacking(packed: Packed, opening: Opening): Promise<'xlsx' | 'ods' | Packed[]> {
  if (opening.format === 'zip') return unzip(packed, opening.job, opening.onBytes);
  return [await inflate(packed, opening)];
}

async function inflate(packed: Packed, { format, job, onBytes }: Opening): Promise<Packed> {
  checkDepth(packed);
  const file = await openFile(packed.location);
  try {
    const { size: end } = await guardRead(packed.path, file.stat());
    const stretch = { path: packed.path, file, start: 0, end, signal: job.signal, onBytes };
    const source = makeByteSource(stretch);
    const location = await writeCopy(format === 'gzip' ? gunzip(source) : unzstd(source), job);
    return { ...packed, location, depth: packed.depth + 1 };
  } finally {
    await file.close();
  }
}
