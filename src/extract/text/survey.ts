import type { Encoding } from '../../domain/reading.ts';
import { EluteError } from '../../errors.ts';
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
import { addEvidence, type Utf8Evidence } from './utf8-evidence.ts';

export interface Survey {
  /** Hex, over the raw bytes of the file. */
  sha256: string;
  sizeBytes: number;
  encoding: Encoding;
  delimiter: Delimiter;
  /** Fields of the first record that is not blank: unquoted, not trimmed. */
  header: readonly string[];
  /** Records after the header that are not blank. */
  rowCount: number;
  /** DuckDB may read the file itself; row i (from 0) then stands at physical line i + 2. */
  isPlain: boolean;
  /** DuckDB must then read with `parallel = false`: its threads lose rows where they guess between quotes. */
  hasQuotes: boolean;
}

/** A text, as a user knows it and where its bytes lie. */
interface TextSource {
  path: string;
  location: string;
}

export interface SurveyOptions extends ReadOptions {
  /** Chooses among the readings of the first record, one for each delimiter; may throw. */
  chooseDelimiter: ChooseDelimiter;
}

/**
 * One streaming pass over the file. A second one when the first shows that the text is windows-1252: it
 * has no mark, bytes that are no UTF-8, and no sequence that is. A text that has both stays UTF-8, for the
 * rows with such bytes to be rejected. Throws empty_file, unterminated_quote, file_changed, path_unreadable.
 */
export async function surveyFile(source: TextSource, options: SurveyOptions): Promise<Survey> {
  const { survey, isWindows1252 } = await surveyOnce(source, options);
  if (options.encoding !== undefined || !isWindows1252) return survey;
  const again: SurveyOptions = { ...options, encoding: 'windows-1252', onBytes: undefined };
  return (await surveyOnce(source, again)).survey;
}

async function surveyOnce(
  { path, location }: TextSource,
  options: SurveyOptions,
): Promise<{ survey: Survey; isWindows1252: boolean }> {
  const progress = startProgress(path, options.chooseDelimiter);
  const outcome = await readText(location, options, (text) => takeText(progress, text));
  const header = progress.header ?? takeHead(progress, true);
  if (!header) throw makeEmpty(path);
  if (progress.scan.state === quoted) throw makeUnterminatedQuote(path, progress.scan.quoteLine);
  finishScan(progress.scan, ignoreRecord);
  const { hasInvalid, hasSequence } = progress.evidence;
  const isUnmarked = outcome.encoding === 'utf-8' && !outcome.hasMark;
  return {
    survey: makeSurvey(outcome, progress, header),
    isWindows1252: isUnmarked && hasInvalid && !hasSequence,
  };
}

interface Progress {
  path: string;
  choose: ChooseDelimiter;
  scan: RecordScan;
  evidence: Utf8Evidence;
  hasNul: boolean;
  hasQuotes: boolean;
  header: Header | undefined;
  /** Text not scanned yet, since the delimiter is not known. */
  head: Buffer;
  /** With less than this, reading the header again would be of no use. */
  headBytesWanted: number;
}

function startProgress(path: string, choose: ChooseDelimiter): Progress {
  const nothing = { header: undefined, head: Buffer.alloc(0), headBytesWanted: 1 };
  const evidence = { hasInvalid: false, hasSequence: false };
  const found = { evidence, hasNul: false, hasQuotes: false };
  return { path, choose, scan: startScan(','), ...found, ...nothing };
}

function takeText(progress: Progress, text: Buffer): void {
  addEvidence(progress.evidence, text);
  progress.hasNul ||= text.includes(0);
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
  const { scan, evidence, hasNul, hasQuotes } = progress;
  const { hasMark, ...read } = outcome;
  const isClean = outcome.encoding === 'utf-8' && !evidence.hasInvalid && !hasNul;
  return {
    ...read,
    delimiter: header.delimiter,
    header: header.fields,
    rowCount: scan.records - 1,
    isPlain: isClean && isUniform(scan),
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
