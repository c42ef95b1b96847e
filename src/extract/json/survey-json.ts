import { rm } from 'node:fs/promises';
import type { Numbering } from '../../domain/places.ts';
import { flushOutput, openOutput } from '../text/copy-output.ts';
import { type ReadOptions, readText } from '../text/read-text.ts';
import { maxRecordBytes } from '../text/records.ts';
import { excerptBytes } from '../text/repair.ts';
import { type Copying, copyRecord, isCleanText, startCopying } from './copy-record.ts';
import { makeAllBad, makeEmpty, makeNoRecords, makeSingleObject } from './faults.ts';
import { type RecordSplit, startSplit } from './record-split.ts';
import { checkEnd, finishSplit, splitChunk } from './split-records.ts';

export interface JsonSurvey {
  /** Hex, over the raw bytes of the file. */
  sha256: string;
  sizeBytes: number;
  /** Every key of the records' objects, in order of first appearance, decoded. */
  header: readonly string[];
  /** Records, good or bad. */
  rowCount: number;
  /** Records are told apart by their lines, or counted where several begin on one line. */
  numbering: Numbering;
  /** Where the records stand as `LINE<0x1f>FAULT<0x1f>JSON`: UTF-8, LF. */
  copy: string;
}

interface JsonSurveyOptions extends ReadOptions {
  /** Where to write the copy. */
  copy: string;
}

/**
 * One streaming pass over an array of objects, or objects one after another (as a rule one a line).
 * Throws empty_file, file_damaged, format_unsupported, file_changed, path_unreadable, disk_full.
 */
export async function surveyJson(
  part: { path: string; location: string },
  options: JsonSurveyOptions,
): Promise<JsonSurvey> {
  const output = await openOutput(options.copy);
  try {
    return await copyRecords(part, options, startCopying(part.path, output));
  } catch (error) {
    await rm(options.copy, { force: true });
    throw error;
  } finally {
    await output.file.close();
  }
}

async function copyRecords(
  part: { path: string; location: string },
  options: JsonSurveyOptions,
  copying: Copying,
): Promise<JsonSurvey> {
  const pass: Pass = { split: startSplit(part.path), copying, kept: Buffer.alloc(0) };
  const outcome = await readText(part.location, options, (text) => takeText(pass, text));
  finishRecords(pass);
  await flushOutput(copying.output);
  checkRecords(part.path, pass);
  return {
    sha256: outcome.sha256,
    sizeBytes: outcome.sizeBytes,
    header: copying.keys.names,
    rowCount: copying.records,
    numbering: copying.hasOwnLines ? 'line' : 'record',
    copy: options.copy,
  };
}

interface Pass {
  split: RecordSplit;
  copying: Copying;
  /** What earlier chunks hold of the record under way; only its beginning once it is too long. */
  kept: Buffer;
}

async function takeText(pass: Pass, text: Buffer): Promise<void> {
  const { split, copying, kept } = pass;
  const bytes = kept.length > 0 ? Buffer.concat([kept, text]) : text;
  copying.isClean = isCleanText(bytes);
  splitChunk(split, { bytes, from: kept.length }, (record) => copyRecord(copying, record));
  keepRest(pass, bytes.subarray(split.start));
  await flushOutput(copying.output);
}

/** A copy, since the memory of the chunk is used again. */
function keepRest(pass: Pass, rest: Buffer): void {
  pass.split.isTooLong ||= rest.length > maxRecordBytes;
  pass.kept = Buffer.from(pass.split.isTooLong ? rest.subarray(0, 2 * excerptBytes) : rest);
}

function finishRecords({ split, copying, kept }: Pass): void {
  copying.isClean = isCleanText(kept);
  finishSplit(split, kept, (record) => copyRecord(copying, record));
  checkEnd(split);
}

function checkRecords(path: string, { split, copying }: Pass): void {
  const isArray = split.mode === 'ended';
  if (copying.records === 0) throw isArray ? makeNoRecords(path) : makeEmpty(path);
  if (copying.records === 1 && !isArray && copying.isAggregate) throw makeSingleObject(path);
  if (copying.keys.names.length === 0) throw makeAllBad(path, copying.records);
}
