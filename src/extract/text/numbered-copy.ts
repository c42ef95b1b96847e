import { isUtf8 } from 'node:buffer';
import { rm } from 'node:fs/promises';
import { makeFileChanged } from '../identity.ts';
import {
  appendRecord,
  type CopyOutput,
  flushOutput,
  openOutput,
  type Slice,
} from './copy-output.ts';
import type { Delimiter } from './quoting.ts';
import { type ReadOptions, readText } from './read-text.ts';
import { type RecordScan, startScan } from './record-scan.ts';
import { finishScan, maxRecordBytes, type OnRecord, scanChunk } from './records.ts';
import { cutRecord, excerptBytes, type Repaired, repairRecord } from './repair.ts';
import type { Survey } from './survey.ts';

export interface CopyOptions extends ReadOptions {
  /** Is offered every record that is clean and came in one chunk; what it takes is not copied. */
  readonly take?: (record: Slice, line: number) => boolean;
  /** Awaited after every chunk. */
  readonly afterChunk?: () => Promise<void>;
}

/**
 * Rewrites the rows of the file, without the header, as `LINE<delim>FAULT<delim>record`: UTF-8, LF.
 * Returns the rows written. Throws file_changed when the file is not the one surveyed, disk_full.
 */
export async function writeNumberedCopy(
  path: string,
  survey: Survey,
  target: string,
  options: CopyOptions = {},
): Promise<number> {
  const output = await openOutput(target);
  try {
    return await copyRows(path, survey, output, options);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  } finally {
    await output.file.close();
  }
}

async function copyRows(
  path: string,
  survey: Survey,
  output: CopyOutput,
  options: CopyOptions,
): Promise<number> {
  const copy = startCopy(survey.delimiter, output, options);
  const { encoding } = survey;
  const outcome = await readText(path, { ...options, encoding }, (text) => copyChunk(copy, text));
  if (outcome.sha256 !== survey.sha256) throw makeFileChanged(path);
  finishScan(copy.scan, makeOnRecord(copy));
  await flushOutput(output);
  return copy.scan.records - 1 - copy.taken;
}

interface Copy {
  scan: RecordScan;
  output: CopyOutput;
  options: CopyOptions;
  taken: number;
  delimiter: Delimiter;
  /** The chunk at hand is valid UTF-8 without NUL; so were those that `kept` comes from. */
  isClean: boolean;
  isKeptClean: boolean;
  /** The record under way, from earlier chunks; only its beginning once it is too long. */
  kept: Buffer[];
}

function startCopy(delimiter: Delimiter, output: CopyOutput, options: CopyOptions): Copy {
  const scan = startScan(delimiter);
  return { scan, output, options, taken: 0, delimiter, isClean: true, isKeptClean: true, kept: [] };
}

async function copyChunk(copy: Copy, text: Buffer): Promise<void> {
  copy.isClean = isUtf8(text) && !text.includes(0);
  scanChunk(copy.scan, text, makeOnRecord(copy));
  keepRest(copy, text);
  await flushOutput(copy.output);
  await copy.options.afterChunk?.();
}

function makeOnRecord(copy: Copy): OnRecord {
  const frame = Buffer.from(copy.delimiter + copy.delimiter);
  const { take } = copy.options;
  return (chunk, start, end) => {
    const { scan, output, isClean } = copy;
    if (scan.records === 1) return;
    if (isClean && scan.recordBytes === 0 && end - start <= maxRecordBytes) {
      const record = { bytes: chunk, start, end };
      if (take?.(record, scan.recordLine)) copy.taken++;
      else appendRecord(output, scan.recordLine, frame, record);
    } else copyDoubtful(copy, chunk.subarray(start, end));
  };
}

/** A record that is cut by chunks, too long or perhaps not clean. */
function copyDoubtful(copy: Copy, part: Buffer): void {
  const { fault, bytes } = makeRepaired(copy, part);
  const frame = Buffer.from(copy.delimiter + fault + copy.delimiter);
  appendRecord(copy.output, copy.scan.recordLine, frame, { bytes, start: 0, end: bytes.length });
}

function makeRepaired({ scan, kept, isClean, isKeptClean }: Copy, part: Buffer): Repaired {
  const record = scan.recordBytes > 0 ? Buffer.concat([...kept, part]) : part;
  if (scan.recordBytes + part.length > maxRecordBytes) return cutRecord(record);
  return isClean && isKeptClean ? { fault: '', bytes: record } : repairRecord(record);
}

function keepRest(copy: Copy, text: Buffer): void {
  const { recordBytes } = copy.scan;
  const isContinued = recordBytes > text.length;
  const kept = isContinued ? copy.kept : [];
  const rest = text.subarray(text.length - Math.min(recordBytes, text.length));
  copy.isKeptClean = copy.isClean && (copy.isKeptClean || !isContinued);
  if (recordBytes > maxRecordBytes) copy.kept = [Buffer.concat([...kept, rest], excerptBytes)];
  // A copy, since the memory of the chunk is used again.
  else copy.kept = [...kept, Buffer.from(rest)];
}
