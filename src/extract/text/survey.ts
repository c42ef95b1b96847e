import { isUtf8 } from 'node:buffer';
import { EluteError } from '../../errors.ts';
import type { Encoding } from './encoding.ts';
import {
  type ChooseDelimiter,
  type Header,
  makeUnterminatedQuote,
  readHeader,
} from './first-record.ts';
import {
  byteAt,
  carriageReturn,
  type Delimiter,
  lineFeed,
  makeTransitions,
  quote,
  quoted,
  space,
  tab,
} from './quoting.ts';
import { type ReadOptions, type ReadOutcome, readText } from './read-text.ts';
import { type RecordScan, startScan } from './record-scan.ts';
import { finishScan, scanChunk } from './records.ts';

export interface Survey {
  /** Hex, over the raw bytes of the file. */
  sha256: string;
  sizeBytes: number;
  encoding: Encoding;
  delimiter: Delimiter;
  /** Fields of the first record that is not blank: unquoted, not trimmed. */
  header: string[];
  /** Records after the header that are not blank. */
  rowCount: number;
  /** DuckDB may read the file itself; row i (from 0) then stands at physical line i + 2. */
  isPlain: boolean;
  /** DuckDB must then read with `parallel = false`: its threads lose rows where they guess between quotes. */
  hasQuotes: boolean;
}

export interface SurveyOptions extends ReadOptions {
  /** Chooses among the readings of the first record, one for each delimiter; may throw. */
  chooseDelimiter: ChooseDelimiter;
}

/** One streaming pass over the file. Throws empty_file, unterminated_quote, file_changed, path_unreadable. */
export async function surveyFile(path: string, options: SurveyOptions): Promise<Survey> {
  const progress = startProgress(path, options.chooseDelimiter);
  const outcome = await readText(path, options, (text) => takeText(progress, text));
  const header = progress.header ?? takeHead(progress, true);
  if (!header) throw makeEmpty(path);
  if (progress.scan.state === quoted) throw makeUnterminatedQuote(path, progress.scan.quoteLine);
  finishScan(progress.scan, ignoreRecord);
  return makeSurvey(outcome, progress, header);
}

interface Progress {
  path: string;
  choose: ChooseDelimiter;
  scan: RecordScan;
  isValid: boolean;
  hasQuotes: boolean;
  header: Header | undefined;
  /** Text not scanned yet, since the delimiter is not known. */
  head: Buffer;
  /** With less than this, reading the header again would be of no use. */
  headBytesWanted: number;
}

function startProgress(path: string, choose: ChooseDelimiter): Progress {
  const nothing = { header: undefined, head: Buffer.alloc(0), headBytesWanted: 1 };
  return { path, choose, scan: startScan(','), isValid: true, hasQuotes: false, ...nothing };
}

function takeText(progress: Progress, text: Buffer): void {
  progress.isValid &&= isUtf8(text) && !text.includes(0);
  progress.hasQuotes ||= text.includes(quote);
  if (progress.header) scanChunk(progress.scan, text, ignoreRecord);
  else addToHead(progress, text);
}

function addToHead(progress: Progress, text: Buffer): void {
  progress.head = Buffer.concat([progress.head, text]);
  skipBlankLines(progress);
  if (progress.head.length >= progress.headBytesWanted) takeHead(progress, false);
}

/** Blank lines are the same with every delimiter, so they need not wait for it; there may be gigabytes of them. */
function skipBlankLines(progress: Progress): void {
  const blank = measureBlankLines(progress.head);
  scanChunk(progress.scan, progress.head.subarray(0, blank), ignoreRecord);
  progress.head = progress.head.subarray(blank);
}

function measureBlankLines(text: Buffer): number {
  let lines = 0;
  for (let at = 0; at < text.length && isBlankByte(byteAt(text, at)); at++) {
    if (text[at] === lineFeed || text[at] === carriageReturn) lines = at + 1;
  }
  return lines;
}

function isBlankByte(byte: number): boolean {
  return byte === lineFeed || byte === carriageReturn || byte === space || byte === tab;
}

function takeHead(progress: Progress, isAll: boolean): Header | undefined {
  const { path, choose, scan, head } = progress;
  if (isAll && head.every(isBlankByte)) return undefined;
  progress.header = readHeader({ path, bytes: head, line: scan.line, isAll }, choose);
  progress.headBytesWanted = head.length * 2;
  if (progress.header) scanHead(progress, progress.header.delimiter);
  return progress.header;
}

function scanHead(progress: Progress, delimiter: Delimiter): void {
  progress.scan.transitions = makeTransitions(delimiter);
  scanChunk(progress.scan, progress.head, ignoreRecord);
  progress.head = Buffer.alloc(0);
}

function ignoreRecord(): void {
  // A survey only counts.
}

function makeSurvey(outcome: ReadOutcome, progress: Progress, header: Header): Survey {
  const { scan, isValid, hasQuotes } = progress;
  return {
    ...outcome,
    delimiter: header.delimiter,
    header: header.fields,
    rowCount: scan.records - 1,
    isPlain: outcome.encoding === 'utf-8' && isValid && isUniform(scan),
    hasQuotes,
  };
}

function isUniform(scan: RecordScan): boolean {
  const hasOneLineEnd = scan.crs === scan.crlfs && (scan.crlfs === 0 || scan.lfs === 0);
  return hasOneLineEnd && scan.blankRecords + scan.spanningRecords + scan.longRecords === 0;
}

function makeEmpty(path: string): EluteError {
  return new EluteError(
    'empty_file',
    `${path} is empty: it holds no header and no rows. Export it again, or leave it out.`,
  );
}
