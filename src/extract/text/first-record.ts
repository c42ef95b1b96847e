import { EluteError } from '../../errors.ts';
import { parseRecord } from './parse-record.ts';
import { type Delimiter, delimiters, quoted } from './quoting.ts';
import { startScan } from './record-scan.ts';
import { maxRecordBytes, walkRecord } from './records.ts';

/** One way to read the first record. */
interface Reading {
  record: Buffer;
  /** Its line end was found, or it may end with the text. */
  isWhole: boolean;
  /** Undefined when no quote is left open. */
  openQuoteLine: number | undefined;
}

export type ChooseDelimiter = (headers: ReadonlyMap<Delimiter, string[]>) => Delimiter;

/** The beginning of a text, from its first line that is not blank. */
export interface Head {
  path: string;
  bytes: Buffer;
  /** Physical line of the first byte. */
  line: number;
  /** No more text follows. */
  isAll: boolean;
}

export interface Header {
  delimiter: Delimiter;
  fields: string[];
}

/** Undefined as long as some delimiter needs more text to find the record's end. */
export function readHeader(head: Head, choose: ChooseDelimiter): Header | undefined {
  const readings = new Map(delimiters.map((delimiter) => [delimiter, readWith(head, delimiter)]));
  const isWhole = [...readings.values()].every((reading) => reading.isWhole);
  if (!isWhole && !head.isAll && head.bytes.length <= maxRecordBytes) return undefined;
  return chooseHeader(head, readings, choose);
}

function readWith(head: Head, delimiter: Delimiter): Reading {
  const scan = startScan(delimiter);
  const end = walkRecord(scan, head.bytes, 0);
  const isOpen = scan.state === quoted;
  return {
    record: head.bytes.subarray(0, end),
    isWhole: end < head.bytes.length || (head.isAll && !isOpen),
    openQuoteLine: isOpen ? head.line + scan.quoteLine - 1 : undefined,
  };
}

type Readings = ReadonlyMap<Delimiter, Reading>;

function chooseHeader(head: Head, readings: Readings, choose: ChooseDelimiter): Header {
  const headers = parseReadings(readings);
  const delimiter = askOrBlameQuote(head, readings, () => choose(headers));
  const reading = readings.get(delimiter);
  if (reading?.openQuoteLine) throw makeUnterminatedQuote(head.path, reading.openQuoteLine);
  if (!reading?.isWhole) throw makeTooLong(head);
  return { delimiter, fields: headers.get(delimiter) ?? [] };
}

function parseReadings(readings: Readings): Map<Delimiter, string[]> {
  const parse = ([delimiter, { record }]: [Delimiter, Reading]): [Delimiter, string[]] => [
    delimiter,
    parseRecord(record, delimiter),
  ];
  return new Map([...readings].map(parse));
}

/** A header that nobody recognises and in which a quote stays open: the quote is the better explanation. */
function askOrBlameQuote(head: Head, readings: Readings, ask: () => Delimiter): Delimiter {
  try {
    return ask();
  } catch (error) {
    const open = [...readings.values()].find((reading) => reading.openQuoteLine);
    throw open?.openQuoteLine ? makeUnterminatedQuote(head.path, open.openQuoteLine) : error;
  }
}

export function makeUnterminatedQuote(path: string, line: number): EluteError {
  return new EluteError(
    'unterminated_quote',
    `${path}:${line}: a quoted field opens here and is never closed. Close it, or write a quote that belongs to a value twice ("").`,
  );
}

function makeTooLong({ path, line }: Head): EluteError {
  return new EluteError(
    'unknown_header',
    `${path}:${line}: the first line is longer than 4 MiB and cannot be a header. Check that the file is a table with line ends.`,
  );
}
